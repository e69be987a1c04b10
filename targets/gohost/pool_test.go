package gohost

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

func TestEnvironAndKeptConnection(t *testing.T) {
	h := runFake(t, Config{})
	p := h.dial()
	for range 3 {
		got := p.send("GET /a%%2Fb?c=d HTTP/1.1\nHost: h\nX-Two: 1\nx-two: 2\nX_Bad: 3\n\n%s", "").receive("GET")
		for _, want := range []string{"REQUEST_METHOD\x00GET", "PATH_INFO\x00/a/b", "QUERY_STRING\x00c=d", "HTTP_X_TWO\x001,2", "SERVER_PORT\x0080"} {
			if !strings.Contains("\x00"+got.body+"\x00", "\x00"+want+"\x00") {
				t.Errorf("got environ %q, want %q in it", got.body, want)
			}
		}
		if strings.Contains(got.body, "BAD") {
			t.Errorf("got environ %q, want no name with an underscore", got.body)
		}
	}
}

func TestLaterBlocks(t *testing.T) {
	h := runFake(t, Config{Workers: 1, Threads: 1})
	p := h.dial()
	p.send("GET /later HTTP/1.1\nHost: h\n\nHEAD /later HTTP/1.1\nHost: h\n\nGET /count HTTP/1.1\nHost: h\n\n")
	want := "a" + strings.Repeat("b", 200000) + "c"
	p.receive("GET").check(t, "chunked", 200, want)
	p.receive("HEAD").check(t, "HEAD", 200, "")
	p.receive("GET").check(t, "behind it", 200, "3")
	h.dial().send("GET /later HTTP/1.0\n\n").receive("GET").check(t, "HTTP/1.0", 200, want)
}

func TestWorkersThatFail(t *testing.T) {
	h := runFake(t, Config{Workers: 2, Timeout: 2 * time.Second})
	for _, test := range []struct {
		path   string
		status int
	}{
		{"/abort", 500}, {"/die", 502}, {"/garbage", 500}, {"/idle-first", 500}, {"/block-first", 500}, {"/hang", 504},
	} {
		if got := h.get(test.path); got.StatusCode != test.status || got.err != nil {
			t.Errorf("%s: got %d %q %v, want %d", test.path, got.StatusCode, got.body, got.err, test.status)
		}
		for range 4 {
			if got := h.get("/pid"); got.StatusCode != 200 {
				t.Errorf("after %s: got %d %q", test.path, got.StatusCode, got.body)
			}
		}
	}
}

func TestFilesAreSent(t *testing.T) {
	program, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	h := runFake(t, Config{})
	h.get("/pipe").check(t, "what is no file", 200, fmt.Sprint("state ", dataMore))
	if runtime.GOOS != "linux" { // there is no way to open a worker's file
		h.get("/file").check(t, "file", 200, fmt.Sprint("state ", dataMore))
		return
	}
	h.get("/file").check(t, "file", 200, string(program[10:100_010])+fmt.Sprint("state ", dataEnd))
	h.dial().send("GET /file HTTP/1.0\n\n").receive("GET").check(t, "HTTP/1.0", 200, string(program[10:100_010])+fmt.Sprint("state ", dataEnd))
	h.dial().send("HEAD /file HTTP/1.1\nHost: h\n\n").receive("HEAD").check(t, "HEAD", 200, "")
}

func TestAllWorkersAnswerInTurn(t *testing.T) {
	h := runFake(t, Config{Workers: 3, Threads: 2})
	seen := map[string]int{}
	for range 9 {
		seen[h.get("/pid").body]++
	}
	for pid, n := range seen {
		if n != 3 {
			t.Errorf("process %s answered %d of 9 requests, want 3", pid, n)
		}
	}
}

func TestRecyclingLosesNothing(t *testing.T) {
	h := runFake(t, Config{Workers: 2, Threads: 2, MaxRequests: 10})
	var group sync.WaitGroup
	for range 6 {
		group.Go(func() {
			p := h.dial()
			for range 100 {
				if got := p.send("GET /echo HTTP/1.1\nHost: h\n\n").receive("GET"); got.StatusCode != 200 || got.err != nil {
					t.Errorf("got %d %q %v", got.StatusCode, got.body, got.err)
					return
				}
			}
		})
	}
	group.Wait()
	h.await("it has served its --max-requests")
}

func TestReloadAndStop(t *testing.T) {
	h := runFake(t, Config{Workers: 2})
	old := map[string]bool{h.get("/pid").body: true, h.get("/pid").body: true}
	h.signals <- syscall.SIGHUP
	for limit := time.Now().Add(patience); old[h.get("/pid").body]; {
		if time.Now().After(limit) {
			t.Fatal("the old workers still answer")
		}
	}
	h.signals <- syscall.SIGTERM
	if err := h.wait(); err != nil {
		t.Errorf("got %v, want an orderly end", err)
	}
}

// TestPartialRequestsWait checks the dispatch by itself: partial requests never hold every thread.
func TestPartialRequestsWait(t *testing.T) {
	p := newDispatch(t.Context(), Config{Threads: 3, Workers: 1})
	p.ready = 1
	w := &worker{quiet: make(chan struct{}), worn: make(chan wear, 1)}
	for range 3 {
		w.threads = append(w.threads, &thread{worker: w})
	}
	p.workers[0], w.idle = w, append(w.idle, w.threads...)
	first, second := p.acquireNow(), p.acquireNow()
	if first == nil || second == nil || p.acquireNow() != nil {
		t.Fatalf("got %v, %v and a third, want two of three threads", first, second)
	}
	whole := p.try(false)
	if whole == nil || p.try(false) != nil {
		t.Fatal("the last thread is for a complete request, once")
	}
	p.release(first)
	if p.acquireNow() == nil {
		t.Error("a thread was freed, and no partial request got it")
	}
	p.release(whole)
	if p.acquireNow() != nil || p.try(false) == nil {
		t.Error("the freed thread is for a complete request")
	}
}

func TestLimitsOfBody(t *testing.T) {
	h := runFake(t, Config{MaxBody: 1000})
	for _, test := range []struct {
		size, status int
	}{{1000, 200}, {1001, 413}} {
		body := strings.Repeat("x", test.size)
		if got := h.dial().send("POST /echo HTTP/1.1\nHost: h\nContent-Length: %d\n\n%s", test.size, body).receive("POST"); got.StatusCode != test.status {
			t.Errorf("%d bytes: got %d, want %d", test.size, got.StatusCode, test.status)
		}
		chunks := fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", test.size, body)
		if got := h.dial().send("POST /echo HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n").send("%s", chunks).receive("POST"); got.StatusCode != test.status {
			t.Errorf("%d bytes in chunks: got %d, want %d", test.size, got.StatusCode, test.status)
		}
	}
}
