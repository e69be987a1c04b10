package verify

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/wsgibench/wsgibench/internal/verify/wire"
)

// pause lies between two of many pieces, so that the server most likely reads them apart. Nothing is concluded from it:
// where they are read together the check asks less than it could.
const pause = 2 * time.Millisecond

func init() { register(fragmentEveryByte, fragmentChunks, fragmentTwoPieces, fragmentNextRequest) }

var fragmentEveryByte = Check{
	ID: "fragment-every-byte", Group: "http-fragmentation", Clause: "RFC 9112, section 2.2", Severity: WrongBytes,
	Doc: "A request that arrives byte by byte is served like any other.",
	Why: "TCP has no messages: a segment can end anywhere. A server that wants a whole line, head or body in one read loses or mixes requests under load.",
	Run: func(ctx context.Context, s *Session) Result {
		r := Request{Method: "POST", Path: whole, Header: []string{"X: y"}, Body: "line one\r\n\r\nGET / HTTP/1.1\r\n"}
		return inPieces(ctx, s, r, strings.Split(r.String(), ""))
	},
}

var fragmentChunks = Check{
	ID: "fragment-chunks", Group: "http-fragmentation", Clause: "RFC 9112, section 7.1", Severity: WrongBytes,
	Doc: "A chunked body that arrives byte by byte is read like any other.",
	Why: "Sizes, data and line ends of chunks are cut anywhere; a server that wants one of them in one read loses bytes of uploads.",
	Run: func(ctx context.Context, s *Session) Result {
		r := Request{Method: "POST", Path: whole, Body: "0\r\n\r\nabcdefghij\r\n0\r\n\r\n", Chunked: true}
		head, body, _ := strings.Cut(r.String(), "\r\n\r\n")
		return inPieces(ctx, s, r, append([]string{head + "\r\n\r\n"}, strings.Split(body, "")...))
	},
}

var fragmentTwoPieces = Check{
	ID: "fragment-two-pieces", Group: "http-fragmentation", Clause: "RFC 9112, section 2.2", Severity: WrongBytes,
	Doc: "A request in two segments is served, wherever the cut is.",
	Why: "The cuts are those at which parsers change their state: within each token, between CR and LF, before and within the body.",
	Run: func(ctx context.Context, s *Session) Result {
		r := Request{Method: "POST", Path: whole, Header: []string{"X-Name: value"}, Body: "abc\r\n\r\ndef"}
		raw := r.String()
		for _, cut := range []struct{ what, after string }{
			{"within the method", "PO"},
			{"after the method", "POST "},
			{"within the path", "/verify/bo"},
			{"within the version", "HTTP/1"},
			{"before LF of the request line", "HTTP/1.1\r"},
			{"after the request line", "HTTP/1.1\r\n"},
			{"within a name", "X-Na"},
			{"after a colon", "X-Name:"},
			{"within a value", "X-Name: va"},
			{"before LF of a header", "X-Name: value\r"},
			{"within Content-Length", "Content-Length: 1"},
			{"before the empty line", "Content-Length: 10\r\n"},
			{"within the empty line", "Content-Length: 10\r\n\r"},
			{"before the body", "Content-Length: 10\r\n\r\n"},
			{"within the body", "\r\n\r\nabc\r\n"},
		} {
			at := strings.Index(raw, cut.after) + len(cut.after)
			if got := inPieces(ctx, s, r, []string{raw[:at], raw[at:]}); got.Outcome != Pass {
				got.Reason = oneLine("cut " + cut.what + ": " + got.Reason)
				return got
			}
		}
		return Passed()
	},
}

// inPieces sends a request with a body in pieces; the application must have read exactly the body. Between two pieces
// others are served, where the server has threads for them: then it has read the first by itself.
func inPieces(ctx context.Context, s *Session, r Request, pieces []string) Result {
	c, err := s.Dial(ctx)
	if err != nil {
		return Untested("%v", err)
	}
	defer c.Close()
	sending := c.Pieces(pieces, func() error {
		if len(pieces) > 2 || s.threads() == 1 {
			return wait(ctx, pause)
		}
		for range laterClients / 2 {
			if s.Alive(ctx) != nil {
				break // slow-head is the check for that
			}
		}
		return ctx.Err()
	})
	if result := answered(ctx, c, r); result.Outcome != Pass {
		return result
	}
	if sending != nil {
		return Failed("answered before the request was there: %v", sending)
	}
	return Passed()
}

var fragmentNextRequest = Check{
	ID: "fragment-next-request", Group: "http-fragmentation", Clause: "RFC 9112, section 9.3", Severity: WrongBytes,
	Doc: "The beginning of the next request may come in the same segment as the one before.",
	Why: "What was read beyond a request belongs to the next one. A server that throws it away waits for ever for the rest, or reads half a request.",
	// A request is sent together with the beginning of the next, and after the first answer what is missing.
	Run: func(ctx context.Context, s *Session) Result {
		if !s.Can["keepalive"] {
			return Offers("closes the connection after each response")
		}
		first := Request{Method: "POST", Path: whole, Body: "first"}
		second := Request{Method: "POST", Path: whole, Body: "the second"}
		raw := second.String()
		for _, at := range []int{1, len("POST /verify"), strings.Index(raw, "\r\n\r\n") + 2, len(raw) - 3} {
			c, err := s.Dial(ctx)
			if err != nil {
				return Untested("%v", err)
			}
			c.Send(first.String() + raw[:at])
			response, err := Receive(ctx, c, "POST")
			if err != nil {
				return Failed("the first request, followed by %d bytes of the second: %v", at, err)
			}
			if response.WillClose() {
				return PassedWith("closes the connection instead, and says so")
			}
			c.Send(raw[at:])
			if result := answered(ctx, c, second); result.Outcome != Pass {
				result.Reason = oneLine(fmt.Sprintf("%d bytes of the second request came with the first: %s", at, result.Reason))
				return result
			}
			c.Close()
		}
		return Passed()
	},
}

// wait is a pause that ends with ctx.
func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// answered reads the answer to a request whose body the application has read.
func answered(ctx context.Context, c *wire.Conn, r Request) Result {
	response, err := Receive(ctx, c, r.Method)
	if err != nil {
		return Failed("%v", err)
	}
	want := fmt.Sprintf("%d %s\n", len(r.Body), crcOf(r.Body))
	if response.Status != 200 || string(response.Body) != want {
		return Failed("got %d %s, want 200 %q", response.Status, excerpt(response.Body), want)
	}
	return Passed()
}
