package wire

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// offline is a connection on which text has arrived and which is then closed.
type offline struct {
	net.Conn
	io.Reader
}

func (o offline) Read(b []byte) (int, error)        { return o.Reader.Read(b) }
func (o offline) SetReadDeadline(t time.Time) error { return nil }

func arrived(r io.Reader) *Conn { return NewConn(offline{Reader: r}) }

var whole = []struct {
	what, method, text string
	want               Response // Raw left out
	rest               string
}{
	{"length", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nX:  a b \r\n\r\nabcHTTP", Response{
		Proto: "HTTP/1.1", Status: 200, Reason: "OK", Header: []Field{{"Content-Length", "3"}, {"X", "a b"}},
		Body: []byte("abc"), Framing: ByLength}, "HTTP"},
	{"chunks", "GET", "HTTP/1.1 299 \r\ntransfer-encoding: Chunked\r\n\r\n3;a=b\r\nabc\r\nA\r\n0123456789\r\n0\r\nX: y\r\n\r\n\r\n", Response{
		Proto: "HTTP/1.1", Status: 299, Header: []Field{{"transfer-encoding", "Chunked"}},
		Body: []byte("abc0123456789"), Trailer: []Field{{"X", "y"}}, Framing: ByChunks}, "\r\n"},
	{"close", "GET", "HTTP/1.0 404 Not Found\r\n\r\nabc", Response{
		Proto: "HTTP/1.0", Status: 404, Reason: "Not Found", Body: []byte("abc"), Framing: ByClose}, ""},
	{"HEAD", "HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", Response{
		Proto: "HTTP/1.1", Status: 200, Reason: "OK", Header: []Field{{"Content-Length", "3"}}, Framing: ByNothing}, "abc"},
	{"not modified", "GET", "HTTP/1.1 304 N\r\nContent-Length: 3\r\n\r\n", Response{
		Proto: "HTTP/1.1", Status: 304, Reason: "N", Header: []Field{{"Content-Length", "3"}}, Framing: ByNothing}, ""},
	{"interim", "POST", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", Response{
		Proto: "HTTP/1.1", Status: 200, Reason: "OK", Header: []Field{{"Content-Length", "0"}}, Framing: ByLength,
		Interim: []*Response{{Proto: "HTTP/1.1", Status: 100, Reason: "Continue", Framing: ByNothing, Complete: true}}}, ""},
	{"not ASCII", "GET", "HTTP/1.1 200 caf\xe9\r\nX: \xff\r\nContent-Length: 0\r\n\r\n", Response{
		Proto: "HTTP/1.1", Status: 200, Reason: "caf\xe9", Header: []Field{{"X", "\xff"}, {"Content-Length", "0"}}, Framing: ByLength}, ""},
}

func TestReadResponse(t *testing.T) {
	for _, test := range whole {
		for name, in := range map[string]io.Reader{"at once": strings.NewReader(test.text), "byte by byte": iotest.OneByteReader(strings.NewReader(test.text))} {
			c := arrived(in)
			got, err := c.ReadResponse(t.Context(), test.method)
			if err != nil {
				t.Errorf("%s, %s: %v", test.what, name, err)
				continue
			}
			interim := 0
			for _, r := range got.Interim {
				interim += len(r.Raw)
				r.Raw = nil
			}
			if want := test.text[interim : len(test.text)-len(test.rest)]; string(got.Raw) != want {
				t.Errorf("%s, %s: got raw %q, want %q", test.what, name, got.Raw, want)
			}
			got.Raw, test.want.Complete = nil, true
			if diff := cmp.Diff(&test.want, got); diff != "" {
				t.Errorf("%s, %s (-want +got):\n%s", test.what, name, diff)
			}
			if rest, end := c.More(t.Context(), time.Minute); string(rest) != test.rest || end != Closed {
				t.Errorf("%s, %s: then came %q and %s, want %q and closed", test.what, name, rest, end, test.rest)
			}
		}
	}
}

