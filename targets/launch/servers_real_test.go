//go:build real

package launch

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/wsgibench/wsgibench/pyapps"
	"github.com/wsgibench/wsgibench/targets"
	"github.com/wsgibench/wsgibench/targets/process"
)

// only and python narrow the test of the servers while one of them is worked on.
var (
	only   = flag.String("servers", "", "test only these shipped servers, separated by commas")
	python = flag.String("python", "", "the interpreter to test them on")
)

const greeting = "Hello, World!\n"

// reference is the reference app, and a launcher for which this test binary is the Go host.
func reference(t *testing.T) (*Launcher, App, pyapps.App) {
	t.Helper()
	app, err := pyapps.Get("reference")
	if err != nil {
		t.Fatal(err)
	}
	dir, err := pyapps.Materialise()
	if err != nil {
		t.Fatal(err)
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	l := &Launcher{Exe: exe}
	l.Store.Log = func(line string) { t.Log(line) }
	return l, App{Module: app.Module, Dir: dir}, app
}

// TestRealServers starts every shipped server that can be had with the reference app, on TCP and where it can on a Unix
// socket: it greets byte for byte, has the workers that it was asked for, keeps connections as its descriptor says, and
// ends by its signal with nothing left.
func TestRealServers(t *testing.T) {
	l, app, ref := reference(t)
	for _, name := range targets.Names() {
		d, err := targets.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		if *only != "" && !slices.Contains(strings.Split(*only, ","), name) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, err := l.Prepare(t.Context(), d, *python, app)
			if m := (*Missing)(nil); errors.As(err, &m) && d.Unavailable != "" {
				return
			}
			if err != nil {
				t.Fatalf("Prepare: %v", err)
			}
			t.Logf("versions %v", p.Versions)
			for _, unix := range []bool{false, true} {
				if !unix || d.Can["unix"] {
					serveOnce(t, p, ref, unix)
				}
			}
		})
	}
}

// serveOnce starts the server, with two workers where it can have them, looks at it and stops it.
func serveOnce(t *testing.T, p *Prepared, ref pyapps.App, unix bool) {
	t.Helper()
	scratch, err := os.MkdirTemp("", "wsgibench-") // t.TempDir is too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(scratch)
	at, err := NewEndpoint(unix, scratch)
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Endpoint: at, Scratch: scratch, Log: filepath.Join(scratch, "log"), Settings: map[string]string{}}
	if p.Descriptor.Can["workers"] {
		o.Settings["workers"] = "2"
	}
	s, err := p.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Stop(context.Background())
	probe := s.Probe()
	probe.Path, probe.WorkerPath, probe.Check = ref.ReadyPath, ref.PIDPath, greets
	ready, err := process.Await(t.Context(), s.Process, probe)
	tail := func() string { return strings.Join(s.Tail(30), "\n") }
	if err != nil {
		t.Errorf("%s: %v\n%q printed:\n%s", at.Network(), err, s.Argv, tail())
		return
	}
	if want := p.Descriptor.Can["keepalive"]; ready.KeepAlive != want {
		t.Errorf("%s: keeps connections alive: %v, and its descriptor says %v", at.Network(), ready.KeepAlive, want)
	}
	if probe.Workers > 0 && ready.Workers != probe.Workers {
		t.Errorf("%s: %d workers answered, %d were asked for", at.Network(), ready.Workers, probe.Workers)
	}
	t.Logf("%s: after %v, %d processes, %d threads, %s, %s, %q", at.Network(), ready.After, ready.Processes, ready.Threads, ready.Proto, ready.Framing, ready.Server)
	before := logged(t, o.Log)
	for range 3 {
		if _, err := process.Check(t.Context(), process.Probe{Network: at.Network(), Addr: at.Address(), Path: ref.ReadyPath, Check: greets}); err != nil {
			t.Errorf("%s: once it was ready: %v", at.Network(), err)
		}
	}
	if log := logged(t, o.Log)[len(before):]; strings.Contains(log, ref.ReadyPath) {
		t.Errorf("%s: the access log is on:\n%s", at.Network(), log)
	}
	report, err := s.Stop(context.Background())
	if err != nil || !report.Graceful || len(report.Killed) > 0 || len(s.PIDs()) > 0 {
		t.Errorf("%s: Stop: %+v, %v; left %v; want an end by %s\n%s", at.Network(), report, err, s.PIDs(), p.Descriptor.Stop.Signal, tail())
	}
	t.Logf("%s: %s; stopped in %v", at.Network(), s.Exit(), report.Took)
}

func logged(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func greets(status int, body []byte) error {
	if status != 200 || string(body) != greeting {
		return fmt.Errorf("got %d %q, want 200 %q", status, body, greeting)
	}
	return nil
}
