package gohost

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long a test waits for an event before it says that it did not come. Nothing is concluded from it.
const patience = 30 * time.Second

// A running host serves in this process.
type running struct {
	t       *testing.T
	address string
	signals chan os.Signal
	ended   chan error
	log     *lockedBuffer
}

type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
	more chan struct{}
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	select {
	case b.more <- struct{}{}:
	default:
	}
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// external starts the host as a process of its own; the modes that it knows cannot be served in this one.
var external = map[string]func(*running, Config) error{}

// runHost serves until the end of the test, and fails it when the host then does not stop.
func runHost(t *testing.T, config Config, native http.Handler) *running {
	t.Helper()
	return run(t, config, func(ctx context.Context, c Config, log *logger) (host, error) {
		return newHost(ctx, c, native, nil, log, nil, log.out)
	})
}

func run(t *testing.T, config Config, start func(context.Context, Config, *logger) (host, error)) *running {
	t.Helper()
	dir, err := os.MkdirTemp("", "gohost-test-") // t.TempDir is too long a path for a socket on some systems
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	h := &running{t: t, signals: make(chan os.Signal, 8), ended: make(chan error, 1), log: &lockedBuffer{more: make(chan struct{}, 1)}}
	if config.Bind == "" {
		h.address = filepath.Join(dir, "s")
		config.Bind = "unix:" + h.address
	} else {
		h.address = config.Bind
	}
	go func() { h.ended <- h.serve(config, start) }()
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the host said:\n%s", h.log)
		}
		h.stop()
	})
	h.await("serving ")
	if _, bound, found := strings.Cut(h.log.String(), " on 127.0.0.1:"); found {
		port, _, _ := strings.Cut(bound, "\n")
		h.address = "127.0.0.1:" + port
	}
	return h
}

// serve is Serve with another way to make the host.
func (h *running) serve(config Config, start func(context.Context, Config, *logger) (host, error)) error {
	if serve := external[config.Mode]; serve != nil {
		return serve(h, config)
	}
	listener, err := listen(config.Bind, config.Backlog, false)
	if err != nil {
		return err
	}
	defer listener.Close()
	if listener.Addr().Network() == "tcp" {
		config.Bind = listener.Addr().String()
	}
	log := newLogger(h.log)
	server, err := start(context.Background(), config, log)
	if err != nil {
		return err
	}
	return supervise(context.Background(), server, listener, h.signals, config, log)
}

// await waits until the log has the text.
func (h *running) await(text string) {
	h.t.Helper()
	limit := time.After(patience)
	for !strings.Contains(h.log.String(), text) {
		select {
		case <-h.log.more:
		case err := <-h.ended:
			h.t.Fatalf("the host ended with %v before it said %q:\n%s", err, text, h.log)
		case <-limit:
			h.t.Fatalf("the host did not say %q:\n%s", text, h.log)
		}
	}
}

// stop stops at once, and can be called again.
func (h *running) stop() {
	for range 2 {
		select {
		case h.signals <- syscall.SIGTERM:
		default:
		}
	}
	h.wait()
}

// wait returns what Serve returned.
func (h *running) wait() error {
	h.t.Helper()
	select {
	case err := <-h.ended:
		h.ended <- err
		return err
	case <-time.After(patience):
		h.t.Error("the host did not stop")
		return errors.New("did not stop")
	}
}

// A peer is a raw connection to the host.
type peer struct {
	net.Conn
	t  *testing.T
	in *bufio.Reader
}

func (h *running) dial() *peer {
	h.t.Helper()
	network := "tcp"
	if strings.HasPrefix(h.address, "/") {
		network = "unix"
	}
	conn, err := net.Dial(network, h.address)
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(patience))
	return &peer{conn, h.t, bufio.NewReader(conn)}
}

func (p *peer) send(format string, args ...any) *peer {
	p.t.Helper()
	text := strings.ReplaceAll(format, "\n", "\r\n")
	if len(args) > 0 {
		text = fmt.Sprintf(text, args...)
	}
	if _, err := io.WriteString(p, text); err != nil {
		p.t.Errorf("send %.60q: %v", text, err)
	}
	return p
}

// An answer is a response as it was read; err says why its body is not whole.
type answer struct {
	*http.Response
	body string
	err  error
}

// receive reads the response to a request of that method.
func (p *peer) receive(method string) answer {
	p.t.Helper()
	response, err := http.ReadResponse(p.in, &http.Request{Method: method})
	if err != nil {
		return answer{Response: &http.Response{Header: http.Header{}}, err: err}
	}
	body, err := io.ReadAll(response.Body)
	return answer{response, string(body), err}
}

// expectText reads raw bytes.
func (p *peer) expectText(want string) {
	p.t.Helper()
	got := make([]byte, len(want))
	if _, err := io.ReadFull(p.in, got); err != nil || string(got) != want {
		p.t.Fatalf("got %q, %v, want %q", got, err, want)
	}
}

func (h *running) get(path string) answer {
	h.t.Helper()
	p := h.dial()
	defer p.Close()
	return p.send("GET %s HTTP/1.1\nHost: h\nConnection: close\n\n", path).receive("GET")
}

// check compares status and body.
func (a answer) check(t *testing.T, what string, status int, body string) {
	t.Helper()
	if a.err != nil || a.StatusCode != status || a.body != body {
		t.Errorf("%s: got %d %.100q, %v, want %d %.100q", what, a.StatusCode, a.body, a.err, status, body)
	}
}
