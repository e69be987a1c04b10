//go:build real

package verify

import (
	"errors"
	"os"
	"testing"

	"github.com/wsgibench/wsgibench/results"
	"github.com/wsgibench/wsgibench/targets"
	"github.com/wsgibench/wsgibench/targets/launch"
)

// prepareShipped makes a shipped server ready; nil where its descriptor says that nobody can have it.
func prepareShipped(t *testing.T, name string) *launch.Prepared {
	t.Helper()
	d, err := targets.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	app, err := App()
	if err != nil {
		t.Fatal(err)
	}
	p, err := (&launch.Launcher{Exe: exe}).Prepare(t.Context(), d, "", app)
	if missing := new(launch.Missing); errors.As(err, &missing) {
		if d.Unavailable != "" {
			return nil
		}
		t.Fatalf("this test needs %s: %s; %s", name, missing.Reason, missing.Hint)
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func examineShipped(t *testing.T, name string, checks []Check) *results.Conformance {
	t.Helper()
	p := prepareShipped(t, name)
	if p == nil {
		return nil
	}
	r, err := Examine(t.Context(), Config{Server: p, Checks: checks})
	if err != nil {
		t.Fatal(err)
	}
	return &r
}

// The Go pool passes every check.
func TestRealGohostPassesAll(t *testing.T) {
	t.Parallel()
	for _, c := range examineShipped(t, "gohost", Checks()).Checks {
		if c.Outcome != string(Pass) {
			t.Errorf("%s: %s: %s\nsent %s\ngot %s", c.ID, c.Outcome, c.Reason, c.Sent, c.Got)
		}
	}
}

// Servers of other people are examined to the end, whatever they do, and everything that they do not pass has a reason.
func TestRealServersOfOthers(t *testing.T) {
	for _, name := range []string{"wsgiref", "gunicorn-gthread"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := examineShipped(t, name, Checks())
			if len(r.Checks) != len(Checks()) {
				t.Errorf("%d answers, want %d", len(r.Checks), len(Checks()))
			}
			for _, c := range r.Checks {
				if c.Outcome == string(Unknown) || c.Outcome != string(Pass) && c.Reason == "" {
					t.Errorf("%s: %s %q, want an answer with a reason", c.ID, c.Outcome, c.Reason)
				}
			}
		})
	}
}

// What a descriptor says that a server can is what the checks find.
func TestRealClaims(t *testing.T) {
	checks, err := Select([]string{"keepalive-reuse", "multithread-true"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range targets.Names() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, err := targets.Load(name)
			if err != nil {
				t.Fatal(err)
			}
			if !Hosts(d) {
				return // there is nothing that it could be asked
			}
			r := examineShipped(t, name, checks)
			if r == nil {
				return
			}
			if kept := r.Check("keepalive-reuse"); (kept.Outcome == string(Pass)) != d.Can["keepalive"] {
				t.Errorf("can.keepalive is %v, and the check found: %s %s", d.Can["keepalive"], kept.Outcome, kept.Reason)
			}
			if threads := r.Check("multithread-true"); d.Can["threads"] && threads.Outcome == string(Pass) && threads.Reason != together {
				t.Errorf("can.threads is true, and the check found: %s", threads.Reason)
			}
		})
	}
}
