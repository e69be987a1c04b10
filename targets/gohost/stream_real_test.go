//go:build real

package gohost

import (
	"io"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"
)

// chunk reads one chunk of a chunked body.
func (p *peer) chunk() string {
	p.t.Helper()
	line, err := p.in.ReadString('\n')
	if err != nil {
		p.t.Fatalf("read a chunk: %v", err)
	}
	n, err := strconv.ParseInt(strings.TrimSpace(line), 16, 64)
	if err != nil {
		p.t.Fatalf("got chunk size %q", line)
	}
	data := make([]byte, n+2)
	if _, err := io.ReadFull(p.in, data); err != nil {
		p.t.Fatalf("read a chunk: %v", err)
	}
	return string(data[:n])
}

// head reads up to the empty line.
func (p *peer) head() string {
	p.t.Helper()
	var head string
	for {
		line, err := p.in.ReadString('\n')
		if err != nil {
			p.t.Fatalf("read a head: %v after %q", err, head)
		}
		if line == "\r\n" {
			return head
		}
		head += line
	}
}

func (h *running) release(key string) {
	h.t.Helper()
	h.get("/release/"+key).check(h.t, "release", 200, "released")
}

func TestRealBlocksComeAtOnce(t *testing.T) {
	h := runHost(t, probeConfig(t), nil)
	p := h.dial().send("GET /stream/a HTTP/1.1\nHost: h\n\n")
	p.head()
	for i, want := range []string{"one", "two", "three", ""} {
		if got := p.chunk(); got != want {
			t.Errorf("block %d: got %q, want %q", i, got, want)
		}
		h.release("a/" + strconv.Itoa(i+1))
	}
	h.get("/closed/a").check(t, "closed", 200, "1")
	p.send("GET /write/b HTTP/1.1\nHost: h\n\n").head()
	for i, want := range []string{"one", "two", "three", ""} {
		if got := p.chunk(); got != want {
			t.Errorf("write %d: got %q, want %q", i, got, want)
		}
		h.release("b/" + strconv.Itoa(i+1))
	}
}

func TestRealHeadWaitsForTheFirstBlock(t *testing.T) {
	h := runHost(t, probeConfig(t), nil)
	p := h.dial().send("GET /empty/e HTTP/1.1\nHost: h\n\n")
	h.release("e/1")                                          // both empty blocks have been produced once the second gate is passed
	p.SetReadDeadline(time.Now().Add(200 * time.Millisecond)) // too short can only miss a fault
	if b, err := p.in.Peek(1); err == nil {
		t.Errorf("got %q before there was a body", b)
	}
	p.SetReadDeadline(time.Now().Add(patience))
	h.release("e/2")
	p.receive("GET").check(t, "behind empty blocks", 200, "body")
}

func TestRealDialogue(t *testing.T) {
	h := runHost(t, probeConfig(t), nil)
	p := h.dial().send("POST /echo HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n")
	for i, word := range []string{"ping", "pong", "last"} {
		p.send("4\n%s\n", word)
		if i == 0 {
			p.head()
		}
		if got := p.chunk(); got != word {
			t.Errorf("got %q, want %q", got, word)
		}
	}
	p.send("0\n\n")
	if got := p.chunk(); got != "" {
		t.Errorf("got %q, want the end", got)
	}
}

func TestRealSlowSendersHoldNoThread(t *testing.T) {
	config := probeConfig(t)
	config.Threads = 2
	h := runHost(t, config, nil)
	var slow []*peer
	for range 8 {
		slow = append(slow, h.dial().send("POST /count HTTP/1.1\nHost: h\nContent-Length: 100000\n\n%s", strings.Repeat("x", 10)))
	}
	for range 8 {
		slow = append(slow, h.dial().send("POST /count HTTP/1.1\nHost: h\nContent-Length: 100000\n\n%s", strings.Repeat("x", 90000)))
	}
	for range 20 {
		h.get("/").check(t, "beside slow senders", 200, "hello")
	}
	for i, p := range slow {
		sent := 10
		if i >= 8 {
			sent = 90000
		}
		go p.send("%s", strings.Repeat("x", 100000-sent))
	}
	for _, p := range slow {
		p.receive("POST").check(t, "slow sender", 200, "100000")
	}
}

