package http1

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// UserAgent is sent unless the request names another.
const UserAgent = "wsgibench"

// check reports everything that would make the request unreadable, or two requests out of one.
func (s *Spec) check() error {
	var errs []error
	if !isToken(s.Method) {
		errs = append(errs, fmt.Errorf("method %q: want letters and the like, such as GET", s.Method))
	}
	if s.Method == "CONNECT" {
		errs = append(errs, errors.New("method CONNECT: tunnels are not supported"))
	}
	if !strings.HasPrefix(s.Path, "/") && s.Path != "*" {
		errs = append(errs, fmt.Errorf("path %q: want one that begins with /", s.Path))
	}
	for i := range len(s.Path) {
		if c := s.Path[i]; c <= ' ' || c == 0x7f {
			errs = append(errs, fmt.Errorf("path %q: byte %d must be percent-encoded (%%%02X)", s.Path, i+1, c))
			break
		}
	}
	if !isFieldValue(s.Host) {
		errs = append(errs, fmt.Errorf("host %q: control characters cannot be sent", s.Host))
	}
	for _, h := range s.Header {
		if !isToken(h[0]) {
			errs = append(errs, fmt.Errorf("header name %q: want letters, digits and hyphens", h[0]))
		}
		if !isFieldValue(h[1]) {
			errs = append(errs, fmt.Errorf("header %s: value %q: control characters cannot be sent", h[0], h[1]))
		}
	}
	return errors.Join(errs...)
}

// get returns a header of the request; empty if there is none.
func (s *Spec) get(name string) string {
	for _, h := range s.Header {
		if strings.EqualFold(h[0], name) {
			return h[1]
		}
	}
	return ""
}

func (s *Spec) has(name string) bool {
	for _, h := range s.Header {
		if strings.EqualFold(h[0], name) {
			return true
		}
	}
	return false
}

// appendHead writes the request line and the header: Host first (RFC 9110, 7.2), then what the request says, then what
// it leaves to us.
func (s *Spec) appendHead(b []byte, last bool) []byte {
	field := func(name, value string) {
		b = append(append(append(append(b, name...), ": "...), value...), "\r\n"...)
	}
	b = append(append(append(append(b, s.Method...), ' '), s.Path...), " HTTP/1.1\r\n"...)
	if !s.has("Host") {
		field("Host", s.Host)
	}
	if !s.has("User-Agent") {
		field("User-Agent", UserAgent)
	}
	for _, h := range s.Header {
		field(h[0], h[1])
	}
	framed := s.has("Content-Length") || s.has("Transfer-Encoding")
	switch {
	case framed:
	case s.Chunked:
		field("Transfer-Encoding", "chunked")
	case len(s.Body) > 0 || s.Method == "POST" || s.Method == "PUT" || s.Method == "PATCH":
		field("Content-Length", strconv.Itoa(len(s.Body)))
	}
	if last && !s.has("Connection") {
		field("Connection", "close")
	}
	return append(b, "\r\n"...)
}

// chunked applies the chunked coding (RFC 9112, 7.1), without trailers.
func chunked(body []byte, size int) []byte {
	b := make([]byte, 0, len(body)+len(body)/size*8+16)
	for len(body) > 0 {
		n := min(len(body), size)
		b = strconv.AppendInt(b, int64(n), 16)
		b = append(append(append(b, "\r\n"...), body[:n]...), "\r\n"...)
		body = body[n:]
	}
	return append(b, "0\r\n\r\n"...)
}
