package gohost

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"sync/atomic"
	"time"
)

const (
	headSize      = 32 << 10               // bytes of a request's head
	writeTimeout  = 60 * time.Second       // for the client to take what is written at once, 128 KiB at most
	lastLook      = 10 * time.Millisecond  // for a request that was on its way when the server was asked to stop
	lingerSilence = 2 * time.Second        // of a client that has not read the response to a request cut short
	lingerTimeout = 30 * time.Second       // for it to stop sending
	coarse        = 500 * time.Millisecond // deadlines are renewed no more often
)

// A client is a connection and the request on it.
type client struct {
	net.Conn
	front   *front
	in      *bufio.Reader
	out     []byte // of the response; not yet sent
	head    head
	body    body
	origin  []byte // the environ's part that is the same for all requests of the connection
	frame   []byte // for the worker
	environ int    // where its environ ends

	requester requester // nil: the front's own way

	minor   int
	isHead  bool
	closing bool // the request asked for it
	entry   entry

	idle     atomic.Bool // between requests
	written  time.Time   // when the write deadline was set
	scratch  []byte
	watching chan struct{} // closed when the watcher has ended; nil: there is none
	finished atomic.Bool   // the client sends nothing any more
	gone     atomic.Bool   // the client reads nothing any more
}

func newClient(f *front, conn net.Conn) *client {
	c := &client{Conn: conn, front: f, in: bufio.NewReaderSize(conn, headSize), origin: originOf(conn)}
	c.body.in, c.body.conn = c.in, conn
	return c
}

// originOf is the environ of the connection: PEP 3333 wants SERVER_NAME and SERVER_PORT never to be empty.
func originOf(conn net.Conn) []byte {
	name, port := []byte("localhost"), []byte("80")
	if host, number, err := net.SplitHostPort(conn.LocalAddr().String()); err == nil {
		name, port = []byte(host), []byte(number)
	}
	b := appendPair(nil, "SERVER_NAME", name)
	b = appendPair(b, "SERVER_PORT", port)
	if host, number, err := net.SplitHostPort(conn.RemoteAddr().String()); err == nil {
		b = appendPair(b, "REMOTE_ADDR", []byte(host))
		return appendPair(b, "REMOTE_PORT", []byte(number))
	}
	return appendPair(b, "REMOTE_ADDR", nil)
}

// readHead waits for a request and parses its head. io.EOF means that there is none and nothing is to be said.
func (c *client) readHead() error {
	if c.in.Buffered() == 0 {
		if err := c.await(); err != nil {
			return err
		}
	}
	if c.front.access != nil {
		c.entry = entry{remote: remoteHost(c), method: "-", target: "-", proto: "-", start: time.Now()}
	}
	scanned, deadline := 0, time.Time{}
	for {
		b, _ := c.in.Peek(c.in.Buffered())
		if scanned == 0 && bytes.HasPrefix(b, crlf) { // RFC 9112 §2.2
			c.in.Discard(2)
			continue
		}
		end, next, refused := scanHead(b, scanned)
		if refused != nil {
			return refused
		}
		if end > 0 {
			refused := c.take(b[:end])
			c.in.Discard(end)
			if refused != nil {
				return refused
			}
			return nil
		}
		if scanned = next; len(b) == headSize {
			return tooLong(b)
		}
		if deadline.IsZero() {
			deadline = time.Now().Add(headTimeout)
		}
		c.SetReadDeadline(deadline)
		if _, err := c.in.Peek(len(b) + 1); err != nil && !c.woken(err, deadline) {
			return headError(err, len(b))
		}
	}
}

// woken reports whether a read ended early because the server was asked to stop: a head that has begun is read all the
// same.
func (c *client) woken(err error, deadline time.Time) bool {
	return errors.Is(err, os.ErrDeadlineExceeded) && c.front.stopping.Load() && time.Now().Before(deadline)
}

func tooLong(b []byte) *refusal {
	if bytes.IndexByte(b, '\n') < 0 {
		return &refusal{http.StatusRequestURITooLong, "the request line is too long"}
	}
	return &refusal{http.StatusRequestHeaderFieldsTooLarge, "the head is too long"}
}

func headError(err error, got int) error {
	switch {
	case got == 0 || errors.Is(err, net.ErrClosed):
		return io.EOF
	case errors.Is(err, os.ErrDeadlineExceeded):
		return &refusal{http.StatusRequestTimeout, "the head did not come in time"}
	case errors.Is(err, io.EOF):
		return bad("the head is incomplete")
	}
	return io.EOF
}

