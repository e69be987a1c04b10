package gohost

import (
	"bytes"
	"net/http"
	"net/netip"
	"strconv"
)

func (h *head) parseField(line []byte) *refusal {
	colon := bytes.IndexByte(line, ':')
	if colon <= 0 || !all(line[:colon], isToken) {
		return bad("malformed header field") // a folded line and a space before the colon are among these
	}
	name, value := line[:colon], bytes.Trim(line[colon+1:], " \t")
	if !all(value, isValue) {
		return bad("control character in a header field")
	}
	h.fields = append(h.fields, field{name, value})
	switch {
	case is(name, "host"):
		h.hosts++
		if !validHost(value) {
			return bad("malformed Host")
		}
	case is(name, "content-length"):
		return h.parseLength(value)
	case is(name, "transfer-encoding"):
		return h.parseCoding(value)
	case is(name, "connection"):
		h.parseConnection(value)
	case is(name, "expect"):
		if !is(value, "100-continue") {
			return &refusal{http.StatusExpectationFailed, "the only expectation known is 100-continue"}
		}
		h.expect = true
	}
	return nil
}

// is compares without regard to case; known is lower-case.
func is(name []byte, known string) bool {
	return len(name) == len(known) && bytes.EqualFold(name, []byte(known))
}

// parseLength is stricter than the grammar: no leading zeros, no repetition, which honest clients never send.
func (h *head) parseLength(value []byte) *refusal {
	h.lengths++
	ok := len(value) > 0 && len(value) <= 18 && (value[0] != '0' || len(value) == 1)
	for _, c := range value {
		ok = ok && digit(c)
	}
	if !ok || h.lengths > 1 {
		return bad("malformed or repeated Content-Length")
	}
	h.length, _ = strconv.ParseInt(string(value), 10, 64)
	return nil
}

func (h *head) parseCoding(value []byte) *refusal {
	if h.minor == 0 || h.chunked {
		return bad("Transfer-Encoding is repeated or in HTTP/1.0")
	}
	if !is(value, "chunked") {
		return &refusal{http.StatusNotImplemented, "the only transfer coding known is chunked"}
	}
	h.chunked = true
	return nil
}

func (h *head) parseConnection(value []byte) {
	for option := range bytes.SplitSeq(value, []byte(",")) {
		option = bytes.Trim(option, " \t")
		h.close = h.close || is(option, "close")
		h.keep = h.keep || is(option, "keep-alive")
	}
}

// conclude checks what only the whole head tells.
func (h *head) conclude() *refusal {
	switch {
	case h.hosts > 1 || h.hosts == 0 && h.minor > 0:
		return bad("expected exactly one Host")
	case h.authority != nil && !validHost(h.authority):
		return bad("malformed authority in the request target")
	case h.chunked && h.lengths > 0:
		return bad("both Transfer-Encoding and Content-Length")
	}
	if h.chunked {
		h.length = -1
	}
	h.close = h.close || h.minor == 0 && !h.keep
	h.expect = h.expect && h.minor > 0 && h.length != 0
	return nil
}

// validHost wants a host with or without a port: RFC 3986 §3.2.2 and §3.2.3, without user information.
func validHost(b []byte) bool {
	host, port := b, []byte(nil)
	if len(b) > 0 && b[0] == '[' {
		end := bytes.IndexByte(b, ']')
		if end < 0 || !validLiteral(b[1:end]) {
			return false
		}
		host, port = b[:end], b[end+1:]
		if len(port) > 0 && port[0] != ':' {
			return false
		}
	} else if colon := bytes.IndexByte(b, ':'); colon >= 0 {
		host, port = b[:colon], b[colon:]
	}
	for i, c := range port {
		if i > 0 && !digit(c) {
			return false
		}
	}
	return len(host) > 0 && (host[0] == '[' || all(host, isName))
}

// validLiteral wants an IPv6 address, or a later version's: "v", its number, a dot, and anything.
func validLiteral(b []byte) bool {
	if len(b) > 3 && b[0]|0x20 == 'v' && hex(b[1]) {
		version, address, found := bytes.Cut(b[1:], []byte("."))
		for _, c := range version {
			found = found && hex(c)
		}
		return found && len(address) > 0 && all(bytes.ReplaceAll(address, []byte(":"), nil), isName)
	}
	address, err := netip.ParseAddr(string(b))
	return err == nil && address.Is6() && address.Zone() == ""
}

// appendEnviron writes the CGI variables of the request as name NUL value NUL …: PEP 3333, "environ Variables".
// A name with an underscore is left out, as it would pass for the one with a hyphen, and so is Proxy, which programs
// started by the application would take for a setting. Repeated fields are joined: RFC 9110 §5.3, cookies RFC 9113.
func (h *head) appendEnviron(b []byte) []byte {
	b = appendPair(b, "REQUEST_METHOD", h.method)
	b = appendPair(b, "PATH_INFO", h.path)
	b = appendPair(b, "QUERY_STRING", h.query)
	b = append(b, "SERVER_PROTOCOL\x00HTTP/1."...)
	b = append(b, '0'+byte(h.minor), 0)
	for i, f := range h.fields {
		if bytes.IndexByte(f.name, '_') >= 0 || is(f.name, "proxy") || h.seenBefore(i) {
			continue
		}
		if !is(f.name, "content-type") && !is(f.name, "content-length") {
			b = append(b, "HTTP_"...)
		}
		for _, c := range f.name {
			b = append(b, upper[c])
		}
		b = append(b, 0)
		b = h.appendValues(b, i)
		b = append(b, 0)
	}
	return b[:len(b)-1]
}

func appendPair(b []byte, name string, value []byte) []byte {
	b = append(b, name...)
	b = append(b, 0)
	b = append(b, value...)
	return append(b, 0)
}

// appendValues joins the values of all fields of the same name as field i.
func (h *head) appendValues(b []byte, i int) []byte {
	first := h.fields[i]
	if h.authority != nil && is(first.name, "host") {
		return append(b, h.authority...) // RFC 9112 §3.2.2
	}
	b = append(b, first.value...)
	for _, f := range h.fields[i+1:] {
		if len(f.name) == len(first.name) && bytes.EqualFold(f.name, first.name) {
			if is(f.name, "cookie") {
				b = append(b, "; "...)
			} else {
				b = append(b, ',')
			}
			b = append(b, f.value...)
		}
	}
	return b
}

func (h *head) seenBefore(i int) bool {
	name := h.fields[i].name
	for _, f := range h.fields[:i] {
		if len(f.name) == len(name) && bytes.EqualFold(f.name, name) {
			return true
		}
	}
	return false
}

var upper = func() (table [256]byte) {
	for c := range table {
		table[c] = byte(c)
		if c >= 'a' && c <= 'z' {
			table[c] -= 'a' - 'A'
		}
		if c == '-' {
			table[c] = '_'
		}
	}
	return table
}()