// TestRefused: each of these is no whole response; the status is what had been read before.
func TestRefused(t *testing.T) {
	head := "HTTP/1.1 200 OK\r\n"
	chunked := head + "Transfer-Encoding: chunked\r\n\r\n"
	for _, test := range []struct {
		text, want string
		status     int
	}{
		{"", "closed without a response", 0},
		{"HTTP/1.1 200", "closed in the middle of the response", 0},
		{head + "X: y\r\n", "closed in the middle of the response", 200},
		{head + "Content-Length: 3\r\n\r\nab", "closed in the middle of the response", 200},
		{chunked + "3\r\nab", "closed in the middle of the response", 200},
		{chunked + "3\r\nabc\r\n", "closed in the middle of the response", 200},
		{chunked + "0\r\n", "closed in the middle of the response", 200},
		{"hello", "closed in the middle of the response", 0},
		{"hello\r\n", "malformed response: status line: hello", 0},
		{"HTTP/1.1 20 OK\r\n", "malformed response: status line: HTTP/1.1 20 OK", 0},
		{"HTTP/1.1 200\r\n", "malformed response: status line: HTTP/1.1 200", 0},
		{"HTTP/1.1 099 No\r\n", "malformed response: status line: HTTP/1.1 099 No", 0},
		{"HTTP/1.1 None\r\n", "malformed response: status line: HTTP/1.1 None", 0},
		{"HTTP/2.0 200 OK\r\n", "malformed response: status line: HTTP/2.0 200 OK", 0},
		{"HTTP/1.1 200 O\x00K\r\n", `malformed response: status line: HTTP/1.1 200 O\x00K`, 0},
		{"HTTP/1.1 200 OK\n", `malformed response: line ends with a bare LF: HTTP/1.1 200 OK\n` + "\n", 0},
		{head + "X: a\rb\r\n", `malformed response: bare CR: X: a\rb\r\n` + "\n", 200},
		{head + "X : a\r\n", "malformed response: field: X : a", 200},
		{head + " folded\r\n", "malformed response: field:  folded", 200},
		{head + "X\r\n", "malformed response: field: X", 200},
		{head + "X: \x00\r\n", `malformed response: field: X: \x00`, 200},
		{head + "Content-Length: 3\r\nContent-Length: 3\r\n\r\n", "malformed response: two Content-Length fields: 3 and 3", 200},
		{head + "Content-Length: +3\r\n\r\n", "malformed response: Content-Length: +3", 200},
		{head + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", "malformed response: Transfer-Encoding beside Content-Length", 200},
		{head + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", "malformed response: two Transfer-Encoding fields", 200},
		{head + "Transfer-Encoding: gzip\r\n\r\n", "malformed response: Transfer-Encoding: gzip", 200},
		{"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "malformed response: chunked in HTTP/1.0", 200},
		{chunked + "x\r\n", "malformed response: chunk size: x", 200},
		{chunked + "\r\n", "malformed response: chunk size", 200},
		{chunked + "+3\r\nabc\r\n", "malformed response: chunk size: +3", 200},
		{chunked + "0x3\r\nabc\r\n", "malformed response: chunk size: 0x3", 200},
		{chunked + "3 \r\nabc\r\n", "malformed response: chunk size: 3 ", 200},
		{chunked + "ffffffffffffffff\r\nabc\r\n", "malformed response: chunk size: ffffffffffffffff", 200},
		{chunked + "3\nabc\r\n", `malformed response: line ends with a bare LF: 3\n` + "\n", 200},
		{chunked + "3\r\nabcd\r\n", "malformed response: chunk longer than its size: d", 200},
		{chunked + "0\r\nX\r\n\r\n", "malformed response: field: X", 200},
		{head + "X: " + strings.Repeat("a", 70000) + "\r\n", "malformed response: line too long: X: " + strings.Repeat("a", 77), 200},
		{head + strings.Repeat("X: "+strings.Repeat("a", 1000)+"\r\n", 300), "malformed response: too many fields", 200},
	} {
		got, err := arrived(strings.NewReader(test.text)).ReadResponse(t.Context(), "GET")
		if err == nil || err.Error() != test.want {
			t.Errorf("%.80q: got %v, want %s", test.text, err, test.want)
		}
		if got == nil && test.text != "" || got != nil && (got.Status != test.status || got.Complete) {
			t.Errorf("%.80q: got %+v, want an incomplete %d", test.text, got, test.status)
		}
	}
}

func TestBlocks(t *testing.T) {
	c := arrived(strings.NewReader("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"))
	r, err := c.ReadHead(t.Context(), "GET")
	if err != nil || r.Framing != ByChunks {
		t.Fatalf("got %+v, %v; want a chunked response", r, err)
	}
	for _, want := range []string{"abc", "de"} {
		if got, err := c.ReadBlock(t.Context(), len(want)); string(got) != want || err != nil || r.Complete {
			t.Errorf("got %q, %v, complete %v; want %q of an incomplete body", got, err, r.Complete, want)
		}
	}
	if got, err := c.ReadBlock(t.Context(), 1); len(got) > 0 || !errors.Is(err, io.EOF) || !r.Complete {
		t.Errorf("got %q, %v, complete %v; want the end", got, err, r.Complete)
	}
	if err := c.ReadRest(t.Context()); err != nil || string(r.Body) != "abcde" {
		t.Errorf("got %q, %v; want the whole body", r.Body, err)
	}
}

// FuzzResponse: nothing panics, the pieces in which a response comes do not matter, and what is complete can be told
// apart from what follows: the raw bytes are the beginning of what came.
func FuzzResponse(f *testing.F) {
	for _, test := range whole {
		f.Add([]byte(test.text), test.method == "HEAD")
	}
	f.Add([]byte("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n"), false)
	f.Fuzz(func(t *testing.T, b []byte, head bool) {
		method := "GET"
		if head {
			method = "HEAD"
		}
		read := func(in io.Reader) (string, *Response) {
			r, err := arrived(in).ReadResponse(context.Background(), method)
			return fmt.Sprintf("%+v %v", r, err), r
		}
		one, r := read(strings.NewReader(string(b)))
		many, _ := read(iotest.OneByteReader(strings.NewReader(string(b))))
		if r == nil || r.Complete && len(r.Interim) == 0 {
			if one != many {
				t.Errorf("in pieces: %s\nat once: %s", many, one)
			}
		}
		if r == nil || !r.Complete {
			return
		}
		if len(r.Interim) == 0 && !strings.HasPrefix(string(b), string(r.Raw)) {
			t.Errorf("raw %q is no beginning of %q", r.Raw, b)
		}
		again, err := arrived(strings.NewReader(string(r.Raw))).ReadResponse(context.Background(), method)
		if err != nil || string(again.Body) != string(r.Body) || !again.Complete {
			t.Errorf("read again: got %+v, %v; want %+v", again, err, r)
		}
	})
}
