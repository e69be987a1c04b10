//go:build real

package launch

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wsgibench/wsgibench/targets"
	"github.com/wsgibench/wsgibench/targets/process"
)

// TestRealOlderVersions: shipped descriptors start versions that do not know all of their options, also where they are a
// checkout that PYTHONPATH leads to. Version 20.1 needs pkg_resources, which newer setuptools no longer bring.
func TestRealOlderVersions(t *testing.T) {
	l, app, _ := reference(t)
	d, err := targets.Load("gunicorn-gthread")
	if err != nil {
		t.Fatal(err)
	}
	var checkout string
	for _, tt := range []struct {
		pip    []string
		option bool // is given the option that came with 25.1
	}{
		{[]string{"gunicorn==20.1.0", "setuptools<81"}, false}, {[]string{"gunicorn==21.2.0"}, false},
		{[]string{"gunicorn==23.0.0"}, false}, {[]string{"gunicorn==26.1.0"}, true},
	} {
		version := strings.TrimPrefix(tt.pip[0], "gunicorn==")
		a := app
		a.Pip = tt.pip
		p, err := l.Prepare(t.Context(), d, "", a)
		if err != nil {
			t.Fatal(err)
		}
		answers(t, p, version, tt.option)
		if version == "23.0.0" {
			checkout = filepath.Dir(filepath.Dir(p.Python))
		}
	}
	sites, err := filepath.Glob(filepath.Join(checkout, "lib", "python*", "site-packages"))
	if err != nil || len(sites) != 1 {
		t.Fatalf("site-packages %v, %v", sites, err)
	}
	app.Env = map[string]string{"PYTHONPATH": sites[0]}
	p, err := l.Prepare(t.Context(), d, "", app)
	if err != nil {
		t.Fatal(err)
	}
	answers(t, p, "23.0.0", false)
}

// answers starts a server, waits until it answers, and says how it was told to start.
func answers(t *testing.T, p *Prepared, version string, option bool) {
	t.Helper()
	scratch := t.TempDir()
	at, err := NewEndpoint(false, scratch)
	if err != nil {
		t.Fatal(err)
	}
	s, err := p.Start(t.Context(), Options{Endpoint: at, Scratch: scratch, Log: filepath.Join(scratch, "log")})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Stop(context.Background())
	probe := s.Probe()
	probe.Path = "/hello"
	probe.Check = func(status int, body []byte) error {
		if status != 200 || string(body) != greeting {
			return fmt.Errorf("got %d %q, want 200 %q", status, body, greeting)
		}
		return nil
	}
	ready, err := process.Await(t.Context(), s.Process, probe)
	if err != nil {
		t.Errorf("gunicorn %s: %v\n%s", version, err, strings.Join(s.Tail(20), "\n"))
	}
	if got := strings.Contains(strings.Join(s.Argv, " "), " --no-control-socket "); got != option || p.Versions["gunicorn"] != version {
		t.Errorf("gunicorn %s: versions %v, argv %q; want the option: %v (it answered as %q)", version, p.Versions, s.Argv, option, ready.Server)
	}
}
