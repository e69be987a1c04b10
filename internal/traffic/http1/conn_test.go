package http1

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/wsgibench/wsgibench/collect"
)

// script is a driver that sends messages one after the other, then leaves.
type script struct {
	messages []*Message
	last     bool // close the connection with the last one
	seen     []collect.Exchange
}

func (s *script) Next(c *Conn) Verb {
	n := len(s.seen)
	if n == len(s.messages) {
		return Leave
	}
	c.Prepare(s.messages[n], n, 0, s.last && n == len(s.messages)-1)
	return Send
}

func (s *script) Done(c *Conn) { s.seen = append(s.seen, c.X) }

// listen serves every connection with a function, in turn.
func listen(t *testing.T, network string, serve func(net.Conn)) Address {
	t.Helper()
	addr := "127.0.0.1:0"
	if network == "unix" {
		dir, err := os.MkdirTemp("", "h")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.RemoveAll(dir) })
		addr = filepath.Join(dir, "s")
	}
	ln, err := net.Listen(network, addr)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			serve(c)
			c.Close()
		}
	}()
	t.Cleanup(func() { ln.Close(); <-done })
	return Address{Network: network, Addr: ln.Addr().String()}
}

// answers reads one request after the other, by net/http, and writes the texts as responses.
func answers(texts ...string) func(net.Conn) {
	return func(c net.Conn) {
		r := bufio.NewReader(c)
		for _, text := range texts {
			req, err := http.ReadRequest(r)
			if err != nil {
				return
			}
			if _, err := io.Copy(io.Discard, req.Body); err != nil {
				return
			}
			io.WriteString(c, text)
		}
	}
}

const ok = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"

// drive sends n requests on one connection and returns what came of it.
func drive(t *testing.T, a Address, n int, spec Spec) ([]collect.Exchange, Fate) {
	t.Helper()
	spec.Host, spec.Expect.Length = "h", -1
	m := message(t, spec)
	c, f := Dial(context.Background(), a, 10*time.Second, 0)
	if f.Kind != "" {
		t.Fatalf("dial: %v", f)
	}
	c.Origin, c.Timeout = time.Now(), 10*time.Second
	s := &script{}
	for range n {
		s.messages = append(s.messages, m)
	}
	fate := c.Run(s)
	if fate == Left {
		c.Close()
	}
	return s.seen, fate
}

func TestExchanges(t *testing.T) {
	tests := []struct {
		name    string
		serve   func(net.Conn)
		n       int
		fate    Fate
		status  int
		kind    collect.ErrorKind
		detail  string
		seen    int
		eof     bool
		noBytes bool
	}{
		{name: "kept", serve: answers(ok, ok, ok), n: 3, fate: Left, status: 200, seen: 3},
		{name: "server says close", serve: answers(ok, strings.Replace(ok, "Content", "Connection: close\r\nContent", 1)), n: 3, fate: Ended, status: 200, seen: 2},
		{name: "ends with the connection", serve: answers("HTTP/1.1 200 OK\r\n\r\nhello"), n: 2, fate: Ended, status: 200, seen: 1, eof: true},
		{name: "closed while idle", serve: answers(ok), n: 2, fate: Broken, kind: collect.IdleClosed, detail: "closed by the server before the response", seen: 2, noBytes: true},
		{name: "closed at once", serve: func(c net.Conn) { bufio.NewReader(c).ReadString('\n') }, n: 1, fate: Broken, kind: collect.Truncated, detail: "closed before the response", seen: 1, noBytes: true},
		{name: "cut in the head", serve: answers("HTTP/1.1 200 OK\r\nContent"), n: 1, fate: Broken, kind: collect.Truncated, detail: "closed within the response", seen: 1},
		{name: "cut in the body", serve: answers("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello"), n: 1, fate: Broken, status: 200, kind: collect.Truncated, detail: "closed within the response", seen: 1},
		{name: "not HTTP", serve: answers("hello\n"), n: 1, fate: Broken, kind: collect.BadResponse, detail: "not HTTP/1.x", seen: 1},
		{name: "too much", serve: answers(ok + "!"), n: 1, fate: Broken, status: 200, kind: collect.BadResponse, detail: "bytes after the end of the response", seen: 1},
		{name: "an error is an answer", serve: answers("HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n", ok), n: 2, fate: Left, status: 200, seen: 2},
	}
	for _, network := range []string{"tcp", "unix"} {
		for _, tt := range tests {
			seen, fate := drive(t, listen(t, network, tt.serve), tt.n, Spec{})
			if len(seen) != tt.seen || fate != tt.fate {
				t.Errorf("%s, %s: %d exchanges, fate %d; want %d, %d: %+v", network, tt.name, len(seen), fate, tt.seen, tt.fate, seen)
				continue
			}
			x := seen[len(seen)-1]
			if x.Status != tt.status || x.Error != tt.kind || x.Detail != tt.detail || x.EOFFramed != tt.eof || x.Reused != (tt.seen > 1) {
				// A reset instead of an orderly end is for the kernel to decide, where unread bytes were left.
				if !(tt.kind == collect.Truncated && x.Error == collect.Reset) {
					t.Errorf("%s, %s: %+v", network, tt.name, x)
				}
			}
			checkTimeline(t, network+", "+tt.name, x, tt.noBytes)
		}
	}
}

