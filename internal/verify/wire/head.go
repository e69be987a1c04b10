package wire

import (
	"strconv"
	"strings"
)

// head reads a status line and the fields after it, up to the empty line (RFC 9112, sections 2 to 5). On an error the
// response holds what had been read before it.
func (s *stream) head(r *Response) error {
	line, err := s.line()
	if err != nil {
		return err
	}
	if err := statusLine(line, r); err != nil {
		return err
	}
	r.Header, err = s.fields()
	return err
}

// statusLine wants HTTP/1.0 or HTTP/1.1, one space, three digits, one space, and a reason, which may be empty.
func statusLine(line []byte, r *Response) error {
	text := string(line)
	proto, rest, _ := strings.Cut(text, " ")
	if proto != "HTTP/1.1" && proto != "HTTP/1.0" {
		return malformed("status line", line)
	}
	code, reason, found := strings.Cut(rest, " ")
	if !found || len(code) != 3 || !isDigits(code) || code < "100" || !isValue(reason) {
		return malformed("status line", line)
	}
	r.Proto, r.Reason = proto, reason
	r.Status, _ = strconv.Atoi(code)
	return nil
}

// fields reads lines up to an empty one.
func (s *stream) fields() ([]Field, error) {
	var fields []Field
	for size := 0; ; {
		line, err := s.line()
		if err != nil || len(line) == 0 {
			return fields, err
		}
		if size += len(line); size > maxHead {
			return fields, malformed("too many fields", nil)
		}
		name, value, found := strings.Cut(string(line), ":")
		value = trim(value)
		if !found || !isToken(name) || !isValue(value) {
			return fields, malformed("field", line)
		}
		fields = append(fields, Field{name, value})
	}
}

// framing decides how the body ends (RFC 9112, section 6.3), and refuses what a client cannot rely on: a length beside
// chunks, two lengths, chunks in HTTP/1.0, codings that were not asked for.
func framing(r *Response, method string) (f Framing, length int64, err error) {
	if method == "HEAD" || r.Status < 200 || r.Status == 204 || r.Status == 304 {
		return ByNothing, 0, nil
	}
	codings, lengths := r.Values("Transfer-Encoding"), r.Values("Content-Length")
	switch {
	case len(codings) > 0 && len(lengths) > 0:
		return ByClose, 0, malformed("Transfer-Encoding beside Content-Length", nil)
	case len(codings) > 1:
		return ByClose, 0, malformed("two Transfer-Encoding fields", nil)
	case len(codings) == 1 && !strings.EqualFold(codings[0], "chunked"):
		return ByClose, 0, malformed("Transfer-Encoding", []byte(codings[0]))
	case len(codings) == 1 && r.Proto == "HTTP/1.0":
		return ByClose, 0, malformed("chunked in HTTP/1.0", nil)
	case len(codings) == 1:
		return ByChunks, 0, nil
	case len(lengths) > 1:
		return ByClose, 0, malformed("two Content-Length fields", []byte(strings.Join(lengths, " and ")))
	case len(lengths) == 0:
		return ByClose, 0, nil
	}
	length, parseErr := strconv.ParseInt(lengths[0], 10, 64)
	if parseErr != nil || !isDigits(lengths[0]) {
		return ByClose, 0, malformed("Content-Length", []byte(lengths[0]))
	}
	return ByLength, length, nil
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// isToken says whether s can be the name of a field (RFC 9110, section 5.6.2).
func isToken(s string) bool {
	for i := range len(s) {
		c := s[i] | 0x20
		if !(c >= 'a' && c <= 'z' || s[i] >= '0' && s[i] <= '9') && !strings.ContainsRune("!#$%&'*+-.^_`|~", rune(s[i])) {
			return false
		}
	}
	return s != ""
}

// isValue says whether s can stand in a head: no control character but the tab (RFC 9110, section 5.5).
func isValue(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' && s[i] != '\t' || s[i] == 0x7f {
			return false
		}
	}
	return true
}

func trim(s string) string { return strings.Trim(s, " \t") }
