package launch

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/wsgibench/wsgibench/targets"
	"github.com/wsgibench/wsgibench/targets/process"
	"github.com/wsgibench/wsgibench/targets/pyenv"
)

// fake is a descriptor whose server is this test binary.
const fake = `command: ["{exe}"]
env: {WSGIBENCH_LAUNCH_FAKE: "{bind}", WHO: nobody}
ready: {workers: true}
`

func parse(t *testing.T, text string) *targets.Descriptor {
	t.Helper()
	d, err := targets.Parse("fake.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func prepare(t *testing.T, text string, app App) *Prepared {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	l := Launcher{Exe: exe}
	p, err := l.Prepare(t.Context(), parse(t, text), "", app)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// A server is started where it is told to listen, with the variables of the start over the app's over its own, and ends
// with nothing left.
func TestStart(t *testing.T) {
	scratch := t.TempDir()
	p := prepare(t, fake, App{Module: "hello:app", Dir: scratch, Env: map[string]string{"WHO": "app"}})
	at, err := NewEndpoint(false, scratch)
	if err != nil {
		t.Fatal(err)
	}
	s, err := p.Start(t.Context(), Options{Endpoint: at, Scratch: scratch, Log: filepath.Join(scratch, "log"), Env: map[string]string{"WHO": "start"}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Stop(context.Background())
	probe := s.Probe()
	probe.Check = func(status int, body []byte) error {
		if want := fmt.Sprint(s.PID(), " start"); status != 200 || string(body) != want {
			return fmt.Errorf("got %d %q, want 200 %q", status, body, want)
		}
		return nil
	}
	if probe.Workers != 1 {
		t.Errorf("%d workers are waited for, want 1", probe.Workers)
	}
	if _, err := process.Await(t.Context(), s.Process, probe); err != nil {
		t.Errorf("Await: %v\n%s", err, strings.Join(s.Tail(20), "\n"))
	}
	if _, err := s.Stop(t.Context()); err != nil || len(s.PIDs()) > 0 {
		t.Errorf("Stop: %v; left are %v", err, s.PIDs())
	}
}

func TestStartErrors(t *testing.T) {
	p := prepare(t, fake, App{Module: "hello:app", Dir: t.TempDir()})
	for _, tt := range []struct {
		name string
		o    Options
		want string
	}{
		{"nowhere", Options{}, "there is no value for {bind}"},
		{"a socket", Options{Endpoint: Endpoint{Socket: "/s"}}, "fake cannot listen on a Unix socket"},
		{"a setting", Options{Settings: map[string]string{"threads": "2"}}, `fake takes no setting "threads"`},
	} {
		if _, err := p.Start(t.Context(), tt.o); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want one with %q", tt.name, err, tt.want)
		}
	}
}

// What cannot be had here is a *Missing, with what to do about it.
func TestMissing(t *testing.T) {
	l := Launcher{Store: pyenv.Store{Dir: t.TempDir()}}
	_, err := l.Prepare(t.Context(), parse(t, `command: ["{python}", "{port}"]`), filepath.Join(t.TempDir(), "python"), App{})
	var m *Missing
	if !errors.As(err, &m) || !strings.Contains(m.Reason, "no such file") || !strings.Contains(m.Hint, "install Python") {
		t.Errorf("got %v, want a *Missing that says what is not there and what to install", err)
	}
}

// A stack is started whole, with its files.
func TestStartStack(t *testing.T) {
	scratch := t.TempDir()
	p := prepare(t, `command: ["{exe}"]
behind: [{command: ["{exe}", "127.0.0.1:{inner_port}"], signal: INT}]
files: {who.conf: "{bind} of {module} {it is}"}
env: {WSGIBENCH_LAUNCH_FAKE: "{bind}", WHO: "{file:who.conf}"}
`, App{Module: "hello:app", Dir: scratch})
	at, err := NewEndpoint(false, scratch)
	if err != nil {
		t.Fatal(err)
	}
	s, err := p.Start(t.Context(), Options{Endpoint: at, Scratch: scratch})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Stop(context.Background())
	if _, err := process.Await(t.Context(), s.Process, s.Probe()); err != nil {
		t.Fatal(err)
	}
	if len(s.PIDs()) != 2 {
		t.Errorf("processes %v, want two", s.PIDs())
	}
	text, err := os.ReadFile(filepath.Join(scratch, "who.conf"))
	if want := at.Address() + " of hello {it is}"; err != nil || string(text) != want {
		t.Errorf("who.conf: %q, %v; want %q", text, err, want)
	}
}

func TestUnavailable(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"unavailable: nobody builds it any more", "nobody builds it any more"},
		{"command: [x, \"{port}\"]\nrequires: {commands: [no-such-program], apt: [nothing]}", "needs the program no-such-program, which is not on PATH; on Debian: apt-get install nothing"},
		{"command: [x, \"{port}\"]\nversion: {go: [go, help]}", "ask go for its version: it printed none"},
	} {
		var l Launcher
		_, err := l.Prepare(t.Context(), parse(t, tt.text), "", App{})
		var m *Missing
		if !errors.As(err, &m) || !strings.Contains(m.Reason, tt.want) {
			t.Errorf("%s: %v, want a *Missing with %q", tt.text, err, tt.want)
		}
	}
}

// A program is built once, and anew when what it is made for changes.
func TestBuild(t *testing.T) {
	goCache, err := exec.Command("go", "env", "GOCACHE").Output() // lies in the cache of before
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("GOCACHE", strings.TrimSpace(string(goCache)))
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	var log []string
	l := Launcher{Store: pyenv.Store{Log: func(line string) { log = append(log, line) }}}
	build := func(tag string) string {
		t.Helper()
		d := parse(t, "command: [\"{build:tiny}\", \"{port}\"]\nrequires: {build: {tiny: {go: ./targets/launch/testdata/tiny, tags: ["+tag+"]}}}\nversion: {go: [go, version]}")
		p, err := l.Prepare(t.Context(), d, "", App{Dir: "/"})
		if err != nil {
			t.Fatal(err)
		}
		if p.Versions["go"] != strings.TrimPrefix(runtime.Version(), "go") {
			t.Errorf("versions %v, want Go's own %s", p.Versions, runtime.Version())
		}
		c, err := p.Command(Options{Endpoint: Endpoint{Host: "127.0.0.1", Port: 1}, Scratch: "/s"})
		if err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command(c.Argv[0]).CombinedOutput(); err != nil || string(out) != "tiny\n" {
			t.Errorf("%s: %q, %v; want tiny", c.Argv[0], out, err)
		}
		return c.Argv[0]
	}
	first, again, other := build("a"), build("a"), build("b")
	if first != again || first == other || len(log) != 2 {
		t.Errorf("built %s, %s and with another tag %s; said %q; want the first two the same, and two builds", first, again, other, log)
	}
	_, err = l.Prepare(t.Context(), parse(t, "command: [\"{build:x}\", \"{port}\"]\nrequires: {build: {x: {go: ./no/such}}}"), "", App{})
	var m *Missing
	if !errors.As(err, &m) || !strings.Contains(m.Reason, "build x: go list") {
		t.Errorf("a package that is not there: %v, want a *Missing", err)
	}
}
