package http1

import (
	"bytes"

	"github.com/wsgibench/wsgibench/collect"
)

// A framing is what ends a body.
type framing uint8

const (
	byEOF framing = iota
	byLength
	byChunks
	byNothing
)

// A head is what a response's status line and fields amount to.
type head struct {
	Status    int
	Interim   int  // the last 1xx status before it; 0: none
	KeepAlive bool // the connection stays open
	closing   bool // said so
	framing   framing
	length    int64
	mask      uint64 // of the expected fields that were there
}

// parse reads a complete head, up to and with the empty line.
func (h *head) parse(b []byte, x *expectation) Fault {
	interim := h.Interim
	*h = head{Interim: interim, length: -1}
	line, rest := cutLine(b)
	minor, f := h.statusLine(line)
	if f.Kind != "" {
		return f
	}
	h.KeepAlive = minor > 0
	for {
		line, rest = cutLine(rest)
		if len(line) == 0 {
			break
		}
		if f := h.field(line, minor, x); f.Kind != "" {
			return f
		}
	}
	if h.framing == byChunks && h.length >= 0 {
		return bad("both Content-Length and Transfer-Encoding")
	}
	if h.framing == byEOF && h.length >= 0 {
		h.framing = byLength
	}
	return Fault{}
}

// cutLine takes a line off b, without its end: CRLF, or a lone LF, which RFC 9112 (2.2) lets a recipient accept.
func cutLine(b []byte) (line, rest []byte) {
	i := bytes.IndexByte(b, '\n')
	if i < 0 {
		return b, nil
	}
	line, rest = b[:i], b[i+1:]
	if i > 0 && line[i-1] == '\r' {
		line = line[:i-1]
	}
	return line, rest
}

// statusLine reads "HTTP/1.1 200 OK"; the reason may be missing, and its space too.
func (h *head) statusLine(b []byte) (minor int, f Fault) {
	if f := startFault(b); f.Kind != "" {
		return 0, f
	}
	if len(b) < 12 || b[7] < '0' || b[7] > '9' || b[8] != ' ' || len(b) > 12 && b[12] != ' ' || !isFieldValue(b) {
		return 0, bad("malformed status line")
	}
	for _, c := range b[9:12] {
		if c < '0' || c > '9' {
			return 0, bad("malformed status line")
		}
		h.Status = 10*h.Status + int(c-'0')
	}
	if h.Status < 100 {
		return 0, bad("malformed status line")
	}
	return int(b[7] - '0'), Fault{}
}

// field reads one header line.
func (h *head) field(line []byte, minor int, x *expectation) Fault {
	if line[0] == ' ' || line[0] == '\t' {
		return bad("folded header line")
	}
	name, value, ok := bytes.Cut(line, []byte{':'})
	if !ok || !isToken(name) {
		return bad("malformed header line")
	}
	value = trim(value)
	if !isFieldValue(value) {
		return bad("control character in a header")
	}
	if len(x.header) > 0 {
		h.mask |= x.field(name, value)
	}
	switch len(name) {
	case len("Connection"):
		if equalFold(name, "connection") {
			h.connection(value, minor)
		}
	case len("Content-Length"):
		if equalFold(name, "content-length") {
			return h.contentLength(value)
		}
	case len("Transfer-Encoding"):
		if equalFold(name, "transfer-encoding") {
			return h.transferEncoding(value, minor)
		}
	}
	return Fault{}
}

// connection applies "close" for good, and "keep-alive" to HTTP/1.0 only (RFC 9112, 9.3).
func (h *head) connection(list []byte, minor int) {
	for len(list) > 0 {
		var token []byte
		token, list, _ = bytes.Cut(list, []byte{','})
		switch token = trim(token); {
		case equalFold(token, "close"):
			h.KeepAlive, h.closing = false, true
		case minor == 0 && equalFold(token, "keep-alive"):
			h.KeepAlive = !h.closing
		}
	}
}

// contentLength accepts a repeated field only where both say the same (RFC 9112, 6.3).
func (h *head) contentLength(v []byte) Fault {
	if len(v) == 0 || len(v) > 18 { // 18 digits cannot overflow
		return bad("malformed Content-Length")
	}
	var n int64
	for _, c := range v {
		if c < '0' || c > '9' {
			return bad("malformed Content-Length")
		}
		n = 10*n + int64(c-'0')
	}
	if h.length >= 0 && h.length != n {
		return bad("two Content-Length fields that differ")
	}
	h.length = n
	return Fault{}
}

func (h *head) transferEncoding(v []byte, minor int) Fault {
	switch {
	case minor == 0:
		return bad("Transfer-Encoding in HTTP/1.0")
	case h.framing == byChunks:
		return bad("two Transfer-Encoding fields")
	case !equalFold(v, "chunked"):
		return Fault{collect.BadResponse, "transfer coding other than chunked"}
	}
	h.framing = byChunks
	return Fault{}
}

// fields copies the header out of a head that has been parsed.
func fields(b []byte) (header [][2]string) {
	_, rest := cutLine(b)
	for {
		var line []byte
		if line, rest = cutLine(rest); len(line) == 0 {
			return header
		}
		name, value, _ := bytes.Cut(line, []byte{':'})
		header = append(header, [2]string{string(name), string(trim(value))})
	}
}
