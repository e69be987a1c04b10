package pyenv

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// userEnvironment makes a virtual environment of the user with these distributions.
func (w world) userEnvironment(t *testing.T, distributions map[string]string) Interpreter {
	t.Helper()
	home := filepath.Join(t.TempDir(), "mine")
	if err := os.MkdirAll(filepath.Join(home, "site"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(home, "base"), []byte(filepath.Dir(filepath.Dir(w.python.Path))), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, version := range distributions {
		if err := os.WriteFile(filepath.Join(home, "site", name), []byte(version), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return w.interpreter(t, home)
}

func TestOwnHasAll(t *testing.T) {
	w := newWorld(t)
	r := w.request()
	r.Interpreter, r.Own = w.userEnvironment(t, map[string]string{"srv": "0.1"}), true
	want := Env{Python: r.Interpreter.Path, Versions: map[string]string{"python": "3.13.0", "srv": "0.1"}}
	if diff := cmp.Diff(want, w.ensure(t, r)); diff != "" {
		t.Errorf("Ensure (-want +got):\n%s", diff)
	}
	if n := w.made(t); n != 0 {
		t.Errorf("%d environments made, want none", n)
	}
}

func TestPyString(t *testing.T) {
	for in, want := range map[string]string{"/a b": "'/a b'", `it's\`: `'it\'s\\'`, "é\n": `'\U000000e9\U0000000a'`} {
		if got := pyString(in); got != want {
			t.Errorf("pyString(%q) = %s, want %s", in, got, want)
		}
	}
}

func TestDistribution(t *testing.T) {
	for in, want := range map[string]string{"gunicorn": "gunicorn", "gunicorn[gevent]==26.1.0": "gunicorn", "mod_wsgi>=6": "mod_wsgi", "zope.interface": "zope.interface"} {
		if got := Distribution(in); got != want {
			t.Errorf("Distribution(%q) = %q, want %q", in, got, want)
		}
	}
}

// TestUnreachable holds the reading of pip's and uv's words to what they really printed, hosts changed.
func TestUnreachable(t *testing.T) {
	for _, tt := range []struct {
		output       string
		locked, want bool
	}{
		{"WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after connection broken by 'NewConnectionError('<pip._vendor.urllib3.connection.HTTPConnection object at 0x7f5a204f30e0>: Failed to establish a new connection: [Errno 111] Connection refused')': /waitress/\nERROR: No matching distribution found for waitress", false, true},
		{"error: Request failed after 3 retries in 6.2s\n  cause: Failed to fetch: http://index.invalid/waitress/\n  cause: client error (Connect)\n  cause: dns error", false, true},
		{"ERROR: Could not find a version that satisfies the requirement gunicron (from versions: none)\nERROR: No matching distribution found for gunicron", false, false},
		{"ERROR: Could not find a version that satisfies the requirement gunicorn==27.0.1 (from versions: none)", true, true},
		{"ERROR: Could not find a version that satisfies the requirement gunicorn==99 (from versions: 26.0.0, 27.0.1)", true, false},
		{"ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", true, false},
		{"", true, false},
	} {
		if got := unreachable(tt.output, tt.locked); got != tt.want {
			t.Errorf("unreachable(%.80q, locked %v) = %v, want %v", tt.output, tt.locked, got, tt.want)
		}
	}
}

// TestDerived: a server is added beside the user's packages, which win, and the user's environment stays as it is.
func TestDerived(t *testing.T) {
	w := newWorld(t)
	r := w.request()
	r.Pip, r.Lock = []string{"srv", "shared"}, []byte("srv==1.2\nshared==2\n")
	r.Interpreter, r.Own = w.userEnvironment(t, map[string]string{"shared": "1", "flask": "3"}), true
	user := os.DirFS(r.Interpreter.Prefix)
	before := listing(t, user)

	first, second := w.ensure(t, r), w.ensure(t, r)
	want := map[string]string{"python": "3.13.0", "srv": "1.2", "shared": "1"}
	if diff := cmp.Diff(want, first.Versions); diff != "" {
		t.Errorf("versions (-want +got):\n%s", diff)
	}
	if first.Pinned || !first.Made || second.Made || first.Dir != second.Dir {
		t.Errorf("first %+v, second %+v; want not pinned, made once", first, second)
	}
	if diff := cmp.Diff(before, listing(t, user)); diff != "" {
		t.Errorf("the user's environment was changed (-before +after):\n%s", diff)
	}
}

// TestNoVersion holds the reading of pip's words to what it really printed.
func TestNoVersion(t *testing.T) {
	said := "ERROR: Could not find a version that satisfies the requirement gunicorn==99.0.0 (from versions: 0.1, 0.2, 20.1.0, 23.0.0, 26.0.0, 26.1.0, 27.0.1)\nERROR: No matching distribution found for gunicorn==99.0.0"
	absent := failure("pip install", Request{Pip: []string{"gunicorn==99.0.0"}}, output{both: []byte(said)}, errors.New("exit status 1"))
	if want := "there is no version 99.0.0 of gunicorn for this Python; the newest are 27.0.1, 26.1.0, 26.0.0, 23.0.0, 20.1.0"; absent == nil || absent.Error() != want {
		t.Errorf("got  %v\nwant %s", absent, want)
	}
	for _, other := range []string{
		"ERROR: Could not find a version that satisfies the requirement gunicorn==27.0.1 (from versions: none)", "error: command 'gcc' failed",
	} {
		if got := noVersion(other); got != nil {
			t.Errorf("noVersion(%q) = %v, want nil", other, got)
		}
	}
}

// TestWrongPython holds the reading of pip's and uv's words to what they really printed.
func TestWrongPython(t *testing.T) {
	for _, tt := range []struct{ said, want string }{
		{"ERROR: Ignored the following versions that require a different python version: 26.0.0 Requires-Python >=3.10; 27.0.1 Requires-Python >=3.10\n" +
			"ERROR: Could not find a version that satisfies the requirement gunicorn==27.0.1 (from versions: 23.0.0)\nERROR: No matching distribution found for gunicorn==27.0.1",
			"gunicorn==27.0.1 needs Python >=3.10"},
		{"  × No solution found when resolving dependencies:\n  ╰─▶ Because the current Python version (3.9.16) does not satisfy Python>=3.10 and\n      gunicorn==27.0.1 depends on Python>=3.10, we can conclude that gunicorn==27.0.1\n      cannot be used.",
			"gunicorn==27.0.1 needs Python >=3.10"},
		{"ERROR: Could not find a version that satisfies the requirement gunicorn==27.0.1 (from versions: none)", ""},
		{"error: command 'gcc' failed", ""},
	} {
		if got := wrongPython(tt.said); got != tt.want {
			t.Errorf("wrongPython(%q) = %q, want %q", tt.said, got, tt.want)
		}
	}
}