// await waits between requests. When the server is asked to stop it looks once more, so that no request that was on its
// way is lost.
func (c *client) await() error {
	c.SetReadDeadline(time.Now().Add(max(c.front.config.KeepAlive, time.Second)))
	c.idle.Store(true)
	defer c.idle.Store(false)
	if c.front.stopping.Load() {
		c.SetReadDeadline(time.Now().Add(lastLook))
	}
	_, err := c.in.Peek(1)
	if err != nil && c.front.stopping.Load() && errors.Is(err, os.ErrDeadlineExceeded) {
		c.SetReadDeadline(time.Now().Add(lastLook))
		_, err = c.in.Peek(1)
	}
	if err != nil {
		return io.EOF
	}
	return nil
}

// take parses a head and keeps of it what is needed when the bytes are gone.
func (c *client) take(b []byte) *refusal {
	if refused := c.head.parse(b); refused != nil {
		return refused
	}
	h := &c.head
	c.minor, c.isHead = h.minor, string(h.method) == http.MethodHead
	c.closing = h.close || c.front.config.KeepAlive == 0
	if h.length > c.front.config.MaxBody {
		return refusalOf(errTooLong)
	}
	c.frame = appendRequest(c.frame[:0])
	c.frame = append(c.frame, c.origin...)
	c.frame = h.appendEnviron(c.frame)
	c.environ = len(c.frame)
	c.body.set(h, c.front.config.MaxBody)
	if c.front.access != nil {
		c.entry.method, c.entry.target, c.entry.proto = string(h.method), string(h.target), fmt.Sprintf("HTTP/1.%d", h.minor)
	}
	return nil
}

func remoteHost(c *client) string {
	host, _, err := net.SplitHostPort(c.RemoteAddr().String())
	if err != nil {
		return ""
	}
	return host
}

// sealRequest completes the frame with what is known of the body.
func (c *client) sealRequest() {
	c.frame = c.frame[:c.environ]
	kind := byte(bodyNone)
	switch {
	case !c.body.complete():
		kind = bodyStreamed // what was gathered is handed out first
	case len(c.body.held()) > 0:
		kind = bodyInline
		c.frame = append(c.frame, c.body.held()...)
	}
	sealRequest(c.frame, c.environ, kind)
}

// write sends to the client, which has writeTimeout to take it.
func (c *client) write(b []byte) error {
	if now := time.Now(); now.Sub(c.written) > coarse {
		c.written = now
		c.SetWriteDeadline(now.Add(writeTimeout + coarse))
	}
	_, err := c.Conn.Write(b)
	return err
}

// refuse answers in the server's own words, and ends the connection.
func (c *client) refuse(r *response, why *refusal) {
	text := fmt.Sprintf("%d %s: %s\n", why.status, http.StatusText(why.status), why.why)
	r.close, c.closing = true, true
	r.start(why.status, []byte(http.StatusText(why.status)+"\x00Content-Type\x00text/plain; charset=utf-8"), len(text))
	r.add([]byte(text))
	r.end()
	c.record(r)
}

func refusalOf(err error) *refusal {
	switch {
	case errors.Is(err, errTooLong):
		return &refusal{http.StatusRequestEntityTooLarge, err.Error()}
	case errors.Is(err, os.ErrDeadlineExceeded):
		return &refusal{http.StatusRequestTimeout, "the body did not come in time"}
	case errors.Is(err, errChunk):
		return bad(errChunk.Error())
	}
	return bad("the body is incomplete")
}

func (c *client) record(r *response) {
	if c.front.access != nil {
		c.entry.status, c.entry.bytes = r.status, r.sent
		c.front.access.write(c.entry)
	}
}

// abort ends the connection so that the client sees that the response is not whole. Where its end is told by that of
// the connection only a reset can say so.
func (c *client) abort(r *response) {
	if tcp, ok := c.Conn.(interface{ SetLinger(int) error }); ok && r.length < 0 && !r.chunked {
		tcp.SetLinger(0)
	}
}

// linger gives a client that still sends the chance to read the answer: closed at once, the connection would be reset
// and the answer lost with it.
func (c *client) linger() {
	half, ok := c.Conn.(interface{ CloseWrite() error })
	if !ok || half.CloseWrite() != nil {
		return
	}
	end := time.Now().Add(lingerTimeout)
	for now := time.Now(); now.Before(end); now = time.Now() {
		c.SetReadDeadline(now.Add(lingerSilence))
		c.in.Discard(c.in.Buffered())
		if _, err := c.in.Peek(1); err != nil {
			return
		}
	}
}
