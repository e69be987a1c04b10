package http1

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestKept: the header and the beginning of the body are kept for who asks, also after the same head was remembered.
func TestKept(t *testing.T) {
	text := "HTTP/1.1 200 OK\r\nSet-Cookie: a=b \r\nset-cookie: c\r\nContent-Length: 5\r\n\r\nhello"
	header := [][2]string{{"Set-Cookie", "a=b"}, {"set-cookie", "c"}, {"Content-Length", "5"}}
	tests := []struct {
		limit  int
		header [][2]string
		body   string
		cut    bool
		keep   bool
	}{
		{0, nil, "", false, false},
		{0, header, "", false, true},
		{5, header, "hello", false, true},
		{4, header, "hell", true, true},
		{0, nil, "", false, false},
	}
	var c Conn
	for _, piece := range []int{1 << 20, 1} {
		for _, tt := range tests {
			m := message(t, Spec{Host: "h", Expect: anything, Keep: tt.keep, KeepBody: tt.limit})
			if got, want := parse(&c.parser, m, text, piece), "200, 5 bytes"; got != want {
				t.Errorf("%+v: %s, want %s", tt, got, want)
			}
			got, body, cut := c.Kept()
			if d := cmp.Diff(tt.header, got); d != "" || string(body) != tt.body || cut != tt.cut {
				t.Errorf("%+v in pieces of %d: body %q, cut %v, header (-want +got):\n%s", tt, piece, body, cut, d)
			}
		}
	}
}
