package pyenv

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func (w world) request() Request {
	return Request{Interpreter: w.python, Pip: []string{"srv"}, Lock: []byte("srv==1.2\nneeded==3\n")}
}

func (w world) ensure(t *testing.T, r Request) Env {
	t.Helper()
	env, err := w.store.Ensure(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return env
}

// nothingLeft checks that the store holds lock files only, and the environment that pip is taken from.
func (w world) nothingLeft(t *testing.T) {
	t.Helper()
	entries, err := os.ReadDir(w.store.Dir)
	if err != nil {
		t.Error(err)
	}
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), "pip-") {
			continue
		}
		if entry.IsDir() || !strings.HasSuffix(entry.Name(), ".lock") && !strings.HasSuffix(entry.Name(), failedMark) {
			t.Errorf("left behind: %s", entry.Name())
		}
	}
}

func TestEnsureNothing(t *testing.T) {
	w := newWorld(t)
	got := w.ensure(t, Request{Interpreter: w.python})
	want := Env{Python: w.python.Path, Versions: map[string]string{"python": "3.13.0"}, Pinned: true}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Ensure (-want +got):\n%s", diff)
	}
	if n := w.made(t); n != 0 {
		t.Errorf("%d environments made, want none", n)
	}
}

func TestEnsureTwice(t *testing.T) {
	w := newWorld(t)
	first, second := w.ensure(t, w.request()), w.ensure(t, w.request())
	want := Env{Python: python(first.Dir), Versions: map[string]string{"python": "3.13.0", "srv": "1.2"}, Pinned: true, Made: true, Dir: first.Dir}
	if diff := cmp.Diff(want, first); diff != "" {
		t.Errorf("first (-want +got):\n%s", diff)
	}
	want.Made = false
	if diff := cmp.Diff(want, second); diff != "" {
		t.Errorf("second (-want +got):\n%s", diff)
	}
	if n := w.made(t); n != 1 {
		t.Errorf("%d environments made, want 1", n)
	}
}

func TestEnsureNotPinned(t *testing.T) {
	w := newWorld(t)
	r := w.request()
	r.Lock = nil
	if env := w.ensure(t, r); env.Pinned || env.Versions["srv"] != "9.9" {
		t.Errorf("pinned %v, versions %v; want the index's 9.9, not pinned", env.Pinned, env.Versions)
	}
}

// TestEnsureRepairs: an environment that was not finished, or does not work any more, is removed and made again.
func TestEnsureRepairs(t *testing.T) {
	for name, damage := range map[string]func(dir string) error{
		"not finished": func(dir string) error { return os.Remove(filepath.Join(dir, marker)) },
		"no python":    func(dir string) error { return os.Remove(python(dir)) },
		"no package":   func(dir string) error { return os.Remove(filepath.Join(dir, "site", "srv")) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			dir := w.ensure(t, w.request()).Dir
			if err := damage(dir); err != nil {
				t.Fatal(err)
			}
			rest := filepath.Join(dir, "rest")
			if err := os.WriteFile(rest, nil, 0o644); err != nil {
				t.Fatal(err)
			}
			if env := w.ensure(t, w.request()); !env.Made || env.Versions["srv"] != "1.2" {
				t.Errorf("made %v, versions %v; want it made again", env.Made, env.Versions)
			}
			if _, err := os.Stat(rest); !os.IsNotExist(err) {
				t.Errorf("something of the damaged environment is left: %v", err)
			}
		})
	}
}

