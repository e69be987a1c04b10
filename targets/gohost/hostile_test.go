package gohost

import (
	"io"
	"strings"
	"testing"
)

// hostile requests get a status of their own and never reach the application; none of them leaves a second response.
var hostile = []struct {
	what, request string
	status        int
}{
	{"both lengths", "POST / HTTP/1.1\nHost: h\nContent-Length: 3\nTransfer-Encoding: chunked\n\n0\n\n", 400},
	{"both lengths, other order", "POST / HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\nContent-Length: 3\n\n0\n\n", 400},
	{"two lengths", "POST / HTTP/1.1\nHost: h\nContent-Length: 3\nContent-Length: 4\n\nabcd", 400},
	{"same length twice", "POST / HTTP/1.1\nHost: h\nContent-Length: 3\nContent-Length: 3\n\nabc", 400},
	{"list of lengths", "POST / HTTP/1.1\nHost: h\nContent-Length: 3, 3\n\nabc", 400},
	{"negative length", "POST / HTTP/1.1\nHost: h\nContent-Length: -1\n\n", 400},
	{"signed length", "POST / HTTP/1.1\nHost: h\nContent-Length: +3\n\nabc", 400},
	{"underscore in length", "POST / HTTP/1.1\nHost: h\nContent-Length: 1_0\n\n", 400},
	{"hexadecimal length", "POST / HTTP/1.1\nHost: h\nContent-Length: 0x3\n\nabc", 400},
	{"octal length", "POST / HTTP/1.1\nHost: h\nContent-Length: 010\n\n", 400},
	{"space in length", "POST / HTTP/1.1\nHost: h\nContent-Length: 1 0\n\n", 400},
	{"empty length", "POST / HTTP/1.1\nHost: h\nContent-Length:\n\n", 400},
	{"huge length", "POST / HTTP/1.1\nHost: h\nContent-Length: 18446744073709551616\n\n", 400},
	{"long length", "POST / HTTP/1.1\nHost: h\nContent-Length: 999999999999\n\n", 413},
	{"chunked in 1.0", "POST / HTTP/1.0\nHost: h\nTransfer-Encoding: chunked\n\n0\n\n", 400},
	{"two codings", "POST / HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\nTransfer-Encoding: chunked\n\n0\n\n", 400},
	{"list of codings", "POST / HTTP/1.1\nHost: h\nTransfer-Encoding: chunked, chunked\n\n0\n\n", 501},
	{"coding not last", "POST / HTTP/1.1\nHost: h\nTransfer-Encoding: chunked, gzip\n\n0\n\n", 501},
	{"identity", "POST / HTTP/1.1\nHost: h\nTransfer-Encoding: identity\n\n", 501},
	{"xchunked", "POST / HTTP/1.1\nHost: h\nTransfer-Encoding: xchunked\n\n0\n\n", 501},
	{"leading comma", "POST / HTTP/1.1\nHost: h\nTransfer-Encoding: ,chunked\n\n0\n\n", 501},
	{"vertical tab", "POST / HTTP/1.1\nHost: h\nTransfer-Encoding: \vchunked\n\n0\n\n", 400},
	{"space before colon", "POST / HTTP/1.1\nHost: h\nTransfer-Encoding : chunked\n\n0\n\n", 400},
	{"folded", "GET / HTTP/1.1\nHost: h\nX: a\n b\n\n", 400},
	{"space before the first field", "GET / HTTP/1.1\n Host: h\n\n", 400},
	{"NUL in a value", "GET / HTTP/1.1\nHost: h\nX: a\x00b\n\n", 400},
	{"NUL in a name", "GET / HTTP/1.1\nHost: h\nX\x00: a\n\n", 400},
	{"no colon", "GET / HTTP/1.1\nHost: h\nX\n\n", 400},
	{"no name", "GET / HTTP/1.1\nHost: h\n: a\n\n", 400},
	{"no Host", "GET / HTTP/1.1\n\n", 400},
	{"two Hosts", "GET / HTTP/1.1\nHost: h\nHost: h\n\n", 400},
	{"empty Host", "GET / HTTP/1.1\nHost:\n\n", 400},
	{"comma in Host", "GET / HTTP/1.1\nHost: a,b\n\n", 400},
	{"user in Host", "GET / HTTP/1.1\nHost: a@b\n\n", 400},
	{"letters as port of Host", "GET / HTTP/1.1\nHost: a:b\n\n", 400},
	{"open literal in Host", "GET / HTTP/1.1\nHost: [::1\n\n", 400},
	{"no literal in Host", "GET / HTTP/1.1\nHost: [1.2.3.4]\n\n", 400},
	{"path in Host", "GET / HTTP/1.1\nHost: a/b\n\n", 400},
	{"HTTP/0.9", "GET /\n\n", 400},
	{"HTTP/9.9", "GET / HTTP/9.9\nHost: h\n\n", 505},
	{"HTTP/2.0", "PRI * HTTP/2.0\n\nSM\n\n", 505},
	{"HTTP/01.1", "GET / HTTP/01.1\nHost: h\n\n", 400},
	{"lower-case http", "GET / http/1.1\nHost: h\n\n", 400},
	{"tab", "GET\t/ HTTP/1.1\nHost: h\n\n", 400},
	{"two spaces", "GET  / HTTP/1.1\nHost: h\n\n", 400},
	{"trailing space", "GET / HTTP/1.1 \nHost: h\n\n", 400},
	{"fragment", "GET /a#b HTTP/1.1\nHost: h\n\n", 400},
	{"raw UTF-8", "GET /caf\u00e9 HTTP/1.1\nHost: h\n\n", 400},
	{"NUL in the path", "GET /%00 HTTP/1.1\nHost: h\n\n", 400},
	{"bad escape", "GET /%zz HTTP/1.1\nHost: h\n\n", 400},
	{"cut escape", "GET /%4 HTTP/1.1\nHost: h\n\n", 400},
	{"asterisk", "GET * HTTP/1.1\nHost: h\n\n", 400},
	{"no slash", "GET a HTTP/1.1\nHost: h\n\n", 400},
	{"CONNECT", "CONNECT h:1 HTTP/1.1\nHost: h:1\n\n", 501},
	{"bad method", "G@T / HTTP/1.1\nHost: h\n\n", 400},
	{"expectation", "GET / HTTP/1.1\nHost: h\nExpect: 200-ok\n\n", 417},
	{"long URL", "GET /" + strings.Repeat("a", 100000) + " HTTP/1.1\nHost: h\n\n", 414},
	{"long field", "GET / HTTP/1.1\nHost: h\nX: " + strings.Repeat("a", 100000) + "\n\n", 431},
	{"many fields", "GET / HTTP/1.1\nHost: h\n" + strings.Repeat("X: a\n", 1000) + "\n", 431},
	{"hexadecimal chunk", "POST / HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n0x3\nabc\n0\n\n", 400},
	{"signed chunk", "POST / HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n+3\nabc\n0\n\n", 400},
	{"negative chunk", "POST / HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n-1\nabc\n0\n\n", 400},
	{"chunk with a space before", "POST / HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n 3\nabc\n0\n\n", 400},
	{"chunk with a space behind", "POST / HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n3 \nabc\n0\n\n", 400},
	{"underscore in chunk", "POST / HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n1_0\n0123456789\n0\n\n", 400},
	{"huge chunk", "POST / HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\nffffffffffffffff1\nabc\n0\n\n", 400},
	{"chunk spills", "POST / HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n3\nabcdef\n0\n\n", 400},
	{"bare semicolon", "POST / HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n3;\nabc\n0\n\n", 400},
	{"NUL in an extension", "POST / HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n3;\x00\nabc\n0\n\n", 400},
	{"long extension", "POST / HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n3;" + strings.Repeat("a", 65536) + "\nabc\n0\n\n", 400},
	{"bad trailer", "POST / HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n3\nabc\n0\nX y\n\n", 400},
	{"bare LF", "GET / HTTP/1.1\rHost: h\r\r", 400}, // "\r" alone stands for it, see below
	{"bare CR in a value", "GET / HTTP/1.1\nHost: h\nX: a\x0db\n\n", 400},
	{"bare LF chunk", "POST / HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n3\rabc\n0\n\n", 400},
}

