package http1

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/wsgibench/wsgibench/collect"
)

func message(t testing.TB, s Spec) *Message {
	t.Helper()
	m, err := Compile(s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

var anything = Expect{Status: -1, Length: -1}

// result is what a response came to, in words.
func result(p *Parser, done bool, used, all int, f Fault) string {
	switch {
	case f.Kind != "":
		return string(f.Kind) + ": " + f.Detail
	case !done:
		return "incomplete"
	}
	s := fmt.Sprintf("%d, %d bytes", p.Status, p.BodyBytes())
	if !p.KeepAlive {
		s += ", close"
	}
	if p.EOFFramed() {
		s += ", eof"
	}
	if p.Interim > 0 {
		s += fmt.Sprintf(", after %d", p.Interim)
	}
	if used < all {
		s += fmt.Sprintf(", %d left over", all-used)
	}
	return s
}

// parse feeds a response in pieces, and then its end.
func parse(p *Parser, m *Message, text string, piece int) string {
	p.Begin(m)
	used := 0
	for rest := text; len(rest) > 0; {
		n := min(piece, len(rest))
		u, done, f := p.Feed([]byte(rest[:n]))
		used += u
		if done || f.Kind != "" {
			return result(p, done, used, len(text), f)
		}
		rest = rest[n:]
	}
	return result(p, p.EOF(), used, len(text), Fault{})
}

var responses = []struct{ name, method, text, want string }{
	{"length", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "200, 5 bytes"},
	{"empty", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "200, 0 bytes"},
	{"no reason", "GET", "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", "200, 0 bytes"},
	{"lone line feeds in the head", "GET", "HTTP/1.1 200 OK\nContent-Length: 2\n\nhi", "200, 2 bytes"},
	{"close", "GET", "HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 0\r\n\r\n", "200, 0 bytes, close"},
	{"close in a list", "GET", "HTTP/1.1 200 OK\r\nConnection: foo, close\r\nContent-Length: 0\r\n\r\n", "200, 0 bytes, close"},
	{"1.0 closes", "GET", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi", "200, 2 bytes, close"},
	{"1.0 stays", "GET", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nhi", "200, 2 bytes"},
	{"until the end", "GET", "HTTP/1.1 200 OK\r\n\r\nhello", "200, 5 bytes, eof"},
	{"until the end, 1.0", "GET", "HTTP/1.0 200 OK\r\n\r\nhello", "200, 5 bytes, close, eof"},
	{"chunked", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", "200, 5 bytes"},
	{"chunk extension", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n000;c\r\n\r\n", "200, 5 bytes"},
	{"padded chunk size", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5  \r\nhello\r\n0\r\n\r\n", "200, 5 bytes"},
	{"trailer", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n1\r\nx\r\n0\r\nA: b\r\nC:\r\n\r\n", "200, 1 bytes"},
	{"head", "HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "200, 0 bytes"},
	{"head, chunked", "HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "200, 0 bytes"},
	{"head with a body all the same", "HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "200, 0 bytes, 5 left over"},
	{"204", "GET", "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", "204, 0 bytes"},
	{"304", "GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", "304, 0 bytes"},
	{"interim", "GET", "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "200, 0 bytes, after 103"},
	{"two interim", "GET", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 P\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "200, 0 bytes, after 102"},
	{"same length twice", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\ncontent-length:2\r\n\r\nhi", "200, 2 bytes"},
	{"left over", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi there", "200, 2 bytes, 6 left over"},

	{"conflicting lengths", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nhi", "bad-response: two Content-Length fields that differ"},
	{"length and chunked", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "bad-response: both Content-Length and Transfer-Encoding"},
	{"signed length", "GET", "HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nhi", "bad-response: malformed Content-Length"},
	{"list of lengths", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nhi", "bad-response: malformed Content-Length"},
	{"huge length", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nhi", "bad-response: malformed Content-Length"},
	{"chunked in 1.0", "GET", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "bad-response: Transfer-Encoding in HTTP/1.0"},
	{"gzip coding", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "bad-response: transfer coding other than chunked"},
	{"chunk size is no number", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "bad-response: malformed chunk size"},
	{"chunk size is negative", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n", "bad-response: malformed chunk size"},
	{"chunk size is empty", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n", "bad-response: malformed chunk size"},
	{"chunk size overflows", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n", "bad-response: malformed chunk size"},
	{"chunk longer than said", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n0\r\n\r\n", "bad-response: chunk longer than its size"},
	{"chunk line with a lone LF", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\nhi\r\n0\r\n\r\n", "bad-response: line of a chunked body without CRLF"},
	{"trailer is no field", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nfoo\r\n\r\n", "bad-response: malformed trailer line"},
	{"folded line", "GET", "HTTP/1.1 200 OK\r\nA: b\r\n c\r\nContent-Length: 0\r\n\r\n", "bad-response: folded header line"},
	{"space before the colon", "GET", "HTTP/1.1 200 OK\r\nContent-Length : 0\r\n\r\n", "bad-response: malformed header line"},
	{"no colon", "GET", "HTTP/1.1 200 OK\r\nhello\r\n\r\n", "bad-response: malformed header line"},
	{"carriage return within", "GET", "HTTP/1.1 200 OK\r\nA: b\rc\r\n\r\n", "bad-response: control character in a header"},
	{"nul", "GET", "HTTP/1.1 200 OK\r\nA: \x00\r\n\r\n", "bad-response: control character in a header"},
	{"not HTTP", "GET", "SSH-2.0-OpenSSH_9.6\r\n", "bad-response: not HTTP/1.x"},
	{"HTTP/2", "GET", "HTTP/2.0 200 OK\r\n\r\n", "bad-response: not HTTP/1.x"},
	{"status of two digits", "GET", "HTTP/1.1 20 OK\r\n\r\n", "bad-response: malformed status line"},
	{"status of four digits", "GET", "HTTP/1.1 2000 OK\r\n\r\n", "bad-response: malformed status line"},
	{"status below 100", "GET", "HTTP/1.1 099 X\r\n\r\n", "bad-response: malformed status line"},
	{"switching", "GET", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", "bad-response: protocol switched without being asked"},
	{"carriage returns only", "GET", "HTTP/1.1 200 OK\rContent-Length: 0\r\r", "incomplete"},
	{"endless head", "GET", "HTTP/1.1 200 OK\r\n" + strings.Repeat("A: bcdefgh\r\n", 10_000), "bad-response: head too long"},
	{"endless chunk line", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0;" + strings.Repeat("x", 10_000), "bad-response: chunk line too long"},
	{"endless trailer", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + strings.Repeat("A: bcdefgh\r\n", 10_000), "bad-response: trailer too long"},
}

func TestResponses(t *testing.T) {
	for _, tt := range responses {
		m := message(t, Spec{Method: tt.method, Host: "h", Expect: anything})
		for _, piece := range []int{1 << 20, 1, 2, 3, 7} {
			if piece < 7 && len(tt.text) > 10_000 {
				continue // the quadratic cost of a hostile head is bounded, and not free
			}
			var p Parser
			for range 2 { // the second time from what it remembers
				got, want := parse(&p, m, tt.text, piece), tt.want
				if piece < len(tt.text) { // what a later piece would leave over was not fed
					got, want = leftOver.ReplaceAllString(got, ""), leftOver.ReplaceAllString(want, "")
				}
				if got != want {
					t.Errorf("%s in pieces of %d: %s, want %s", tt.name, piece, got, want)
				}
			}
		}
	}
}

var leftOver = regexp.MustCompile(`, \d+ left over`)

// TestTruncated cuts every good response at every byte: none but those that end with the connection may look complete.
func TestTruncated(t *testing.T) {
	for _, tt := range responses {
		if strings.Contains(tt.want, ":") || tt.want == "incomplete" || strings.Contains(tt.want, "left over") || strings.Contains(tt.want, "eof") {
			continue
		}
		m := message(t, Spec{Method: tt.method, Host: "h", Expect: anything})
		for n := range len(tt.text) {
			var p Parser
			if got := parse(&p, m, tt.text[:n], 1<<20); got != "incomplete" {
				t.Errorf("%s, first %d of %d bytes: %s, want incomplete", tt.name, n, len(tt.text), got)
			}
		}
	}
}

// wants is a rule by which a body must be whole, and this.
func wants(body string) func([]byte) error {
	return func(got []byte) error {
		if string(got) != body {
			return fmt.Errorf("got %q", got)
		}
		return nil
	}
}

func TestExpectations(t *testing.T) {
	const sum = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824" // printf hello | sha256sum
	hello := "HTTP/1.1 200 OK\r\nX-A: b\r\nContent-Length: 5\r\n\r\nhello"
	tests := []struct {
		name   string
		expect Expect
		text   string
		kind   collect.ErrorKind
		detail string
	}{
		{"nothing", Expect{Length: -1}, hello, "", ""},
		{"all right", Expect{Status: 200, Length: 5, HasBody: true, Body: []byte("hello"), SHA256: sum, Header: [][2]string{{"x-a", "b"}}}, hello, "", ""},
		{"status", Expect{Status: 201, Length: -1}, hello, collect.WrongStatus, "status 200"},
		{"an error by default", Expect{Length: -1}, "HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n", collect.WrongStatus, "status 503"},
		{"an error that is expected", Expect{Status: 503, Length: -1}, "HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n", "", ""},
		{"any status", anything, "HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n", "", ""},
		{"header value", Expect{Length: -1, Header: [][2]string{{"X-A", "c"}}}, hello, collect.WrongHeader, "header X-A"},
		{"header missing", Expect{Length: -1, Header: [][2]string{{"X-A", "b"}, {"X-B", "b"}}}, hello, collect.WrongHeader, "header X-B"},
		{"short", Expect{Length: 6}, hello, collect.WrongLength, "body shorter than expected"},
		{"long", Expect{Length: 4}, hello, collect.WrongLength, "body longer than expected"},
		{"body", Expect{Length: -1, HasBody: true, Body: []byte("hallo")}, hello, collect.WrongBody, "content differs"},
		{"body longer than expected", Expect{Length: -1, HasBody: true, Body: []byte("hell")}, hello, collect.WrongLength, "body longer than expected"},
		{"empty body expected", Expect{Length: -1, HasBody: true}, hello, collect.WrongLength, "body longer than expected"},
		{"a rule kept", Expect{Length: -1, Rule: wants("hello")}, hello, "", ""},
		{"a rule broken", Expect{Length: -1, Rule: wants("hallo")}, hello, collect.WrongBody, "content breaks the rule of its request"},
		{"a rule and an empty body", Expect{Length: -1, Rule: wants("")}, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "", ""},
		{"digest", Expect{Length: -1, SHA256: strings.Repeat("00", 32)}, hello, collect.WrongBody, "digest differs"},
	}
	for _, tt := range tests {
		m := message(t, Spec{Host: "h", Expect: tt.expect})
		for _, piece := range []int{1 << 20, 1} {
			var p Parser
			for range 2 {
				parse(&p, m, tt.text, piece)
				if f := p.Verdict(); f != (Fault{tt.kind, tt.detail}) {
					t.Errorf("%s in pieces of %d: %v, want {%s %s}", tt.name, piece, f, tt.kind, tt.detail)
				}
			}
		}
	}
}

// TestRemembered makes sure that a head is not taken for one with another meaning: to HEAD, or with other expectations.
func TestRemembered(t *testing.T) {
	var p Parser
	text := "HTTP/1.1 200 OK\r\nX-A: b\r\nContent-Length: 5\r\n\r\n"
	get := message(t, Spec{Host: "h", Expect: anything})
	head := message(t, Spec{Method: "HEAD", Host: "h", Expect: anything})
	picky := message(t, Spec{Host: "h", Expect: Expect{Length: -1, Header: [][2]string{{"X-A", "c"}}}})
	for range 2 {
		if got, want := parse(&p, get, text+"hello", 1<<20), "200, 5 bytes"; got != want {
			t.Errorf("GET: %s, want %s", got, want)
		}
		if got, want := parse(&p, head, text, 1<<20), "200, 0 bytes"; got != want {
			t.Errorf("HEAD: %s, want %s", got, want)
		}
		parse(&p, picky, text+"hello", 1<<20)
		if f := p.Verdict(); f.Kind != collect.WrongHeader {
			t.Errorf("other expectation: %v, want %s", f, collect.WrongHeader)
		}
	}
}
