package verify

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/wsgibench/wsgibench/internal/verify/wire"
)

// A Request is what a polite client would send.
type Request struct {
	Method  string   // empty: GET
	Path    string   // with its query
	Version string   // empty: HTTP/1.1
	Header  []string // further lines, "Name: value"
	Body    string
	Chunked bool // the body goes as chunks of at most 7 bytes; else with a Content-Length, where there is a body
	Close   bool // says Connection: close

	chunk int // bytes of a chunk, in place of 7
}

// String is the request as it goes over the wire.
func (r Request) String() string {
	switch {
	case r.Chunked:
		r.Header = append(slices.Clone(r.Header), "Transfer-Encoding: chunked")
		return r.head() + inChunks(r.Body, cmp.Or(r.chunk, 7))
	case r.Body != "" || r.Method == "POST" || r.Method == "PUT":
		r.Header = append(slices.Clone(r.Header), fmt.Sprintf("Content-Length: %d", len(r.Body)))
	}
	return r.head() + r.Body
}

// head is the request without what its body needs, and without the body.
func (r Request) head() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s %s\r\nHost: %s\r\n", cmp.Or(r.Method, "GET"), r.Path, cmp.Or(r.Version, "HTTP/1.1"), Host)
	for _, line := range r.Header {
		b.WriteString(line + "\r\n")
	}
	if r.Close {
		b.WriteString("Connection: close\r\n")
	}
	return b.String() + "\r\n"
}

// inChunks is a body as chunks of at most that many bytes, with the last one (RFC 9112, section 7.1).
func inChunks(body string, most int) string {
	var b strings.Builder
	for body != "" {
		n := min(most, len(body))
		fmt.Fprintf(&b, "%x\r\n%s\r\n", n, body[:n])
		body = body[n:]
	}
	return b.String() + "0\r\n\r\n"
}

// Ask sends a request on a connection of its own, which it closes, and returns the whole answer.
func (s *Session) Ask(ctx context.Context, r Request) (*wire.Response, error) {
	c, err := s.Dial(ctx)
	if err != nil {
		return nil, err
	}
	defer c.Close() // a server may wait for that (gunicorn: up to two seconds)
	return AskOn(ctx, c, r)
}

// AskOn sends a request on an open connection and returns the whole answer, waiting for it as long as ctx is patient.
func AskOn(ctx context.Context, c *wire.Conn, r Request) (*wire.Response, error) {
	if err := c.Send(r.String()); err != nil {
		return nil, err
	}
	return Receive(ctx, c, r.Method)
}

// Receive reads the answer to a request with that method, waiting for it as long as ctx is patient.
func Receive(ctx context.Context, c *wire.Conn, method string) (*wire.Response, error) {
	ctx, cancel := context.WithTimeout(ctx, patience(ctx))
	defer cancel()
	return c.ReadResponse(ctx, cmp.Or(method, "GET"))
}

// Get asks for a path on a connection of its own, and says so to the server.
func (s *Session) Get(ctx context.Context, path string) (*wire.Response, error) {
	return s.Ask(ctx, Request{Path: path, Close: true})
}

// Hello is what the application answers at /hello.
const Hello = "Hello, World!\n"

// Alive asks on a new connection whether the server still serves; nil: it does.
func (s *Session) Alive(ctx context.Context) error {
	r, err := s.Get(ctx, "/hello")
	if err != nil {
		return err
	}
	if r.Status != 200 || string(r.Body) != Hello {
		return fmt.Errorf("got %d %s, want 200 %q", r.Status, excerpt(r.Body), Hello)
	}
	return nil
}