func TestRealSlowReaderStopsTheApplication(t *testing.T) {
	h := runHost(t, probeConfig(t), nil)
	p := h.dial().send("GET /forever/r HTTP/1.1\nHost: h\n\n")
	p.head()
	// It fills the buffers on the way and then stands still, of which no event tells: a hundred answers say the same.
	for blocks, same := -1, 0; same < 100; same++ {
		now, _ := strconv.Atoi(h.get("/blocks/r").body)
		if now > 200 {
			t.Fatalf("the application ran %d blocks of 64 KiB ahead of a client that does not read", now)
		}
		if now != blocks {
			blocks, same = now, 0
		}
	}
	for range 300 {
		if got := p.chunk(); len(got) != 65536 {
			t.Fatalf("got a block of %d bytes, want 65536", len(got))
		}
	}
	p.Close()
	h.get("/closed/r").check(t, "closed", 200, "1")
}

func TestRealLeavingStopsTheApplication(t *testing.T) {
	for _, bind := range []string{"", "127.0.0.1:0"} {
		for _, how := range []string{"close", "reset"} {
			if bind == "" && how == "reset" {
				continue // a Unix socket knows no other way to leave
			}
			config := probeConfig(t)
			config.Bind, config.Threads = bind, 2
			h := runHost(t, config, nil)
			p := h.dial().send("GET /stream/s HTTP/1.1\nHost: h\n\n")
			p.head()
			p.chunk()
			if tcp, ok := p.Conn.(*net.TCPConn); ok && how == "reset" {
				tcp.SetLinger(0)
			}
			p.Close()
			h.release("s/1")
			if how == "close" {
				h.release("s/2") // only what answers the next write tells that nobody reads
			}
			h.get("/closed/s").check(t, bind+how, 200, "1")
			if got := h.get("/blocks/s").body; got == "3" && how == "reset" {
				t.Errorf("%s %s: the application was run to its end", bind, how)
			}
			h.stop()
		}
	}
}

func TestRealHalfClosedClientIsAnswered(t *testing.T) {
	for _, bind := range []string{"", "127.0.0.1:0"} {
		config := probeConfig(t)
		config.Bind = bind
		h := runHost(t, config, nil)
		p := h.dial().send("GET /stream/c HTTP/1.1\nHost: h\n\n")
		p.Conn.(interface{ CloseWrite() error }).CloseWrite()
		p.head()
		p.chunk()
		h.release("c/1")
		p.chunk()
		h.release("c/2")
		p.chunk()
		if got := p.chunk(); got != "" {
			t.Errorf("got %q, want the end", got)
		}
		h.stop()
	}
}

func TestRealHalfClosedClientIsAnsweredInTurn(t *testing.T) {
	for _, bind := range []string{"", "127.0.0.1:0"} {
		config := probeConfig(t)
		config.Bind = bind
		h := runHost(t, config, nil)
		p := h.dial().send("GET /stream/p HTTP/1.1\nHost: h\n\n")
		p.head()
		p.chunk() // by now the host watches the connection
		p.send("GET /stream/q HTTP/1.1\nHost: h\n\nPOST /read/all HTTP/1.1\nHost: h\nContent-Length: 3\n\nabc")
		p.Conn.(interface{ CloseWrite() error }).CloseWrite()
		h.release("p/1")
		h.release("p/2")
		for _, want := range []string{"two", "three", ""} {
			if got := p.chunk(); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		}
		p.head()
		p.chunk()
		h.release("q/1")
		h.release("q/2")
		for _, want := range []string{"two", "three", ""} {
			if got := p.chunk(); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		}
		p.receive("POST").check(t, "the last", 200, "[b'abc', b'', b'']")
		h.stop()
	}
}

func TestRealSlowCloseDelaysNobody(t *testing.T) {
	h := runHost(t, probeConfig(t), nil)
	p := h.dial()
	p.send("GET /slow-close/k HTTP/1.1\nHost: h\n\n").receive("GET").check(t, "before close", 200, "one")
	p.send("GET / HTTP/1.1\nHost: h\n\n").receive("GET").check(t, "while it closes", 200, "hello")
	h.release("k/1")
	h.get("/closed/k").check(t, "closed", 200, "1")
}
