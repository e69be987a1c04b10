//go:build real

package gohost

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func embedConfig(t *testing.T) Config {
	t.Helper()
	if _, err := embedProgram(); err != nil { // not within the patience for a start
		t.Fatal(err)
	}
	config := probeConfig(t)
	config.Mode = ModeEmbed
	return config
}

// TestRealEmbedDeath: a process that dies takes its own connections with it, and nobody else is refused.
func TestRealEmbedDeath(t *testing.T) {
	for _, bind := range []string{"", "127.0.0.1:0"} {
		for _, how := range []string{"exit", "segv", "kill"} {
			config := embedConfig(t)
			config.Workers, config.Bind = 2, bind
			h := runHost(t, config, nil)
			if got := h.get("/die/" + how); got.err == nil {
				t.Errorf("%s: got %d %q of a process that died", how, got.StatusCode, got.body)
			}
			for range 10 {
				h.get("/").check(t, "after "+how, 200, "hello")
			}
			h.await("it ended, ")
			h.get("/").check(t, "when it is replaced", 200, "hello")
			h.stop()
		}
	}
}

func TestRealEmbedHangIsReplaced(t *testing.T) {
	config := embedConfig(t)
	config.Timeout = 2 * time.Second
	for _, threads := range []int{1, 3} { // with one, nobody is left who could answer
		config.Threads = threads
		h := runHost(t, config, nil)
		old := pidOf(t, h.get("/pid"))
		h.get("/die/hang").check(t, "hang", 504, "504 Gateway Timeout: the application was silent for too long\n")
		if threads > 1 {
			h.get("/").check(t, "beside it", 200, "hello")
		}
		for limit := time.Now().Add(patience); ; {
			if got := h.get("/pid"); got.StatusCode == 200 && pidOf(t, got) != old {
				break
			}
			if time.Now().After(limit) {
				t.Fatal("the process that has a thread that hangs is not replaced")
			}
		}
		awaitEnd(t, old)
		h.stop()
	}
}

// TestRealEmbedWholeAnswersGoStraight checks that the short way, of which nothing else tells, frames as the other does.
func TestRealEmbedWholeAnswersGoStraight(t *testing.T) {
	h := runHost(t, embedConfig(t), nil)
	p := h.dial()
	for _, test := range []struct{ request, head string }{
		{"GET /", "HTTP/1.1 200 OK"}, {"GET /reason", "HTTP/1.1 299 Any R\xe9ason"}, {"GET /big/65536", "HTTP/1.1 200 OK"},
		{"GET /big/65537", "HTTP/1.1 200 OK"}, {"GET /cookies", "HTTP/1.1 200 OK"}, {"HEAD /", "HTTP/1.1 200 OK"},
	} {
		got := map[string]string{}
		for _, way := range []string{"straight", "framed"} {
			method, path, _ := strings.Cut(test.request, " ")
			p.send("%s %s HTTP/1.1\nHost: h\n\n", method, path)
			if way == "framed" { // a second request behind it does not change the answer to the first
				p.send("%s %s HTTP/1.1\nHost: h\n\n", method, path)
			}
			answers := 1
			if way == "framed" {
				answers = 2
			}
			for range answers {
				a := p.receive(method)
				a.Header.Del("Date")
				var head strings.Builder
				a.Header.Write(&head)
				got[way] = "HTTP/1.1 " + a.Status + "\n" + head.String() + a.body
				if !strings.HasPrefix(got[way], test.head) || a.err != nil {
					t.Errorf("%s, %s: got %.200q, %v", test.request, way, got[way], a.err)
				}
			}
		}
		if got["straight"] != got["framed"] {
			t.Errorf("%s: got %.200q, and %.200q when pipelined", test.request, got["straight"], got["framed"])
		}
	}
}

func TestRealEmbedKilledHostLeavesNothing(t *testing.T) {
	config := embedConfig(t)
	program, err := embedProgram()
	if err != nil {
		t.Fatal(err)
	}
	killed(t, exec.Command(program, "--mode", "embed", "--app", config.App, "--chdir", config.Dir), func(h *running) map[int]bool {
		pid := pidOf(t, h.get("/pid"))
		h.dial().send("GET /wait/t HTTP/1.1\nHost: h\n\n")
		return map[int]bool{pid: true}
	})
}

func TestRealEmbedFailedStartSaysWhy(t *testing.T) {
	config := embedConfig(t)
	for _, test := range []struct{ app, python, want string }{
		{"nothing:application", "python3", "No module named 'nothing'"},
		{"probe:PLAIN", "python3", "cannot be called"},
		{"probe:application", "true", "is linked with"},
	} {
		log := &lockedBuffer{more: make(chan struct{}, 1)}
		config.App, config.Python, config.Bind = test.app, test.python, "unix:"+filepath.Join(t.TempDir(), "s")
		err := serveEmbedded(&running{t: t, log: log}, config)
		if err == nil || !strings.Contains(log.String(), test.want) {
			t.Errorf("%s with %s: got %v and %q, want an error and %q", test.app, test.python, err, log, test.want)
		}
	}
}
