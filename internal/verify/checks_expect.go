package verify

import (
	"context"
	"errors"

	"github.com/wsgibench/wsgibench/internal/verify/wire"
)

const expectClause = "PEP 3333, HTTP 1.1 Expect/Continue; RFC 9110, section 10.1.1"

func init() { register(expectContinue, expectUnread, expectHTTP10) }

var expectContinue = Check{
	ID: "expect-continue", Group: "input", Clause: expectClause, Severity: Deviation,
	Doc: "Answers Expect: 100-continue with one 100 Continue, or with the final status, before the body comes.",
	Why: "The head is sent and the body held back until 100 comes. A client that gets nothing waits, often for a second, with each upload. After the " +
		"body there must be no second 100.",
	Run: func(ctx context.Context, s *Session) Result {
		c, err := s.Dial(ctx)
		if err != nil {
			return Untested("%v", err)
		}
		if err := c.Send(Request{Method: "POST", Path: "/verify/body", Header: expectHeader}.head()); err != nil {
			return Failed("%v", err)
		}
		limited, cancel := context.WithTimeout(ctx, patience(ctx))
		defer cancel()
		first, err := c.ReadHead(limited, "POST")
		if err != nil {
			return lateAnswer(ctx, c, err)
		}
		if first.Status >= 400 {
			return PassedWith("refused with %d", first.Status)
		}
		if first.Status != 100 {
			return Failed("got %d before the body was sent, want 100", first.Status)
		}
		if err := c.Send("abc"); err != nil {
			return Failed("%v", err)
		}
		r, err := Receive(ctx, c, "POST")
		switch {
		case err != nil:
			return Failed("after 100 and the body: %v", err)
		case len(r.Interim) > 0:
			return Failed("got %d a second time", r.Interim[0].Status)
		case r.Status != 200 || string(r.Body) != counted("abc"):
			return Failed("got %d %s, want 200 %q", r.Status, excerpt(r.Body), counted("abc"))
		}
		return Passed()
	},
}

// lateAnswer sends the body without having been asked for it, as clients do in the end, to say what comes of it.
func lateAnswer(ctx context.Context, c *wire.Conn, why error) Result {
	if !errors.Is(why, wire.ErrTimeout) {
		return Failed("instead of 100 Continue: %v", why)
	}
	if err := c.Send("abc"); err != nil {
		return Failed("no 100 Continue within %v, and then: %v", patience(ctx), err)
	}
	r, err := Receive(ctx, c, "POST")
	if err != nil {
		return Failed("no 100 Continue within %v, and nothing after the body: %v", patience(ctx), err)
	}
	return Failed("no 100 Continue within %v; after the body: %s %d", patience(ctx), r.Proto, r.Status)
}

var expectUnread = Check{
	ID: "expect-unread", Group: "input", Clause: expectClause, Severity: WrongBytes,
	Doc: "Answers a request with Expect also where the application never reads the body.",
	Why: "The body is held back, and sent only if 100 comes. Without 100 the final answer must come by itself; else both sides wait.",
	Run: func(ctx context.Context, s *Session) Result {
		c, err := s.Dial(ctx)
		if err != nil {
			return Untested("%v", err)
		}
		if err := c.Send(Request{Method: "POST", Path: "/verify/body?read=none", Header: expectHeader}.head()); err != nil {
			return Failed("%v", err)
		}
		limited, cancel := context.WithTimeout(ctx, patience(ctx))
		defer cancel()
		r, err := c.ReadHead(limited, "POST")
		if err == nil && r.Status == 100 {
			if err := c.Send("abc"); err != nil {
				return Failed("%v", err)
			}
			r, err = Receive(ctx, c, "POST")
		} else if err == nil {
			err = c.ReadRest(limited)
		}
		if err != nil {
			return Failed("%v", err)
		}
		if r.Status != 200 && r.Status < 400 {
			return Failed("got %d, want 200", r.Status)
		}
		return Passed()
	},
}

var expectHeader = []string{"Expect: 100-continue", "Content-Length: 3"}

var expectHTTP10 = Check{
	ID: "expect-http10", Group: "input", Clause: "RFC 9110, section 15.2", Severity: Deviation,
	Doc: "Sends no 100 Continue to a client of HTTP/1.0.",
	Why: "The same request in HTTP/1.0, whose clients do not know statuses of 1xx and take it for the answer.",
	Run: func(ctx context.Context, s *Session) Result {
		r, err := s.Ask(ctx, Request{Method: "POST", Path: "/verify/body", Version: "HTTP/1.0", Header: []string{"Expect: 100-continue"}, Body: "abc"})
		if err != nil {
			return Failed("%v", err)
		}
		if len(r.Interim) > 0 {
			return Failed("got %d, which HTTP/1.0 does not know", r.Interim[0].Status)
		}
		return Passed()
	},
}
