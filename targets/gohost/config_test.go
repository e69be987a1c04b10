package gohost

import (
	"context"
	"errors"
	"flag"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestParseFlags(t *testing.T) {
	preset := Config{
		Mode: ModePool, App: "a:b", Bind: "127.0.0.1:8000", Workers: 1, Threads: 4, Python: "python3", Backlog: 2048,
		KeepAlive: 75 * time.Second, Timeout: time.Minute, MaxBody: 1 << 30, MaxConns: 8192, Graceful: 30 * time.Second,
	}
	for _, test := range []struct {
		args   string
		change func(*Config)
	}{
		{"--app a:b", func(*Config) {}},
		{"--app a:b --max-body 10KiB --keep-alive 0", func(c *Config) { c.MaxBody, c.KeepAlive = 10<<10, 0 }},
		{"--app a:b --mode cgi", func(c *Config) { c.Mode, c.Workers = ModeCGI, runtime.NumCPU() }},
		{"--app a:b --workers 3 --threads 2 --bind unix:/x", func(c *Config) { c.Workers, c.Threads, c.Bind = 3, 2, "unix:/x" }},
	} {
		want := preset
		test.change(&want)
		got, err := ParseFlags(strings.Fields(test.args), io.Discard)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", test.args, err, diff)
		}
	}
	_, err := ParseFlags(strings.Fields("--mode x --app y --threads 0 --max-body 1TB rest"), io.Discard)
	for _, want := range []string{"--mode", "--app", "--threads", "--max-body", "rest"} {
		if !errors.Is(err, ErrUsage) || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want a usage error about %s", err, want)
		}
	}
	var help strings.Builder
	if _, err := ParseFlags([]string{"--help"}, &help); err != flag.ErrHelp || !strings.Contains(help.String(), "-max-requests") {
		t.Errorf("--help: got %v and %q", err, help.String())
	}
}

func TestParseSize(t *testing.T) {
	for text, want := range map[string]int64{"0": 0, "10": 10, "1KiB": 1024, "2 MiB": 2 << 20, "1GiB": 1 << 30, "": -1, "x": -1, "-1": -1, "1KB": -1, "99999999999999999999": -1} {
		got, err := parseSize(text)
		if want < 0 && err == nil || want >= 0 && (got != want || err != nil) {
			t.Errorf("%q: got %d, %v, want %d", text, got, err, want)
		}
	}
}

func TestNativeServesAndStops(t *testing.T) {
	begun, release := make(chan struct{}), make(chan struct{})
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/wait" {
			close(begun)
			<-release
		}
		io.Copy(w, r.Body)
	})
	log := filepath.Join(t.TempDir(), "access.log")
	config, err := ParseFlags([]string{"--mode", "native", "--access-log", log, "--max-body", "10"}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	config.Bind = ""
	h := runHostLogged(t, config, handler)
	h.dial().send("POST / HTTP/1.1\nHost: h\nContent-Length: 3\n\nabc").receive("POST").check(t, "native", 200, "abc")
	if got := h.dial().send("POST / HTTP/1.1\nHost: h\nContent-Length: 11\n\nabcdefghijk").receive("POST"); got.StatusCode != 413 {
		t.Errorf("too long: got %d", got.StatusCode)
	}
	p := h.dial().send("GET /wait HTTP/1.1\nHost: h\n\n")
	<-begun
	h.signals <- syscall.SIGTERM
	h.await("stopping")
	close(release)
	if got := p.receive("GET"); got.StatusCode != 200 {
		t.Errorf("in flight: got %d, %v", got.StatusCode, got.err)
	}
	if err := h.wait(); err != nil {
		t.Errorf("got %v", err)
	}
	text, err := os.ReadFile(log)
	if err != nil || !strings.Contains(string(text), `"POST / HTTP/1.1" 200 3 `) || !strings.HasPrefix(string(text), "- - - [") {
		t.Errorf("got access log %q, %v", text, err)
	}
}

// runHostLogged is runHost by way of Serve itself, which opens the access log.
func runHostLogged(t *testing.T, config Config, native http.Handler) *running {
	return run(t, config, func(ctx context.Context, c Config, log *logger) (host, error) {
		access, err := openAccessLog(c.AccessLog, io.Discard)
		if err != nil {
			return nil, err
		}
		t.Cleanup(access.close)
		inner, err := newHost(ctx, c, native, nil, log, access, io.Discard)
		return flushing{inner, access}, err
	})
}

// flushing writes the access log out when the host ends, as Serve does.
type flushing struct {
	host
	access *accessLog
}

func (f flushing) close() {
	f.host.close()
	f.access.flush()
}

func TestListen(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "s")
	first, err := listen("unix:"+path, 5, false)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := listen("unix:"+path, 5, false); err == nil || !strings.Contains(err.Error(), "already") {
		t.Errorf("got %v, want that somebody listens there already", err)
	}
	first.(interface{ SetUnlinkOnClose(bool) }).SetUnlinkOnClose(false)
	first.Close() // what a killed host leaves
	second, err := listen("unix:"+path, 5, false)
	if err != nil {
		t.Fatalf("a stale socket was not replaced: %v", err)
	}
	second.Close()
	if _, err := os.Stat(path); err == nil {
		t.Error("the socket file was left")
	}
	if err := os.WriteFile(path, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := listen("unix:"+path, 5, false); err == nil || !strings.Contains(err.Error(), "no socket") {
		t.Errorf("got %v, want that the file is no socket", err)
	}
	if _, err := listen("nonsense", 5, false); err == nil {
		t.Error("got a listener for nonsense")
	}
}
