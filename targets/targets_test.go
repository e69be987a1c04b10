package targets

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wsgibench/wsgibench/internal/golden"
)

// params of a trial that is the same on every machine.
func params() Params {
	return Params{
		Python: "/env/bin/python", Host: "127.0.0.1", Port: 8000, App: "hello:app", AppDir: "/apps",
		Scratch: "/scratch", Exe: "/bin/wsgibench", Launchers: "/launchers",
		InnerPort: 8001, User: "me", Group: "us", Builds: map[string]string{"gohost-embed": "/builds/gohost-embed"},
		Environ: []string{"PATH=/bin", "PYTHONPATH=/leak", "LC_ALL=C.UTF-8", "GUNICORN_CMD_ARGS=--reload"},
		Env:     map[string]string{"APP": "1"},
	}
}

func load(t *testing.T, name string) *Descriptor {
	t.Helper()
	d, err := Load(name)
	if err != nil {
		t.Fatalf("Load(%q):\n%v", name, err)
	}
	return d
}

// TestCommands shows the expanded command line of every shipped descriptor, with its defaults on TCP and on a socket.
func TestCommands(t *testing.T) {
	var got strings.Builder
	for _, name := range Names() {
		d := load(t, name)
		tcp := params()
		unix := params()
		unix.Socket = "/scratch/s.sock"
		fmt.Fprintf(&got, "%s: %s\n", name, d.Doc)
		for _, way := range []struct {
			name string
			p    Params
		}{{"tcp ", tcp}, {"unix", unix}} {
			c, err := d.Expand(way.p)
			if err != nil {
				fmt.Fprintf(&got, "  %s  (%v)\n", way.name, err)
				continue
			}
			fmt.Fprintf(&got, "  %s  %s\n", way.name, strings.Join(c.Argv, " "))
			for _, part := range c.Behind {
				fmt.Fprintf(&got, "  behind %s  (ends by %s)\n", strings.Join(part.Command, " "), part.Signal)
			}
			for _, path := range slices.Sorted(maps.Keys(c.Files)) {
				fmt.Fprintf(&got, "  %s:\n    %s\n", path, strings.ReplaceAll(strings.TrimSpace(c.Files[path]), "\n", "\n    "))
			}
			want := []string{"APP=1", "LC_ALL=C.UTF-8", "PATH=/bin"}
			if own := slices.DeleteFunc(slices.Clone(c.Env), func(line string) bool { _, ok := d.Env[line[:strings.IndexByte(line, '=')]]; return ok }); !slices.Equal(own, want) {
				t.Errorf("%s: environment %q, want %q beside the descriptor's own", name, c.Env, want)
			}
			if c.Dir != "/apps" {
				t.Errorf("%s: working directory %q, want /apps", name, c.Dir)
			}
		}
	}
	golden.Check(t, "testdata/commands.golden", got.String())
}

// TestShipped holds every shipped descriptor to what the reports need of it.
func TestShipped(t *testing.T) {
	for _, name := range Names() {
		d := load(t, name)
		if d.Doc == "" || d.Path != "" || d.Name != name || d.Text == "" {
			t.Errorf("%s: doc %q, path %q, name %q, %d bytes of text", name, d.Doc, d.Path, d.Name, len(d.Text))
		}
		if d.Unavailable == "" && !d.Can["keepalive"] && !slices.ContainsFunc(d.Limits, func(s string) bool { return strings.Contains(s, "closes the connection") }) {
			t.Errorf("%s cannot keep connections alive, and its limits do not say so", name)
		}
		if len(d.Requires.Pip) > 0 {
			lock, err := d.Lock()
			if err != nil || !strings.Contains(string(lock), "--hash=sha256:") {
				t.Errorf("%s has no lock %s with hashes (error %v); make locks writes it", name, LockName(d.Requires.Pip), err)
			}
			if strings.Contains(string(lock), "://") || strings.Contains(string(lock), "\n/") {
				t.Errorf("the lock of %s names an address or a path of the machine that made it", name)
			}
		}
	}
}

func TestExpandSettings(t *testing.T) {
	d := load(t, "gunicorn-gthread")
	p := params()
	p.Settings = map[string]string{"workers": "3", "threads": "7"}
	c, err := d.Expand(p)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(c.Argv, " "); !strings.Contains(got, "--workers 3 --threads 7 ") {
		t.Errorf("argv %s lacks --workers 3 --threads 7", got)
	}
	if n, err := d.Workers(p.Settings); n != 3 || err != nil {
		t.Errorf("Workers = %d, %v, want 3", n, err)
	}
	if n, err := load(t, "wsgiref").Workers(nil); n != 1 || err != nil {
		t.Errorf("Workers of wsgiref = %d, %v, want 1", n, err)
	}
}

