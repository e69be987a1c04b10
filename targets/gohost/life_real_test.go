//go:build real

package gohost

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

func pidOf(t *testing.T, a answer) int {
	t.Helper()
	pid, err := strconv.Atoi(a.body)
	if err != nil {
		t.Fatalf("got %d %q, want a process id", a.StatusCode, a.body)
	}
	return pid
}

// awaitEnd waits until a process has ended.
func awaitEnd(t *testing.T, pid int) {
	t.Helper()
	if err := ended(pid, patience); err != nil {
		t.Fatalf("process %d: %v", pid, err)
	}
}

func TestRealDeathCostsItsOwnRequestsOnly(t *testing.T) {
	for _, how := range []string{"exit", "segv", "kill"} {
		config := probeConfig(t)
		config.Workers = 2
		h := runHost(t, config, nil)
		// One worker gets a request that waits, the other the one that kills: the fewest requests go first.
		other := h.dial().send("GET /stream/w HTTP/1.1\nHost: h\n\n")
		other.head()
		other.chunk()
		killed := h.dial().send("GET /die/%s HTTP/1.1\nHost: h\n\n", how)
		killed.receive("GET").check(t, how, 502, "502 Bad Gateway: the worker died\n")
		for range 10 {
			h.get("/").check(t, "after "+how, 200, "hello")
		}
		h.await("it ended, ")
		h.releaseEverywhere("w/1")
		h.releaseEverywhere("w/2")
		for _, want := range []string{"two", "three", ""} {
			if got := other.chunk(); got != want {
				t.Errorf("%s: the request on the other worker got %q, want %q", how, got, want)
			}
		}
		h.stop()
	}
}

// releaseEverywhere reaches every worker: they take turns.
func (h *running) releaseEverywhere(key string) {
	for range 6 {
		h.get("/release/" + key)
	}
}

func TestRealHangIsKilled(t *testing.T) {
	config := probeConfig(t)
	config.Timeout = 2 * time.Second
	h := runHost(t, config, nil)
	old := pidOf(t, h.get("/pid"))
	h.get("/die/hang").check(t, "hang", 504, "504 Gateway Timeout: the application was silent for too long\n")
	got := h.get("/pid")
	for limit := time.Now().Add(patience); got.StatusCode == 503 && time.Now().Before(limit); { // the next one is loading
		got = h.get("/pid")
	}
	if now := pidOf(t, got); now == old {
		t.Errorf("got an answer from process %d, which hangs", now)
	}
	awaitEnd(t, old)
}

func TestRealMaxRequestsLosesNothing(t *testing.T) {
	config := probeConfig(t)
	config.Workers, config.MaxRequests = 2, 25
	h := runHost(t, config, nil)
	pids := make([]map[string]bool, 4)
	var group sync.WaitGroup
	for i := range pids {
		pids[i] = map[string]bool{}
		group.Go(func() {
			p := h.dial()
			for range 100 {
				got := p.send("GET /pid HTTP/1.1\nHost: h\n\n").receive("GET")
				if got.err != nil || got.StatusCode != 200 {
					t.Errorf("got %d %q, %v", got.StatusCode, got.body, got.err)
					return
				}
				pids[i][got.body] = true
			}
		})
	}
	group.Wait()
	h.await("it has served its --max-requests")
	h.get("/").check(t, "after recycling", 200, "hello")
}

func TestRealReloadRefusesNobody(t *testing.T) {
	dir := t.TempDir()
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, "edited.py"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	app := "import sys\nsys.dont_write_bytecode = True\ndef application(e, s):\n    s('200 OK', [])\n    return [b'%s']\n"
	write(strings.ReplaceAll(app, "%s", "one"))
	config := probeConfig(t)
	config.App, config.Dir, config.Workers = "edited:application", dir, 2
	h := runHost(t, config, nil)
	p := h.dial()
	p.send("GET / HTTP/1.1\nHost: h\n\n").receive("GET").check(t, "before", 200, "one")
	write("broken(")
	h.signals <- syscall.SIGHUP
	h.await("stays")
	p.send("GET / HTTP/1.1\nHost: h\n\n").receive("GET").check(t, "after a broken reload", 200, "one")
	write(strings.ReplaceAll(app, "%s", "three"))
	h.signals <- syscall.SIGHUP
	limit := time.Now().Add(patience)
	for seen := 0; seen < 4; { // both workers, twice
		got := p.send("GET / HTTP/1.1\nHost: h\n\n").receive("GET")
		if got.StatusCode != 200 || time.Now().After(limit) {
			t.Fatalf("during a reload: got %d %q, %v", got.StatusCode, got.body, got.err)
		}
		if seen++; got.body != "three" {
			seen = 0
		}
		if got.Close {
			p = h.dial()
		}
	}
}

