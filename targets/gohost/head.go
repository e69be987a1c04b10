package gohost

import (
	"bytes"
	"net/http"
	"strconv"
)

const maxHeaders = 256 // fields of a request

// A refusal is the status that a bad request gets, and why.
type refusal struct {
	status int
	why    string
}

func (r *refusal) Error() string { return strconv.Itoa(r.status) + ": " + r.why }

func bad(why string) *refusal { return &refusal{http.StatusBadRequest, why} }

// A head is a parsed request head. Its slices point into the bytes it was parsed from.
type head struct {
	method, target []byte
	path, query    []byte // path is decoded
	authority      []byte // of an absolute-form target
	minor          int    // of HTTP/1.minor
	length         int64  // of the body; -1: chunked
	expect         bool   // 100-continue is asked for
	close          bool   // the connection ends with this exchange
	keep           bool   // HTTP/1.0 asked to keep the connection
	hosts          int
	lengths        int
	chunked        bool
	fields         []field
	decoded        []byte // scratch of path
}

// A field is a header field; the name is as it was sent.
type field struct{ name, value []byte }

func (h *head) reset() {
	*h = head{fields: h.fields[:0], decoded: h.decoded[:0]}
}

// scanHead finds the end of the head that begins at b[0]: the index behind the empty line, or 0 when it is not there
// yet. A line that does not end in CR LF is refused: where one server sees a line end and the next does not, requests
// can be smuggled. scanned is where to go on when more has come.
func scanHead(b []byte, scanned int) (end, next int, err *refusal) {
	for {
		i := bytes.IndexByte(b[scanned:], '\n')
		if i < 0 {
			return 0, scanned, nil
		}
		line := b[scanned : scanned+i]
		if len(line) == 0 || line[len(line)-1] != '\r' {
			return 0, scanned, bad("a line does not end in CR LF")
		}
		scanned += i + 1
		if len(line) == 1 {
			return scanned, scanned, nil
		}
	}
}

// parse reads a whole head, the empty line included, strictly as RFC 9112 has it: whatever it accepts, net/http's
// reader accepts with the same meaning, which a fuzz test compares. It is not that reader, as that one folds lines,
// drops a Content-Length beside Transfer-Encoding unseen, and ignores Transfer-Encoding in HTTP/1.0.
func (h *head) parse(b []byte) *refusal {
	h.reset()
	line, rest, _ := bytes.Cut(b, crlf)
	if err := h.parseRequestLine(line); err != nil {
		return err
	}
	for {
		line, rest, _ = bytes.Cut(rest, crlf)
		if len(line) == 0 {
			break
		}
		if len(h.fields) == maxHeaders {
			return &refusal{http.StatusRequestHeaderFieldsTooLarge, "too many header fields"}
		}
		if err := h.parseField(line); err != nil {
			return err
		}
	}
	return h.conclude()
}

var crlf = []byte("\r\n")

// classes of bytes
const (
	isToken = 1 << iota
	isTarget
	isValue
	isName // of a host: RFC 3986 §3.2.2, reg-name
)

var classes = func() (table [256]byte) {
	for c := range table {
		if c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || bytes.IndexByte([]byte("!#$%&'*+-.^_`|~"), byte(c)) >= 0 {
			table[c] |= isToken
		}
		if c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c > ' ' && bytes.IndexByte([]byte("-._~!$&'()*+;=%"), byte(c)) >= 0 {
			table[c] |= isName
		}
		if c > ' ' && c < 0x7f && c != '#' {
			table[c] |= isTarget
		}
		if c >= ' ' && c != 0x7f || c == '\t' {
			table[c] |= isValue
		}
	}
	return table
}()

func all(b []byte, class byte) bool {
	for _, c := range b {
		if classes[c]&class == 0 {
			return false
		}
	}
	return true
}

func (h *head) parseRequestLine(line []byte) *refusal {
	method, rest, ok1 := bytes.Cut(line, []byte(" "))
	target, version, ok2 := bytes.Cut(rest, []byte(" "))
	if !ok1 || !ok2 || len(method) == 0 || !all(method, isToken) {
		return bad("malformed request line")
	}
	if len(version) != 8 || string(version[:5]) != "HTTP/" || version[6] != '.' || !digit(version[5]) || !digit(version[7]) {
		return bad("malformed HTTP version")
	}
	if version[5] != '1' {
		return &refusal{http.StatusHTTPVersionNotSupported, "only HTTP/1.0 and HTTP/1.1 are spoken here"}
	}
	h.method, h.minor = method, int(version[7]-'0')
	if string(method) == http.MethodConnect {
		return &refusal{http.StatusNotImplemented, "this is no proxy"}
	}
	return h.parseTarget(target)
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

func (h *head) parseTarget(target []byte) *refusal {
	if len(target) == 0 || !all(target, isTarget) {
		return bad("malformed request target")
	}
	h.target = target
	path := target
	if target[0] != '/' {
		switch {
		case string(target) == "*" && string(h.method) == http.MethodOptions:
			h.path = target
			return nil
		case hasFoldedPrefix(target, "http://"), hasFoldedPrefix(target, "https://"):
			path = target[bytes.IndexByte(target, '/')+2:]
			end := bytes.IndexAny(path, "/?")
			if end < 0 {
				end = len(path)
			}
			h.authority, path = path[:end], path[end:]
			if len(path) == 0 || path[0] == '?' {
				path = append([]byte("/"), path...)
			}
		default:
			return bad("malformed request target")
		}
	}
	path, h.query, _ = bytes.Cut(path, []byte("?"))
	return h.decodePath(path)
}

// decodePath keeps every byte as it is, "//" and "/../" included: what they mean is the application's business.
func (h *head) decodePath(path []byte) *refusal {
	if bytes.IndexByte(path, '%') < 0 {
		h.path = path
		return nil
	}
	for i := 0; i < len(path); i++ {
		c := path[i]
		if c == '%' {
			if i+2 >= len(path) || !hex(path[i+1]) || !hex(path[i+2]) {
				return bad("malformed percent-encoding in the path")
			}
			c = unhex(path[i+1])<<4 | unhex(path[i+2])
			i += 2
			if c == 0 {
				return bad("NUL in the path")
			}
		}
		h.decoded = append(h.decoded, c)
	}
	h.path = h.decoded
	return nil
}

func hex(c byte) bool { return digit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' }

func unhex(c byte) byte {
	if digit(c) {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}

func hasFoldedPrefix(b []byte, prefix string) bool {
	return len(b) >= len(prefix) && bytes.EqualFold(b[:len(prefix)], []byte(prefix))
}
