//go:build real

package pyenv

import (
	"bufio"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// These tests run real Pythons, and install real packages from the package index.

// realPython finds a Python without uv on PATH, unless with says so.
func realPython(t *testing.T) Interpreter {
	t.Helper()
	i, err := Store{}.Find(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// realStore is an empty store. PATH has no uv, so that pip is used, unless the test adds one.
func realStore(t *testing.T) Store {
	t.Helper()
	var dirs []string
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		if !executable(filepath.Join(dir, "uv")) {
			dirs = append(dirs, dir)
		}
	}
	t.Setenv("PATH", strings.Join(dirs, string(filepath.ListSeparator)))
	return Store{Dir: filepath.Join(t.TempDir(), "envs"), Log: func(line string) { t.Log(line) }}
}

func lockOf(t *testing.T, name string) []byte {
	t.Helper()
	lock, err := os.ReadFile(filepath.Join("..", "servers", name))
	if err != nil {
		t.Fatal(err)
	}
	return lock
}

// gunicorn is the request for the shipped lock, and the version in it.
func gunicorn(t *testing.T, i Interpreter) (Request, string) {
	t.Helper()
	lock := lockOf(t, "gunicorn.lock")
	m := regexp.MustCompile(`(?m)^gunicorn==(\S+)`).FindSubmatch(lock)
	if m == nil {
		t.Fatalf("no gunicorn in %s", lock)
	}
	return Request{Interpreter: i, Pip: []string{"gunicorn"}, Lock: lock}, string(m[1])
}

func mustEnsure(t *testing.T, s Store, r Request) Env {
	t.Helper()
	env, err := s.Ensure(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return env
}

// TestRealFind runs every Python that is installed here: each is found by its name with its version, or refused because
// it is too old.
func TestRealFind(t *testing.T) {
	all := Installed()
	if len(all) == 0 {
		t.Fatal("no program called like python3.11 on PATH or installed by pyenv or uv: install a Python 3.10 or newer")
	}
	usable := 0
	for _, path := range all {
		name := filepath.Base(path)
		i, err := Store{}.Find(t.Context(), name)
		if err != nil {
			if !strings.Contains(err.Error(), "older than "+Oldest) {
				t.Errorf("Find(%q): %v", name, err)
			}
			continue
		}
		usable++
		if !strings.HasPrefix(i.Version+".", strings.TrimPrefix(name, "python")+".") || i.Implementation != "cpython" || i.GIL == nil || len(i.Sites) == 0 {
			t.Errorf("Find(%q) = %+v", name, i)
		}
		out, err := exec.Command(i.Path, "--version").Output()
		if want := "Python " + i.Version + "\n"; err != nil || string(out) != want {
			t.Errorf("%s --version says %q (error %v), want %q", i.Path, out, err, want)
		}
	}
	if usable == 0 {
		t.Errorf("of %v none is usable", all)
	}
}

func TestRealEnsurePip(t *testing.T) {
	s := realStore(t)
	r, version := gunicorn(t, realPython(t))
	first, second := mustEnsure(t, s, r), mustEnsure(t, s, r)
	if !first.Made || second.Made || !first.Pinned || !second.Pinned || first.Versions["gunicorn"] != version {
		t.Errorf("first %+v, second %+v; want gunicorn %s, pinned, made once", first, second, version)
	}
	// Nothing that the lock does not name may get in.
	r.Lock = []byte(regexp.MustCompile(`[0-9a-f]{64}`).ReplaceAllString(string(r.Lock), strings.Repeat("0", 64)))
	_, err := s.Ensure(t.Context(), r)
	if !errors.As(err, new(*Failed)) || !strings.Contains(strings.ToLower(err.Error()), "hash") {
		t.Errorf("wrong hashes: error %v, want *Failed that names them", err)
	}
}

// TestRealEnsureUV makes the same environment with uv, which pip installs first.
func TestRealEnsureUV(t *testing.T) {
	s := realStore(t)
	i := realPython(t)
	uv := mustEnsure(t, s, Request{Interpreter: i, Pip: []string{"uv"}})
	// Only uv itself is put on PATH: the directory it is in has a python, too.
	bin := t.TempDir()
	if err := os.Symlink(filepath.Join(filepath.Dir(uv.Python), "uv"), filepath.Join(bin, "uv")); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+string(filepath.ListSeparator)+os.Getenv("PATH"))
	r, version := gunicorn(t, i)
	env := mustEnsure(t, s, r)
	if env.Versions["gunicorn"] != version || !env.Made || !env.Pinned {
		t.Errorf("got %+v, want gunicorn %s, pinned, made", env, version)
	}
	config, err := os.ReadFile(filepath.Join(env.Dir, "pyvenv.cfg"))
	if err != nil || !regexp.MustCompile(`(?m)^uv = `).Match(config) {
		t.Errorf("uv did not make it: error %v, pyvenv.cfg %s", err, config)
	}
	if cached, _ := filepath.Glob(filepath.Join(env.Dir, "lib", "python*", "site-packages", "gunicorn", "__pycache__", "*.pyc")); len(cached) == 0 {
		t.Error("the packages were not compiled")
	}

	t.Setenv("UV_DEFAULT_INDEX", "http://127.0.0.1:9/") // uv's index is dead, pip's is not
	r.Lock = append(r.Lock, "# another lock, so another environment\n"...)
	config, err = os.ReadFile(filepath.Join(mustEnsure(t, s, r).Dir, "pyvenv.cfg"))
	if err != nil {
		t.Error(err)
	}
	t.Logf("with a dead index for uv only:\n%s", config)
}

// TestRealUnreachable: a package index that refuses is known at once, with a kind of its own.
func TestRealUnreachable(t *testing.T) {
	s := realStore(t)
	for name, value := range map[string]string{
		"PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_EXTRA_INDEX_URL": "", "PIP_FIND_LINKS": "", "PIP_CONFIG_FILE": os.DevNull, "PIP_NO_CACHE_DIR": "1",
	} {
		t.Setenv(name, value)
	}
	r, _ := gunicorn(t, realPython(t))
	for _, lock := range [][]byte{r.Lock, nil} {
		r.Lock = lock
		start := time.Now()
		_, err := s.Ensure(t.Context(), r)
		if !errors.As(err, new(*Unreachable)) {
			t.Errorf("locked %v: error %v, want *Unreachable", lock != nil, err)
		}
		t.Logf("known after %v: %v", time.Since(start).Round(time.Millisecond), err)
	}
}

// TestRealTwoProcesses: of two processes that want the same environment one makes it. The processes are this test
// binary, which TestHelperEnsure makes behave so.
func TestRealTwoProcesses(t *testing.T) {
	s := realStore(t)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var outputs []*bufio.Reader
	for range 2 {
		cmd := exec.CommandContext(t.Context(), self, "-test.run=^TestHelperEnsure$")
		cmd.Env = append(os.Environ(), "WSGIBENCH_HELPER_STORE="+s.Dir)
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		defer cmd.Wait()
		outputs = append(outputs, bufio.NewReader(out))
	}
	said := map[string]int{}
	for _, out := range outputs {
		line, err := out.ReadString('\n')
		if err != nil {
			t.Errorf("a process said %q: %v", line, err)
		}
		said[strings.TrimSpace(line)]++
	}
	if diff := cmp.Diff(map[string]int{"made true": 1, "made false": 1}, said); diff != "" {
		t.Errorf("the processes said (-want +got):\n%s", diff)
	}
}

// TestHelperEnsure is one of the processes of TestRealTwoProcesses; by itself it checks that it is not.
func TestHelperEnsure(t *testing.T) {
	dir := os.Getenv("WSGIBENCH_HELPER_STORE")
	if dir == "" {
		return
	}
	r, _ := gunicorn(t, realPython(t))
	env, err := Store{Dir: dir}.Ensure(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	if env.Made {
		os.Stdout.WriteString("made true\n")
	} else {
		os.Stdout.WriteString("made false\n")
	}
}
