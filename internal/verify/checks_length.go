package verify

import (
	"context"
	"errors"
	"fmt"

	"github.com/wsgibench/wsgibench/internal/verify/wire"
)

const contentLength = "PEP 3333, Handling the Content-Length Header"

func init() {
	register(lengthExcess, lengthShort, lengthSingle, framingUnknown, framingHTTP10, bodilessHead, bodilessStatus,
		bodilessLength)
}

var lengthExcess = Check{
	ID: "length-excess", Group: "body", Clause: contentLength, Severity: WrongBytes,
	Doc: "Sends no more bytes than Content-Length said, whatever the application gives.",
	Why: "Content-Length says 5, nine bytes are given: in one block, in several, and through write(). On a connection that stays open the rest is " +
		"read as the beginning of the next response.",
	Run: func(ctx context.Context, s *Session) Result {
		for _, path := range []string{blocksPath("iter", "&length=5", 3, 4, 2), blocksPath("list", "&length=5", 9), "/verify/write?length=5&sizes=9"} {
			if err := s.noExcess(ctx, path); err != nil {
				return Failed("%s: %v", path, err)
			}
		}
		return Passed()
	},
}

// noExcess wants five bytes at most. A server may also refuse, or break off.
func (s *Session) noExcess(ctx context.Context, path string) error {
	c, err := s.Dial(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	r, err := AskOn(ctx, c, Request{Path: path})
	switch {
	case errors.Is(err, wire.ErrTimeout):
		return fmt.Errorf("neither an answer nor the end of the connection within %v", patience(ctx))
	case err != nil && r == nil, err == nil && r.Status >= 500:
		return nil
	case len(r.Body) > 5:
		return fmt.Errorf("got %d bytes, want 5", len(r.Body))
	case err != nil:
		return nil
	}
	return follow(ctx, c, r)
}

var lengthShort = Check{
	ID: "length-short", Group: "body", Clause: contentLength, Severity: WrongBytes,
	Doc: "Closes the connection when the application gives fewer bytes than Content-Length said.",
	Why: "Content-Length says 10, three bytes are given. If the connection stays open, the client waits for the rest, and takes the next response for it.",
	Run: func(ctx context.Context, s *Session) Result {
		for _, path := range []string{blocksPath("iter", "&length=10", 3), blocksPath("list", "&length=10", 3), blocksPath("gen", "&length=10")} {
			r, err := s.Ask(ctx, Request{Path: path})
			switch {
			case errors.Is(err, wire.ErrTimeout):
				return Failed("%s: the connection stays open, and the client waits for the rest", path)
			case err == nil && r.Status < 500:
				return Failed("%s: got %d %s with a clean end", path, r.Status, excerpt(r.Body))
			}
		}
		return Passed()
	},
}

var lengthSingle = Check{
	ID: "length-single", Group: "body", Clause: contentLength, Severity: Note,
	Doc: "Works out Content-Length for a list of one block.",
	Why: "The PEP allows it. Without it the same hello goes out in chunks, or ends with the connection: another benchmark.",
	Run: func(ctx context.Context, s *Session) Result {
		r, err := s.Ask(ctx, Request{Path: blocksPath("list", "", 5)})
		if err != nil {
			return Failed("%v", err)
		}
		if r.Get("Content-Length") != "5" {
			return Failed("the body is delimited by %s", r.Framing)
		}
		return Passed()
	},
}

var framingUnknown = Check{
	ID: "framing-unknown", Group: "body", Clause: "RFC 9112, section 6.3", Severity: WrongBytes,
	Doc: "Sends a body of unknown length in valid chunks, or closes the connection after it.",
	Why: "A generator's blocks to a client of HTTP/1.1. Without chunks, and with the connection left open, the client waits for ever.",
	Run: exactly(blocksPath("gen", "", 3, 5, 70000), blocks(3, 5, 70000)),
}

var framingHTTP10 = Check{
	ID: "framing-http10", Group: "body", Clause: "RFC 9112, section 6.1", Severity: WrongBytes,
	Doc: "Sends no chunks to a client of HTTP/1.0.",
	Why: "The same generator to a client that does not know chunks: it would take their sizes for data.",
	Run: func(ctx context.Context, s *Session) Result {
		r, err := s.Ask(ctx, Request{Path: blocksPath("gen", "", 3, 5), Version: "HTTP/1.0"})
		if err == nil && r.Get("Transfer-Encoding") != "" {
			err = fmt.Errorf("Transfer-Encoding: %s", r.Get("Transfer-Encoding"))
		}
		if err == nil {
			err = sameBody(r, blocks(3, 5))
		}
		return judged(err)
	},
}

var bodilessHead = Check{
	ID: "bodiless-head", Group: "body", Clause: "RFC 9110, section 9.3.2", Severity: WrongBytes,
	Doc: "Sends no body to HEAD, whatever the application gives.",
	Why: "Applications answer HEAD as they answer GET. The body would be read as the beginning of the next response.",
	Run: func(ctx context.Context, s *Session) Result {
		return bodiless(ctx, s, "HEAD", 200, blocksPath("list", "", 5), blocksPath("list", "&length=5", 5), blocksPath("gen", "", 3, 5), "/verify/write?sizes=3")
	},
}

var bodilessStatus = Check{
	ID: "bodiless-status", Group: "body", Clause: "RFC 9110, sections 15.3.5 and 15.4.5", Severity: WrongBytes,
	Doc: "Sends no body with 204 and 304, whatever the application gives.",
	Why: "An application that sends a body with them is wrong; but its bytes would be read as the beginning of the next response.",
	Run: func(ctx context.Context, s *Session) Result {
		r := bodiless(ctx, s, "GET", 204, blocksPath("list", "&bare=1&status=204+No+Content", 5), blocksPath("gen", "&bare=1&status=204+No+Content", 5, 3))
		if r.Outcome != Pass {
			return r
		}
		return bodiless(ctx, s, "GET", 304, blocksPath("list", "&bare=1&status=304+Not+Modified", 5), blocksPath("gen", "&bare=1&status=304+Not+Modified", 5, 3))
	},
}

func bodiless(ctx context.Context, s *Session, method string, status int, paths ...string) Result {
	for _, path := range paths {
		if err := s.noBody(ctx, Request{Method: method, Path: path}, status); err != nil {
			return Failed("%s %s: %v", method, path, err)
		}
	}
	return Passed()
}

// noBody wants an answer of that status, and nothing after its head. A server may also refuse, or break off.
func (s *Session) noBody(ctx context.Context, request Request, status int) error {
	c, err := s.Dial(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	r, err := AskOn(ctx, c, request)
	if err != nil && r == nil {
		return err
	}
	if err != nil || r.Status >= 500 {
		return nil
	}
	if r.Status != status {
		return fmt.Errorf("got %d, want %d", r.Status, status)
	}
	return follow(ctx, c, r)
}

var bodilessLength = Check{
	ID: "bodiless-length", Group: "body", Clause: "RFC 9110, section 8.6; RFC 9112, section 6.1", Severity: Deviation,
	Doc: "Sends neither Content-Length nor Transfer-Encoding with 204.",
	Why: "The application gives an empty list. A Content-Length there is forbidden, and some clients wait for the chunks that were announced.",
	Run: func(ctx context.Context, s *Session) Result {
		r, err := s.Ask(ctx, Request{Path: blocksPath("list", "&bare=1&status=204+No+Content")})
		if err != nil {
			return Failed("%v", err)
		}
		for _, name := range []string{"Content-Length", "Transfer-Encoding"} {
			if v := r.Values(name); v != nil {
				return Failed("%s: %s", name, v[0])
			}
		}
		return Passed()
	},
}
