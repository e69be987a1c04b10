package gohost

import (
	"bufio"
	"errors"
	"io"
	"net"
	"os"
	"slices"
	"time"
)

const (
	// bodyBuffer is how much of a body is gathered before a Python thread is taken, in bytes. A slow sender of no more
	// holds no thread at all.
	bodyBuffer = 64 << 10
	// bodyPatience is how long a sender may pause before its body is complete or the buffer is full without being
	// taken for one that waits for an answer, as in a dialogue.
	bodyPatience = 300 * time.Millisecond
	// bodyTimeout bounds a pause once the application reads.
	bodyTimeout = 60 * time.Second
)

var errTooLong = errors.New("the body is longer than --max-body allows")

// A body is what comes behind a head. Read returns io.EOF only behind a complete one; any other error is final.
type body struct {
	in      *bufio.Reader
	conn    net.Conn
	chunks  *chunkReader // nil: by length
	left    int64        // without chunks: bytes to come
	allowed int64        // with chunks: bytes still allowed
	buf     []byte       // what was read; from off on it is not yet handed on
	off     int
	err     error // sticky
	expect  bool  // the client waits for 100 Continue
}

// set prepares for the body of a request. The buffer is kept from the one before.
func (b *body) set(h *head, most int64) {
	*b = body{in: b.in, conn: b.conn, left: h.length, allowed: most, buf: b.buf[:0], expect: h.expect}
	if h.chunked {
		b.chunks = newChunkReader(b.in)
	} else if h.length == 0 {
		b.err = io.EOF
	}
}

// complete reports whether all of it has been read.
func (b *body) complete() bool { return b.err == io.EOF }

func (b *body) held() []byte { return b.buf[b.off:] }

// gather reads until the body is complete, the buffer full, the sender silent for bodyPatience, or an error.
// A sender who waits for 100 Continue is not waited for.
func (b *body) gather() {
	for b.err == nil && len(b.buf) < bodyBuffer {
		if b.expect && b.in.Buffered() == 0 {
			return
		}
		if !b.readable() && !b.wait(bodyPatience) {
			return
		}
		b.more(bodyBuffer - len(b.buf))
	}
}

// readable reports whether a read would give something, be it an error, without waiting for the sender.
func (b *body) readable() bool {
	if b.chunks == nil {
		return b.in.Buffered() > 0
	}
	return b.chunks.readable()
}

// wait is false when the sender paused before anything could be read; the end of the stream counts as something.
func (b *body) wait(patience time.Duration) bool {
	b.conn.SetReadDeadline(time.Now().Add(patience))
	for !b.readable() {
		_, err := b.in.Peek(b.in.Buffered() + 1)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return false
		}
		if err != nil {
			break
		}
	}
	b.conn.SetReadDeadline(time.Now().Add(bodyTimeout))
	return true
}

// more appends at most n bytes to what is held, with one read.
func (b *body) more(n int) {
	if b.chunks == nil {
		n = int(min(int64(n), b.left))
	}
	start := len(b.buf)
	b.buf = slices.Grow(b.buf, n)
	n, b.err = b.read(b.buf[start : start+n])
	b.buf = b.buf[:start+n]
}

func (b *body) read(p []byte) (n int, err error) {
	b.expect = false
	if b.chunks != nil {
		n, err = b.chunks.Read(p)
		if b.allowed -= int64(n); b.allowed < 0 {
			return 0, errTooLong
		}
		return n, err
	}
	n, err = b.in.Read(p)
	if b.left -= int64(n); b.left == 0 {
		return n, io.EOF
	}
	return n, unexpected(err)
}

// next returns some of the body, at most n bytes, waiting for them where none are held; what it returned before is
// overwritten. At the end it returns nothing and io.EOF.
func (b *body) next(n int) ([]byte, error) {
	if len(b.held()) == 0 && b.err == nil {
		b.conn.SetReadDeadline(time.Now().Add(bodyTimeout))
		b.buf, b.off = b.buf[:0], 0
		b.more(min(n, bodyBuffer))
	}
	part := b.held()
	part = part[:min(n, len(part))]
	b.off += len(part)
	if b.off < len(b.buf) {
		return part, nil
	}
	return part, b.err
}

// drain reads what the application left, so that the next request can be found. It is false when that is too much,
// takes too long, or cannot be: the connection must then end.
func (b *body) drain() bool {
	const most, patience = 256 << 10, time.Second
	if b.err == nil && (b.expect || b.chunks == nil && b.left > most) {
		return false
	}
	b.conn.SetReadDeadline(time.Now().Add(patience))
	for read := 0; b.err == nil && read < most; read += len(b.buf) {
		b.buf, b.off = b.buf[:0], 0
		b.more(bodyBuffer)
	}
	return b.err == io.EOF
}