func checkTimeline(t *testing.T, name string, x collect.Exchange, noBytes bool) {
	t.Helper()
	if noBytes != (x.FirstByte == 0) {
		t.Errorf("%s: first byte at %v, want none: %v", name, x.FirstByte, noBytes)
	}
	if x.Sent <= 0 || x.End < x.Sent || x.FirstByte > x.End || x.FirstByte != 0 && x.FirstByte < x.Sent ||
		x.FirstBody != 0 && x.FirstBody < x.FirstByte || (x.FirstBody != 0) != (x.BodyBytes > 0) || x.WireOut == 0 && x.Error != collect.IdleClosed {
		t.Errorf("%s: impossible timeline %+v", name, x)
	}
}

func TestTimeout(t *testing.T) {
	release := make(chan struct{})
	for _, part := range []string{"", "HTTP/1.1 200 OK\r\n"} {
		a := listen(t, "tcp", func(c net.Conn) {
			answers(ok, part)(c)
			<-release
		})
		m := message(t, Spec{Host: "h", Expect: anything})
		c, f := Dial(context.Background(), a, 0, 0)
		if f.Kind != "" {
			t.Fatal(f)
		}
		c.Origin, c.Timeout = time.Now(), 50*time.Millisecond
		s := &script{messages: []*Message{m, m}}
		if fate := c.Run(s); fate != Broken || len(s.seen) != 2 {
			t.Fatalf("fate %d after %+v; want broken after 2", fate, s.seen)
		}
		x := s.seen[1]
		if x.Error != collect.Timeout || x.Detail != timeoutDetail(part != "") || x.ServiceTime() < c.Timeout {
			t.Errorf("part %q: %+v; want a timeout not before %v", part, x, c.Timeout)
		}
		release <- struct{}{}
	}
}

func TestDialFaults(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gone := ln.Addr().String()
	ln.Close()
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	notTLS := listen(t, "tcp", func(c net.Conn) { io.WriteString(c, ok) })
	notTLS.TLS = true
	tests := []struct {
		ctx  context.Context
		addr Address
		kind collect.ErrorKind
	}{
		{context.Background(), Address{Network: "tcp", Addr: gone}, collect.ConnectRefused},
		{context.Background(), Address{Network: "unix", Addr: filepath.Join(t.TempDir(), "none")}, collect.ConnectFailed},
		{context.Background(), notTLS, collect.ConnectFailed},
		{cancelled, Address{Network: "tcp", Addr: gone}, collect.Cancelled},
	}
	for _, tt := range tests {
		if _, f := Dial(tt.ctx, tt.addr, time.Second, 0); f.Kind != tt.kind || f.Detail == "" || strings.Contains(f.Detail, "127.0.0.1") {
			t.Errorf("dial %v: %v, want %s with a detail that names no address", tt.addr, f, tt.kind)
		}
	}
}

// endless sends the same message n times.
type endless struct {
	m    *Message
	left int
}

func (e *endless) Next(c *Conn) Verb {
	if e.left == 0 {
		return Leave
	}
	e.left--
	c.Prepare(e.m, 0, 0, false)
	return Send
}

func (e *endless) Done(*Conn) {}

// TestNoAllocation: a kept connection costs no memory per request, neither for lengths nor for chunks.
func TestNoAllocation(t *testing.T) {
	for _, text := range []string{ok, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"} {
		reply := []byte(text)
		a := listen(t, "tcp", func(c net.Conn) {
			b := make([]byte, 4096)
			for {
				if _, err := c.Read(b); err != nil {
					return
				}
				c.Write(reply)
			}
		})
		c, f := Dial(context.Background(), a, 0, 0)
		if f.Kind != "" {
			t.Fatal(f)
		}
		c.Origin, c.Timeout = time.Now(), time.Minute
		e := &endless{m: message(t, Spec{Host: "h", Expect: Expect{Length: -1, HasBody: true, Body: []byte("hello"), SHA256: "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"}})}
		const n = 1000
		e.left = n
		c.Run(e)
		if perRequest := testing.AllocsPerRun(5, func() { e.left = n; c.Run(e) }) / n; perRequest > 0.02 && !raceEnabled {
			t.Errorf("%.3f allocations per request, want none", perRequest)
		}
		if e.left != 0 || c.X.Error != "" {
			t.Errorf("%d requests left, last exchange %+v", e.left, c.X)
		}
		c.Close()
	}
}
