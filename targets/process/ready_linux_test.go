package process

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// wantHello is a probe for the fakes. Its time is long where something else must end the wait.
func wantHello(addr string) Probe {
	return Probe{Network: "tcp", Addr: addr, Path: "/hello", Timeout: limit, settle: 20 * time.Millisecond,
		Check: func(status int, body []byte) error {
			if status != 200 || string(body) != "hello" {
				return fmt.Errorf("got status %d and %q, want 200 and %q", status, body, "hello")
			}
			return nil
		}}
}

func TestReady(t *testing.T) {
	addr := freeAddr(t)
	p := start(t, fakeSpec(t, "ok", addr))
	r, err := Await(t.Context(), p, wantHello(addr))
	if err != nil {
		t.Fatal(err)
	}
	if r.After <= 0 || r.Server != "fake/1" || !r.KeepAlive || r.Framing != "content-length" || r.Proto != "HTTP/1.1" ||
		r.Processes != 1 || r.Threads < 1 || r.How != "a correct answer" {
		t.Errorf("Readiness = %+v", r)
	}
	probe := wantHello(addr)
	probe.Path, probe.Host, probe.Header = "/chunked", "example.org", [][2]string{{"X-A", "1"}}
	if r, err := Check(t.Context(), probe); err != nil || r.Framing != "chunked" {
		t.Errorf("Check = %+v, %v; want chunked", r, err)
	}
}

func TestReadyUnix(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s") // short: a socket's path has at most 107 bytes
	p := start(t, fakeSpec(t, "ok", path))
	probe := wantHello(path)
	probe.Network = "unix"
	if r, err := Await(t.Context(), p, probe); err != nil || !r.KeepAlive {
		t.Errorf("Await = %+v, %v", r, err)
	}
}

// A gateway whose server still starts answers 503; a server may close a connection without having announced it.
func TestReadyInTheEnd(t *testing.T) {
	for mode, keepAlive := range map[string]bool{"gateway": true, "lies": false} {
		t.Run(mode, func(t *testing.T) {
			addr := freeAddr(t)
			p := start(t, fakeSpec(t, mode, addr))
			if r, err := Await(t.Context(), p, wantHello(addr)); err != nil || r.KeepAlive != keepAlive {
				t.Errorf("Await = %+v, %v; want keep-alive %v", r, err, keepAlive)
			}
		})
	}
}

func TestWorkers(t *testing.T) {
	addr := freeAddr(t)
	p := start(t, fakeSpec(t, "prefork", "www@"+addr))
	probe := wantHello(addr)
	probe.Workers, probe.WorkerPath = 3, "/pid"
	r, err := Await(t.Context(), p, probe)
	if err != nil {
		t.Fatal(err)
	}
	if r.Workers != 3 || len(r.WorkerPIDs) != 3 || !slices.IsSorted(r.WorkerPIDs) || slices.Contains(r.WorkerPIDs, p.PID()) || r.Processes != 4 {
		t.Errorf("Readiness = %+v, want three workers below %d", r, p.PID())
	}
	probe.WorkerPath = ""
	if leaf, err := Await(t.Context(), p, probe); err != nil || !slices.Equal(leaf.WorkerPIDs, r.WorkerPIDs) {
		t.Errorf("leaves = %+v, %v; want %v", leaf, err, r.WorkerPIDs)
	}
	probe.WorkerPath = "/pid"
	if seen, err := Check(t.Context(), probe); err != nil || seen.Workers != 3 {
		t.Errorf("Check = %+v, %v; want three workers", seen, err)
	}
}