func TestRealTermFinishesWhatIsInFlight(t *testing.T) {
	h := runHost(t, probeConfig(t), nil)
	idle := h.dial()
	idle.send("GET / HTTP/1.1\nHost: h\n\n").receive("GET").check(t, "before", 200, "hello")
	begun := h.dial().send("GET /wait/t HTTP/1.1\nHost: h\n\n")
	releaser := h.dial().send("GET /begun/t HTTP/1.1\nHost: h\n\n")
	releaser.receive("GET").check(t, "begun", 200, "begun")
	half := h.dial().send("GET /release/t/1 HTTP/1.1\nHo")
	h.signals <- syscall.SIGTERM
	h.await("stopping")
	if _, err := idle.in.ReadByte(); err == nil {
		t.Error("got a byte on an idle connection, want its end")
	}
	got := half.send("st: h\n\n").receive("GET")
	got.check(t, "half a head", 200, "released")
	got = begun.receive("GET")
	if pidOf(t, got); !got.Close {
		t.Error("the last answer does not say that the connection ends")
	}
	if err := h.wait(); err != nil {
		t.Errorf("got %v, want an orderly end", err)
	}
	if _, err := os.Stat(h.address); err == nil {
		t.Error("the socket file was left")
	}
}

func TestRealSecondTermEndsAtOnce(t *testing.T) {
	h := runHost(t, probeConfig(t), nil)
	pid := pidOf(t, h.get("/pid"))
	begun := h.dial().send("GET /wait/t HTTP/1.1\nHost: h\n\n")
	h.get("/begun/t").check(t, "begun", 200, "begun")
	h.signals <- syscall.SIGTERM
	h.await("stopping")
	h.signals <- syscall.SIGTERM
	if err := h.wait(); err != nil {
		t.Errorf("got %v", err)
	}
	if got := begun.receive("GET"); got.err == nil && got.StatusCode == 200 {
		t.Errorf("got %d %q of a request that was never released", got.StatusCode, got.body)
	}
	awaitEnd(t, pid)
}

func TestRealGracefulHasAnEnd(t *testing.T) {
	config := probeConfig(t)
	config.Graceful = 100 * time.Millisecond
	h := runHost(t, config, nil)
	pid := pidOf(t, h.get("/pid"))
	h.dial().send("GET /wait/t HTTP/1.1\nHost: h\n\n")
	h.get("/begun/t").check(t, "begun", 200, "begun")
	h.signals <- syscall.SIGTERM
	if err := h.wait(); err != nil {
		t.Errorf("got %v", err)
	}
	awaitEnd(t, pid)
}

// killed starts a host as a program, which also gets a place for its socket and its temporary files, kills it amid what
// use does with it, and looks at what is left: no process that use names, and no file.
func killed(t *testing.T, cmd *exec.Cmd, use func(*running) (pids map[int]bool)) {
	t.Helper()
	dir, err := os.MkdirTemp("", "gohost-test-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	socket := filepath.Join(dir, "s")
	cmd.Args = append(cmd.Args, "--bind", "unix:"+socket)
	cmd.Env = append(cmd.Environ(), "TMPDIR="+dir)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(stderr).ReadString('\n'); !strings.Contains(line, "serving") {
		t.Fatalf("the host said %q, %v", line, err)
	}
	pids := use(&running{t: t, address: socket})
	cmd.Process.Kill()
	cmd.Wait()
	for pid := range pids {
		awaitEnd(t, pid)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestRealKilledHostLeavesNothing(t *testing.T) {
	cmd := exec.Command(os.Args[0], "--app", "probe:application", "--chdir", "testdata", "--workers", "2")
	cmd.Env = append(os.Environ(), "GOHOST_TEST_MAIN=1")
	killed(t, cmd, func(h *running) map[int]bool {
		pids := map[int]bool{}
		for range 4 {
			pids[pidOf(t, h.get("/pid"))] = true
		}
		if len(pids) != 2 {
			t.Errorf("got answers of %d processes, want 2", len(pids))
		}
		h.dial().send("GET /wait/t HTTP/1.1\nHost: h\n\n")
		h.dial().send("GET /forever/f HTTP/1.1\nHost: h\n\n").head()
		return pids
	})
}

func TestRealFailedStartSaysWhy(t *testing.T) {
	for app, want := range map[string]string{
		"nothing:application": "No module named 'nothing'", "probe:nothing": "has no attribute 'nothing'", "probe:PLAIN": "cannot be called",
	} {
		config := probeConfig(t)
		config.App, config.Bind = app, "unix:"+filepath.Join(t.TempDir(), "s")
		log := &lockedBuffer{more: make(chan struct{}, 1)}
		err := Serve(context.Background(), config, nil, make(chan os.Signal), log, log)
		if err == nil || !strings.Contains(err.Error(), app) || !strings.Contains(log.String(), want) {
			t.Errorf("%s: got %v and %q, want an error and %q", app, err, log, want)
		}
	}
}

func TestRealCGI(t *testing.T) {
	config := probeConfig(t)
	config.Mode, config.Workers = ModeCGI, 2
	h := runHost(t, config, nil)
	h.get("/").check(t, "cgi", 200, "hello")
	p := h.dial().send("POST /read/lines?x HTTP/1.1\nHost: h\nContent-Length: 8\n\none\n%s", "two\n")
	p.receive("POST").check(t, "cgi body", 200, `[b'one\r\n', b'two', b'', b'']`)
	if first, second := pidOf(t, h.get("/pid")), pidOf(t, h.get("/pid")); first == second {
		t.Errorf("got process %d twice, want one for each request", first)
	}
}
