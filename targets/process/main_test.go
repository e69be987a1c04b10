package process

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The environment of the fake server: which fault it has, where it listens, and a file whose removal ends it.
const (
	fakeMode = "WSGIBENCH_TEST_FAKE"
	fakeAddr = "WSGIBENCH_TEST_ADDR"
	fakeFlag = "WSGIBENCH_TEST_FLAG"
)

// raceQuick spares every process of a -race build the second that the race detector sleeps at exit.
const raceQuick = "GORACE=atexit_sleep_ms=0"

func TestMain(m *testing.M) {
	KeeperMain()
	if mode := os.Getenv(fakeMode); mode != "" {
		if len(os.Args) > 1 { // a program behind another, whose environment it shares
			mode = os.Args[1]
		}
		fake(mode)
		os.Exit(0)
	}
	if l, err := net.Listen("tcp", "127.0.0.1:0"); err == nil {
		l.Close() // opens what the runtime keeps open, so that leak checks see only what tests open
	}
	os.Setenv("GORACE", strings.TrimPrefix(raceQuick, "GORACE=")) // for the keepers
	os.Exit(m.Run())
}

// limit bounds every wait of the tests. It is no expectation: a busy machine is slow.
const limit = 60 * time.Second

// waitFor waits until a condition holds.
func waitFor(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline := time.Now().Add(limit)
	for !holds() {
		if time.Now().After(deadline) {
			t.Fatalf("waited %v, and still not: %s", limit, what)
		}
		runtime.Gosched()
		<-time.After(2 * time.Millisecond)
	}
}

// fakeSpec is a fake server in the given mode; addr may be empty.
func fakeSpec(t *testing.T, mode, addr string) Spec {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	flag := filepath.Join(t.TempDir(), "alive")
	if err := os.WriteFile(flag, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	return Spec{
		Argv: []string{exe}, Log: filepath.Join(t.TempDir(), "server.log"), Grace: limit,
		Env: []string{fakeMode + "=" + mode, fakeAddr + "=" + addr, fakeFlag + "=" + flag, raceQuick},
	}
}

// start starts a server, and stops it and looks for leaks when the test ends.
func start(t *testing.T, spec Spec) *Process {
	t.Helper()
	noLeaks(t)
	p, err := Start(t.Context(), spec)
	if err != nil {
		t.Fatalf("Start: %v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel() // no grace
		if _, err := p.Stop(ctx); err != nil {
			t.Errorf("Stop: %v", err)
		}
	})
	return p
}

func freeAddr(t *testing.T) string {
	t.Helper()
	port, err := FreePort()
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("127.0.0.1:%d", port)
}

// says waits until the server has printed a line.
func says(t *testing.T, p *Process, word string) {
	t.Helper()
	waitFor(t, "the server says "+word, func() bool {
		return strings.Contains(strings.Join(p.Tail(50), "\n"), word)
	})
}

// alive reports whether a process runs, and is not only waiting to be waited for.
func alive(pid int) bool {
	all, err := scan()
	if err != nil {
		return syscall.Kill(pid, 0) == nil
	}
	for _, p := range all {
		if p.pid == pid {
			return !p.dead()
		}
	}
	return false
}

// noLeaks fails the test if it leaves processes, open files or goroutines behind.
func noLeaks(t *testing.T) {
	t.Helper()
	goroutines, files := runtime.NumGoroutine(), len(openFiles())
	t.Cleanup(func() {
		deadline := time.Now().Add(limit)
		for {
			g, f, c := runtime.NumGoroutine(), openFiles(), children()
			if g <= goroutines && len(f) <= files && len(c) == 0 {
				return
			}
			if time.Now().After(deadline) {
				t.Errorf("left behind: %d goroutines (were %d), files %v (were %d), children %v", g, goroutines, f, files, c)
				return
			}
			<-time.After(2 * time.Millisecond)
		}
	})
}

func openFiles() []string {
	var out []string
	fds, _ := os.ReadDir("/dev/fd")
	for _, fd := range fds {
		if to, err := os.Readlink("/proc/self/fd/" + fd.Name()); err == nil {
			out = append(out, to)
		}
	}
	return out
}

func children() []proc {
	all, _ := scan()
	var out []proc
	for _, p := range all {
		if p.ppid == os.Getpid() {
			out = append(out, p)
		}
	}
	return out
}
