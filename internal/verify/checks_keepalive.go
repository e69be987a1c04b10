package verify

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/wsgibench/wsgibench/internal/verify/wire"
)

const reuses = 100

func init() { register(keepaliveReuse, keepaliveClose, pipelining) }

var keepaliveReuse = Check{
	ID: "keepalive-reuse", Group: "body", Clause: "RFC 9112, section 9.3", Severity: WrongBytes,
	Doc: "Answers a hundred requests on one connection, each with its own body.",
	Why: "GETs and POSTs of changing sizes by turns, with Content-Length; a server that says it closes is not blamed for that.",
	Run: func(ctx context.Context, s *Session) Result {
		c, err := s.Dial(ctx)
		if err != nil {
			return Untested("%v", err)
		}
		for i := range reuses {
			r, want := Request{Path: blocksPath("list", fmt.Sprintf("&length=%d", i+3), i, 3)}, blocks(i, 3)
			if i%2 == 1 {
				body := strings.Repeat("z", 37*i)
				r, want = Request{Method: "POST", Path: "/verify/echo", Body: body}, body
			}
			answer, err := AskOn(ctx, c, r)
			switch {
			case err != nil && i > 0 && answer == nil && !errors.Is(err, wire.ErrTimeout):
				return Failed("the connection was closed after %d requests without having been announced: %v", i, err)
			case err != nil:
				return Failed("request %d: %v", i+1, err)
			}
			if err := sameBody(answer, want); err != nil {
				return Failed("request %d: %v", i+1, err)
			}
			if answer.WillClose() && i < reuses-1 {
				return closedBy(s, i+1, answer)
			}
		}
		if r, err := AskOn(ctx, c, Request{Path: blocksPath("gen", "", 3, 5)}); err == nil && r.WillClose() {
			return PassedWith("a response without Content-Length ends the connection")
		}
		return Passed()
	},
}

// closedBy judges a server that closes after so many requests: that is its right, unless it claims to be kept alive.
func closedBy(s *Session, n int, r *wire.Response) Result {
	if s.Can["keepalive"] && n == 1 && r.Framing != wire.ByClose {
		return Failed("it closes after each response (%s), although its descriptor says that it keeps connections alive", strings.Join(r.Values("Connection"), ", "))
	}
	return Offers("it closes the connection after %d requests", n)
}

var keepaliveClose = Check{
	ID: "keepalive-close", Group: "body", Clause: "RFC 9112, section 9.6", Severity: Deviation,
	Doc: "Closes the connection after the response where the client asks for that, or speaks HTTP/1.0.",
	Why: "Connection: close, and a request of HTTP/1.0. Simple clients read to the end of the connection.",
	Run: func(ctx context.Context, s *Session) Result {
		for _, r := range []Request{{Path: "/hello", Close: true}, {Path: "/hello", Version: "HTTP/1.0"}} {
			c, err := s.Dial(ctx)
			if err != nil {
				return Untested("%v", err)
			}
			answer, err := AskOn(ctx, c, r)
			if err == nil {
				err = sameBody(answer, Hello)
			}
			if err == nil {
				if more, end := c.More(ctx, patience(ctx)); len(more) > 0 || end == wire.Open {
					err = fmt.Errorf("the connection stays open")
				}
			}
			c.Close()
			if err != nil {
				return Failed("%s: %v", strings.SplitN(r.String(), "\r\n", 2)[0], err)
			}
		}
		return Passed()
	},
}

var pipelining = Check{
	ID: "pipelining", Group: "body", Clause: "RFC 9112, section 9.3.2", Severity: WrongBytes,
	Doc: "Answers five requests that are sent at once, in their order, or says that it closes.",
	Why: "Five GETs of different sizes in one write. A server that has read the others, and waits for more, leaves the client hanging.",
	Run: func(ctx context.Context, s *Session) Result {
		c, err := s.Dial(ctx)
		if err != nil {
			return Untested("%v", err)
		}
		var all strings.Builder
		for i := range 5 {
			all.WriteString(Request{Path: blocksPath("list", "", i, 3)}.String())
		}
		if err := c.Send(all.String()); err != nil {
			return Untested("%v", err)
		}
		for i := range 5 {
			r, err := Receive(ctx, c, "GET")
			if err != nil {
				return Failed("%d of 5 were answered; then %v", i, err)
			}
			if err := sameBody(r, blocks(i, 3)); err != nil {
				return Failed("answer %d: %v", i+1, err)
			}
			if r.WillClose() && i < 4 {
				return Offers("it closes the connection after %d of 5, and says so", i+1)
			}
		}
		return Passed()
	},
}