func TestHostile(t *testing.T) {
	h := runFake(t, Config{})
	for _, test := range hostile {
		request := strings.ReplaceAll(test.request, "\n", "\r\n")
		if strings.HasPrefix(test.what, "bare LF") {
			request = strings.ReplaceAll(test.request, "\n", "\r\n")
			request = strings.ReplaceAll(strings.ReplaceAll(request, "\r\n", "\x01"), "\r", "\n")
			request = strings.ReplaceAll(request, "\x01", "\r\n")
		}
		p := h.dial()
		io.WriteString(p, request+"GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n") // fails where the host has had enough
		got := p.receive("POST")
		if got.StatusCode != test.status || !got.Close {
			t.Errorf("%s: got %d %q %v, close %v, want %d and the end", test.what, got.StatusCode, got.body, got.err, got.Close, test.status)
			continue
		}
		if _, err := p.in.ReadByte(); err == nil {
			t.Errorf("%s: got a second response", test.what)
		}
	}
	if got := h.get("/count"); got.body != "1" {
		t.Errorf("the application saw %s requests, want none but the last", got.body)
	}
}

func TestAccepted(t *testing.T) {
	h := runFake(t, Config{})
	for _, test := range []struct{ what, request string }{
		{"8000 bytes of URL", "GET /echo/" + strings.Repeat("a", 8000) + " HTTP/1.1\nHost: h\n\n"},
		{"HTTP/1.2", "GET /echo HTTP/1.2\nHost: h\n\n"},
		{"empty lines before", "\n\nGET /echo HTTP/1.1\nHost: h\n\n"},
		{"IPv6", "GET /echo HTTP/1.1\nHost: [::1]:80\n\n"},
		{"absolute", "GET http://other.example:80/echo?q HTTP/1.1\nHost: h\n\n"},
		{"unknown method", "FROB /echo HTTP/1.1\nHost: h\n\n"},
		{"extension", "POST /echo HTTP/1.1\nHost: h\nTransfer-Encoding: Chunked\n\n3;a=b\nabc\n0;c\nX: y\n\n"},
		{"100 fields", "GET /echo HTTP/1.1\nHost: h\n" + strings.Repeat("X: a\n", 100) + "\n"},
	} {
		p := h.dial()
		io.WriteString(p, strings.ReplaceAll(test.request, "\n", "\r\n"))
		if got := p.receive("GET"); got.StatusCode != 200 || got.Close {
			t.Errorf("%s: got %d %q %v, close %v, want 200 and a kept connection", test.what, got.StatusCode, got.body, got.err, got.Close)
		}
	}
	if got := h.dial().send("GET /echo HTTP/1.0\n\n").receive("GET"); got.StatusCode != 200 || !got.Close {
		t.Errorf("HTTP/1.0: got %d, close %v", got.StatusCode, got.Close)
	}
	if got := h.dial().send("GET /echo HTTP/1.0\nConnection: Keep-Alive\n\n").receive("GET"); got.StatusCode != 200 || got.Header.Get("Connection") != "keep-alive" {
		t.Errorf("HTTP/1.0 kept: got %d %v", got.StatusCode, got.Header)
	}
	if got := h.dial().send("OPTIONS * HTTP/1.1\nHost: h\n\n").receive("OPTIONS"); got.StatusCode != 200 || !strings.Contains(got.body, "PATH_INFO\x00*") {
		t.Errorf("OPTIONS *: got %d %q", got.StatusCode, got.body)
	}
}
