package verify

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestRequestText(t *testing.T) {
	for _, test := range []struct {
		request Request
		want    string
	}{
		{Request{Path: "/"}, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"},
		{Request{Path: "/a?b", Version: "HTTP/1.0", Close: true, Header: []string{"X: y"}}, "GET /a?b HTTP/1.0\r\nHost: localhost\r\nX: y\r\nConnection: close\r\n\r\n"},
		{Request{Method: "POST", Path: "/", Body: "abc"}, "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc"},
		{Request{Method: "PUT", Path: "/"}, "PUT / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"},
		{Request{Method: "POST", Path: "/", Body: "0123456789", Chunked: true},
			"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n7\r\n0123456\r\n3\r\n789\r\n0\r\n\r\n"},
	} {
		if got := test.request.String(); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}

// A reason is one bounded line of text, whatever a server puts into it.
func TestOneLine(t *testing.T) {
	if got, want := oneLine("a\r\nb\x00\xff\u0085é"), `a\r\nb\x00\xff\x85é`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	rapid.Check(t, func(t *rapid.T) {
		got := oneLine(string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")))
		if strings.ContainsAny(got, "\r\n\t\x00\x1b") || !utf8.ValidString(got) || len(got) > maxReason+3 {
			t.Fatalf("got %q", got)
		}
	})
}

func TestBlocks(t *testing.T) {
	if got := blocks(2, 0, 3); got != "aaccc" {
		t.Errorf("got %q", got)
	}
	if got := blocksPath("gen", "&length=5", 2, 0, 3); got != "/verify/blocks?form=gen&sizes=2,0,3&length=5" {
		t.Errorf("got %q", got)
	}
	if got := counted("abc"); got != "3 352441c2\n" { // CRC-32 as zlib.crc32 of Python
		t.Errorf("got %q", got)
	}
}