func TestExpandErrors(t *testing.T) {
	own, err := Parse("own.yaml", []byte(`command: [srv, "{port}", "{python}", "{module}"]`))
	if err != nil {
		t.Fatal(err)
	}
	sync := load(t, "gunicorn-sync")
	tests := []struct {
		name   string
		d      *Descriptor
		change func(*Params)
		want   string
	}{
		{"unknown setting", sync, func(p *Params) { p.Settings = map[string]string{"worker": "2"} },
			`gunicorn-sync takes no setting "worker", did you mean "workers"?; it takes backlog, workers`},
		{"two mistakes", sync, func(p *Params) { p.Settings = map[string]string{"threads": "2", "workers": "0"} },
			`gunicorn-sync takes no setting "threads"; it takes backlog, workers; gunicorn-sync: workers must be a whole number from 1, not "0"`},
		{"socket", own, func(p *Params) { p.Socket = "/s" }, "own cannot listen on a Unix socket"},
		{"no port", own, func(p *Params) { p.Port = 0 }, `command line of own: there is no value for {port}: host "127.0.0.1", port 0`},
		{"no python", own, func(p *Params) { p.Python = "" }, "command line of own: there is no value for {python} (the interpreter)"},
		{"app", own, func(p *Params) { p.App = "hello" }, `command line of own: the application "hello" is not of the form module:callable`},
	}
	for _, tt := range tests {
		p := params()
		tt.change(&p)
		if _, err := tt.d.Expand(p); err == nil || err.Error() != tt.want {
			t.Errorf("%s: error\n got %v\nwant %s", tt.name, err, tt.want)
		}
	}
}

// TestExpandOlder: what an older version does not know is left out, in a stack too, and nothing else is.
func TestExpandOlder(t *testing.T) {
	for _, name := range []string{"gunicorn-sync", "nginx-gunicorn"} {
		d := load(t, name)
		newest, err := d.Expand(params())
		if err != nil {
			t.Fatal(err)
		}
		p := params()
		p.Unknown = d.Since
		older, err := d.Expand(p)
		if err != nil {
			t.Fatal(err)
		}
		words := func(c Command) (n int, gunicorn string) {
			gunicorn = strings.Join(c.Argv, " ")
			for _, part := range c.Behind {
				gunicorn += " " + strings.Join(part.Command, " ")
			}
			return len(strings.Fields(gunicorn)), gunicorn
		}
		n, with := words(newest)
		m, got := words(older)
		if m != n-1 || got != strings.Replace(with, " --no-control-socket", "", 1) {
			t.Errorf("%s: older version\n got %s\nwant %s\nwithout --no-control-socket", name, got, with)
		}
	}
}

// TestPlaceholders expands each placeholder once, the braces themselves, and an IPv6 address.
func TestPlaceholders(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "own.yaml")
	text := `command: ["{exe}", "{app}|{module}|{callable}", "{host}|{port}|{bind}", "{{{n}}}", "{launcher:wsgiref_server.py}", "{launchers}", "{scratch}{app_dir}", "{dir}"]
defaults: {n: 1.50}
env: {WHERE: "{bind}", APP: lost}
`
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	p := params()
	p.Host = "::1"
	c, err := load(t, file).Expand(p)
	if err != nil {
		t.Fatal(err)
	}
	want := Command{
		Argv: []string{"/bin/wsgibench", "hello:app|hello|app", "::1|8000|[::1]:8000", "{1.50}", "/launchers/wsgiref_server.py", "/launchers", "/scratch/apps", dir},
		Env:  []string{"APP=1", "LC_ALL=C.UTF-8", "PATH=/bin", "WHERE=[::1]:8000"},
		Dir:  "/apps",
	}
	if diff := cmp.Diff(want, c); diff != "" {
		t.Errorf("Expand (-want +got):\n%s", diff)
	}
}

func TestMissingCommands(t *testing.T) {
	d := Descriptor{Name: "stack", Requires: Requires{Commands: []string{"here", "nginx"}, Apt: []string{"nginx-light"}}}
	look := func(name string) (string, error) {
		if name == "here" {
			return "/bin/here", nil
		}
		return "", os.ErrNotExist
	}
	want := []string{"stack needs the program nginx, which is not on PATH; on Debian: apt-get install nginx-light"}
	if got := d.MissingCommands(look); !slices.Equal(got, want) {
		t.Errorf("MissingCommands = %q, want %q", got, want)
	}
}

func TestLockBesideOwnDescriptor(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "own.yaml")
	if err := os.WriteFile(file, []byte("requires: {pip: [gunicorn]}\ncommand: [x, \"{port}\"]\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	shipped, err := load(t, file).Lock()
	if err != nil || !strings.HasPrefix(string(shipped), "#") {
		t.Errorf("without one beside it: lock %q, error %v; want the shipped one", shipped, err)
	}
	if err := os.WriteFile(filepath.Join(dir, "gunicorn.lock"), []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	if mine, err := load(t, file).Lock(); err != nil || string(mine) != "mine" {
		t.Errorf("with one beside it: lock %q, error %v; want mine", mine, err)
	}
	if got := LockName([]string{"gunicorn", "gevent"}); got != "gevent+gunicorn.lock" {
		t.Errorf("LockName = %q", got)
	}
}

func TestLoadUnknown(t *testing.T) {
	_, err := Load("gunicorn-gtread")
	if err == nil || !strings.Contains(err.Error(), `did you mean "gunicorn-gthread"?`) {
		t.Errorf("error %v does not name the nearest server", err)
	}
	if _, err := Load("./nowhere.yaml"); !os.IsNotExist(unwrapAll(err)) {
		t.Errorf("error %v, want one that says the file does not exist", err)
	}
}

func unwrapAll(err error) error {
	for {
		u, ok := err.(interface{ Unwrap() error })
		if !ok {
			return err
		}
		if _, path := err.(*os.PathError); path {
			return err
		}
		err = u.Unwrap()
	}
}

func TestSettings(t *testing.T) {
	want := map[string][]string{"wsgiref": {"backlog"}, "gunicorn-sync": {"backlog", "workers"}}
	got := map[string][]string{}
	for name := range maps.Keys(want) {
		got[name] = load(t, name).Settings()
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Settings (-want +got):\n%s", diff)
	}
}
