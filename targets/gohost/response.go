package gohost

import (
	"bytes"
	"errors"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"
)

var errShort = errors.New("the body is shorter than its Content-Length")

// A response turns the application's status, headers and blocks into HTTP/1.1 on c. What it is given it gathers in
// c.out; flush sends that. Errors of the connection are sticky, and then nothing more is sent.
type response struct {
	c       *client
	fed     bool // the application has read from the body
	started bool
	status  int
	length  int64 // declared; -1: none
	sent    int64 // bytes of the body
	bare    bool  // no body is allowed: HEAD, 204, 304
	chunked bool
	close   bool // the connection ends with this response
	err     error
}

// start writes the head. fields is the reason and the header fields, joined by NUL; whole is the length of the body
// where it is known, else -1.
func (r *response) start(status int, fields []byte, whole int) {
	r.started, r.status, r.length = true, status, -1
	r.bare = r.c.isHead || status == http.StatusNoContent || status == http.StatusNotModified
	reason, rest := cutNUL(fields)
	out := append(r.c.out, "HTTP/1.1 "...)
	out = strconv.AppendInt(out, int64(status), 10)
	out = append(out, ' ')
	out = append(out, reason...)
	var date, server bool
	for rest != nil {
		var name, value []byte
		name, rest = cutNUL(rest)
		value, rest = cutNUL(rest)
		switch {
		case is(name, "content-length"):
			if status == http.StatusNoContent {
				continue // RFC 9110 §8.6
			}
			r.length, _ = strconv.ParseInt(string(value), 10, 64)
		case is(name, "date"):
			date = true
		case is(name, "server"):
			server = true
		}
		out = append(out, "\r\n"...)
		out = append(out, name...)
		out = append(out, ": "...)
		out = append(out, value...)
	}
	if !server {
		out = append(out, "\r\nServer: gohost"...)
	}
	if !date {
		out = append(out, dateLine()...)
	}
	r.c.out = r.frame(out, whole)
}

// frame decides how the end of the body is told.
func (r *response) frame(out []byte, whole int) []byte {
	switch {
	case r.length >= 0 || r.bare && (!r.c.isHead || whole == 0):
	case whole >= 0:
		r.length = int64(whole)
		out = append(out, "\r\nContent-Length: "...)
		out = strconv.AppendInt(out, r.length, 10)
	case r.bare:
	case r.c.minor > 0:
		r.chunked = true
		out = append(out, "\r\nTransfer-Encoding: chunked"...)
	default:
		r.close = true
	}
	waits := r.c.body.expect && r.c.body.err == nil // for a 100 Continue that will not come: the body may, or may not
	r.close = r.close || waits || r.c.closing || r.c.front.leaving.Load()
	if r.close {
		out = append(out, "\r\nConnection: close"...)
	} else if r.c.minor == 0 {
		out = append(out, "\r\nConnection: keep-alive"...)
	}
	return append(out, "\r\n\r\n"...)
}

func cutNUL(b []byte) (before, after []byte) {
	if i := bytes.IndexByte(b, 0); i >= 0 {
		return b[:i], b[i+1:]
	}
	return b, nil
}

// clip returns how many of n more bytes of the body may be sent.
func (r *response) clip(n int) int {
	if r.bare {
		return 0
	}
	if r.length >= 0 {
		return int(min(int64(n), r.length-r.sent))
	}
	return n
}

// open begins a block of n bytes, close ends it; between them come its bytes, by add.
func (r *response) open(n int) {
	if r.chunked && n > 0 {
		r.c.out = strconv.AppendInt(r.c.out, int64(n), 16)
		r.c.out = append(r.c.out, "\r\n"...)
	}
}

func (r *response) add(b []byte) {
	b = b[:r.clip(len(b))]
	r.sent += int64(len(b))
	r.c.out = append(r.c.out, b...)
	if len(r.c.out) >= wireSize {
		r.flush()
	}
}

func (r *response) shut(n int) {
	if r.chunked && n > 0 {
		r.c.out = append(r.c.out, "\r\n"...)
	}
}

// end completes the response.
func (r *response) end() {
	if r.chunked {
		r.c.out = append(r.c.out, "0\r\n\r\n"...)
	}
	r.flush()
	if r.err == nil && !r.bare && r.length > r.sent {
		r.err = errShort // the client must not take it for the whole
	}
}

// flush sends what is gathered.
func (r *response) flush() {
	if r.err == nil && len(r.c.out) > 0 {
		r.err = r.c.write(r.c.out)
	}
	r.c.out = r.c.out[:0]
}

type dated struct {
	second int64
	line   []byte
}

var lastDate atomic.Pointer[dated]

// dateLine is the Date field, made once a second.
func dateLine() []byte {
	now := time.Now()
	if d := lastDate.Load(); d != nil && d.second == now.Unix() {
		return d.line
	}
	line := now.UTC().AppendFormat([]byte("\r\nDate: "), http.TimeFormat)
	lastDate.Store(&dated{now.Unix(), line})
	return line
}