func TestEnsureFails(t *testing.T) {
	for pip, want := range map[string]string{
		"unreachable": "package index not reachable, so srv cannot be installed (pip install: " +
			"WARNING: Retrying after connection broken by 'NewConnectionError' | ERROR: No matching distribution found for srv)",
		"broken": "make a Python environment with srv: pip install failed: ERROR: no space left on device",
	} {
		t.Run(pip, func(t *testing.T) {
			w := newWorld(t)
			t.Setenv("FAKE_PIP", pip)
			_, err := w.store.Ensure(t.Context(), w.request())
			if err == nil || err.Error() != want {
				t.Errorf("error\n got %v\nwant %s", err, want)
			}
			if got := errors.As(err, new(*Unreachable)); got != (pip == "unreachable") {
				t.Errorf("is it Unreachable: %v", got)
			}
			w.nothingLeft(t)
			made, failed, err := w.store.Look(w.request())
			if why := map[string]string{"broken": want}[pip]; made || failed != why || err != nil {
				t.Errorf("Look = %v, %q, %v; want not made, and why: %q", made, failed, err, why)
			}
			t.Setenv("FAKE_PIP", "")
			w.ensure(t, w.request())
			if made, failed, err := w.store.Look(w.request()); !made || failed != "" || err != nil {
				t.Errorf("once it was made: Look = %v, %q, %v", made, failed, err)
			}
		})
	}
}

func TestEnsureAtOnce(t *testing.T) {
	w := newWorld(t)
	var made atomic.Int32
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			env, err := w.store.Ensure(t.Context(), w.request())
			if err != nil {
				t.Error(err)
			}
			if env.Made {
				made.Add(1)
			}
		})
	}
	wg.Wait()
	if made.Load() != 1 || w.made(t) != 1 {
		t.Errorf("%d say that they made it, %d were made; want 1", made.Load(), w.made(t))
	}
}

// TestEnsureWaits: who waits for another process says so, and stops waiting when its context ends.
func TestEnsureWaits(t *testing.T) {
	w := newWorld(t)
	ctx, cancel := context.WithCancel(t.Context())
	dir, err := w.store.dir()
	if err != nil {
		t.Fatal(err)
	}
	unlock, err := lockFile(ctx, filepath.Join(dir, name(w.request())+".lock"), nil)
	if err != nil {
		t.Fatal(err)
	}
	var said string
	w.store.Log = func(line string) { said = line; cancel() } // the first thing that happens is waiting
	if _, err := w.store.Ensure(ctx, w.request()); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
	if !strings.HasPrefix(said, "waiting for another process") {
		t.Errorf("said %q, want that it waits", said)
	}
	unlock()
	w.store.Log = nil
	if env := w.ensure(t, w.request()); !env.Made {
		t.Error("after the lock was given back: not made")
	}
}

// TestEnsureCancelled: the tool at work is killed, and no half of an environment is left.
func TestEnsureCancelled(t *testing.T) {
	w := newWorld(t)
	socket := filepath.Join(t.TempDir(), "s")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	t.Setenv("FAKE_PIP", "hang")
	t.Setenv("FAKE_SOCKET", socket)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := w.store.Ensure(ctx, w.request())
		done <- err
	}()
	conn, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
	if _, err := io.ReadAll(conn); err != nil { // ends when the program is dead
		t.Error(err)
	}
	w.nothingLeft(t)
}

func TestName(t *testing.T) {
	a := Request{Interpreter: Interpreter{Version: "3.13.0", Implementation: "cpython"}, Pip: []string{"gunicorn[gevent]", "b"}, Lock: []byte("1")}
	if got := name(a); !strings.HasPrefix(got, "cpython3.13.0-b-gunicorn_gevent_-") {
		t.Errorf("name %q does not say what it is", got)
	}
	swapped := a
	swapped.Pip = []string{"b", "gunicorn[gevent]"}
	if name(a) != name(swapped) {
		t.Error("the order of the packages changes the name")
	}
	for what, change := range map[string]func(*Request){
		"lock":           func(r *Request) { r.Lock = []byte("2") },
		"version":        func(r *Request) { r.Interpreter.Version = "3.13.1" },
		"implementation": func(r *Request) { r.Interpreter.Implementation = "pypy" },
		"path":           func(r *Request) { r.Interpreter.Path = "/other" },
		"platform":       func(r *Request) { r.Interpreter.Platform = "linux-aarch64" },
		"threading":      func(r *Request) { r.Interpreter.BasePrefix = "/usr/lib/3.13t" },
	} {
		b := a
		change(&b)
		if name(a) == name(b) {
			t.Errorf("the %s does not change the name", what)
		}
	}
}