// Every fault gives its own error, which says what a person needs to know, with the server's last lines.
func TestNotReady(t *testing.T) {
	const soon = 600 * time.Millisecond // where only the end of the time can tell
	for _, c := range []struct {
		mode    string
		kind    Kind
		text    string
		timeout time.Duration
		change  func(*Probe, *Spec)
	}{
		{"exits", Died, "exited with code 3", limit, nil},
		{"dies-later", Died, "exited with code 4", limit, nil},
		{"background", Died, "exited with code 0", limit, nil},
		{"silent", NeverListened, "did not listen on ADDR", soon, nil},
		{"elsewhere", Elsewhere, "listens on 127.0.0.1:", limit, nil},
		{"somebody", WrongAnswer, `got status 200 and "I am somebody else", want 200 and "hello"`, limit, nil},
		{"not-found", WrongAnswer, "got status 404", limit, nil},
		{"no-http", WrongAnswer, "not with HTTP", limit, nil},
		{"closes", NoAnswer, "closes them without", soon, nil},
		{"hang", Hangs, "accepts connections and does not answer", soon, nil},
		{"no-end", Hangs, "no end of the body", soon, nil},
		{"flood", FloodedLog, "more than 50000 bytes", limit, func(_ *Probe, s *Spec) { s.LogLimit = 50_000 }},
		{"ok", FewWorkers, "1 of 2 workers answered at /pid", soon, func(p *Probe, _ *Spec) { p.Workers, p.WorkerPath = 2, "/pid" }},
		{"ok", FewWorkers, "1 of 2 worker processes", soon, func(p *Probe, _ *Spec) { p.Workers = 2 }},
		{"ok", FewWorkers, "want 200 and a pid", soon, func(p *Probe, _ *Spec) { p.Workers, p.WorkerPath = 1, "/hello" }},
	} {
		t.Run(c.mode, func(t *testing.T) {
			addr := freeAddr(t)
			spec, probe := fakeSpec(t, c.mode, addr), wantHello(addr)
			probe.Timeout = c.timeout
			if c.change != nil {
				c.change(&probe, &spec)
			}
			p := start(t, spec)
			if c.mode != "exits" && c.mode != "background" {
				waitFor(t, "the first words", func() bool { return len(p.Tail(1)) > 0 })
			}
			r, err := Await(t.Context(), p, probe)
			e := notReady(t, err)
			if want := strings.ReplaceAll(c.text, "ADDR", addr); e.Kind != c.kind || !strings.Contains(e.Text, want) {
				t.Errorf("Await = %+v, %s: %s; want %s: %q", r, e.Kind, e.Text, c.kind, want)
			}
			if e.Hint == "" || (len(e.Tail) == 0 && c.mode != "background") {
				t.Errorf("hint %q, tail %q: want both", e.Hint, e.Tail)
			}
		})
	}
}

func notReady(t *testing.T, err error) *NotReady {
	t.Helper()
	e := (*NotReady)(nil)
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want a *NotReady", err)
	}
	t.Logf("%s: %s\n\thint: %s", e.Kind, e.Text, e.Hint)
	return e
}

// Somebody else has the port, and even gives the right answer: the server itself cannot start, or has not tried yet.
func TestSomebodyElse(t *testing.T) {
	for _, mode := range []string{"ok", "silent"} {
		t.Run(mode, func(t *testing.T) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			srv := &http.Server{Handler: http.HandlerFunc(hello)}
			go func() { _ = srv.Serve(l) }()
			defer srv.Close()
			p := start(t, fakeSpec(t, mode, l.Addr().String()))
			_, err = Await(t.Context(), p, wantHello(l.Addr().String()))
			e := notReady(t, err)
			if who := fmt.Sprintf("process %d (", os.Getpid()); e.Kind != SomebodyElse || !strings.Contains(e.Text, who) {
				t.Errorf("Await = %s: %s; want %s: %q", e.Kind, e.Text, SomebodyElse, who)
			}
		})
	}
}

func TestCheckNothing(t *testing.T) {
	noLeaks(t)
	_, err := Check(t.Context(), wantHello(freeAddr(t)))
	if e := notReady(t, err); e.Kind != NeverListened || !strings.Contains(e.Text, "nothing accepts connections") {
		t.Errorf("Check = %s: %s", e.Kind, e.Text)
	}
}

func TestAwaitCancelled(t *testing.T) {
	p := start(t, fakeSpec(t, "silent", ""))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Await(ctx, p, wantHello(freeAddr(t))); !errors.Is(err, context.Canceled) {
		t.Errorf("Await = %v, want %v", err, context.Canceled)
	}
}
