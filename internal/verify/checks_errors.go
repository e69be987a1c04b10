package verify

import (
	"context"
	"errors"
	"strings"

	"github.com/wsgibench/wsgibench/internal/verify/wire"
)

const errorHandling = "PEP 3333, Error Handling"

func init() {
	register(errorsWrite, errorsLog, errorCall, errorFirst, errorUnstarted, errorMidway, errorMidwayLength, bytesOnly)
}

var errorsWrite = Check{
	ID: "errors-write", Group: "errors", Clause: inputStreams, Severity: Deviation,
	Doc: "wsgi.errors takes any text by write and writelines, and has flush.",
	Why: "The application writes a euro sign, Japanese and an emoji. An errors stream that raises turns a warning into a failure.",
	Run: func(ctx context.Context, s *Session) Result {
		r, err := s.Get(ctx, "/verify/errors?mark=verify")
		if err != nil {
			return Failed("%v", err)
		}
		if string(r.Body) != "written" {
			return Failed("got %d %s", r.Status, excerpt(r.Body))
		}
		return Passed()
	},
}

var errorsLog = Check{
	ID: "errors-log", Group: "errors", Clause: inputStreams, Severity: Note,
	Doc: "What is written to wsgi.errors turns up on the server's standard output or error.",
	Why: "The application writes a word that the server's output is then searched for. Elsewhere (a log file) it may be as well kept; but nobody who runs " +
		"the server in a container finds it.",
	Run: func(ctx context.Context, s *Session) Result {
		t := s.Talk()
		mark := "verify-mark-" + t.token
		if _, err := s.Get(ctx, "/verify/errors?mark="+mark); err != nil {
			return Failed("%v", err)
		}
		found, err := s.awaitLog(ctx, mark+" two")
		if err != nil {
			return Untested("%v", err)
		}
		if !found {
			return Failed("what was written did not turn up in the server's output within %v", patience(ctx))
		}
		return Passed()
	},
}

var errorCall = Check{
	ID: "error-call", Group: "errors", Clause: errorHandling, Severity: WrongHead,
	Doc: "Answers 5xx when the application raises as it is called.",
	Why: "The application raises before start_response. Closing without a word makes clients and proxies try again; a 200 is a lie.",
	Run: serverError("/verify/fails?when=call"),
}

var errorFirst = Check{
	ID: "error-first", Group: "errors", Clause: errorHandling, Severity: WrongHead,
	Doc: "Answers 5xx when the application raises before its first block, although start_response was called.",
	Why: "Nothing was sent yet, so the status can still be changed. An empty 200 tells the client that all is well.",
	Run: serverError("/verify/fails?when=first"),
}

var errorUnstarted = Check{
	ID: "error-unstarted", Group: "errors", Clause: "PEP 3333, The start_response() Callable", Severity: WrongHead,
	Doc: "Answers 5xx when the application gives a body without having called start_response.",
	Why: "There is no status to send. Servers have been seen to send \"None\", nothing, or to hang.",
	Run: serverError("/verify/fails?when=nothing-started"),
}

// serverError wants a whole response with a status of 5xx.
func serverError(path string) question {
	return func(ctx context.Context, s *Session) Result {
		r, err := s.Get(ctx, path)
		if err != nil {
			return Failed("want a status of 5xx, got %v", err)
		}
		if r.Status < 500 {
			return Failed("got %d %s, want a status of 5xx", r.Status, excerpt(r.Body))
		}
		return Passed()
	}
}

var errorMidway = Check{
	ID: "error-midway", Group: "errors", Clause: errorHandling, Severity: WrongBytes,
	Doc: "Breaks the response off visibly when the application raises after its first block.",
	Why: "One block was sent, without Content-Length; the client must be able to see that the body is not whole: no last chunk, a reset. Otherwise half a " +
		"download is stored as a whole one. A body that ends with the connection, closed in good order, cannot show it.",
	Run: brokenOff("/verify/fails?when=mid"),
}

var errorMidwayLength = Check{
	ID: "error-midway-length", Group: "errors", Clause: errorHandling, Severity: WrongBytes,
	Doc: "Closes the connection when the application raises before it has given as much as its Content-Length said.",
	Why: "As error-midway, with a Content-Length of 100: the client must not be left waiting for the rest.",
	Run: brokenOff("/verify/fails?when=mid&length=100"),
}

// brokenOff wants a response that ends before its end, or one that says 5xx in good time.
func brokenOff(path string) question {
	return func(ctx context.Context, s *Session) Result {
		r, err := s.Ask(ctx, Request{Path: path})
		switch {
		case errors.Is(err, wire.ErrTimeout):
			return Failed("neither the rest nor the end of the connection within %v", patience(ctx))
		case err != nil && strings.HasPrefix(err.Error(), "malformed"):
			return Failed("%v", err)
		case err == nil && r.Status < 500 && r.Framing == wire.ByClose:
			return Failed("got %d %s, ended by closing the connection in good order: nobody can see that it is not whole", r.Status, excerpt(r.Body))
		case err == nil && r.Status < 500:
			return Failed("got %d %s with a clean end (%s)", r.Status, excerpt(r.Body), r.Framing)
		}
		return Passed()
	}
}

var bytesOnly = Check{
	ID: "bytes-only", Group: "errors", Clause: "PEP 3333, A Note on String Types", Severity: Deviation,
	Doc: "Treats a str in the body as an error, and does not answer 200 as if all were well.",
	Why: "The application gives str in a list, as the first block of an iterator, and as its second. A server that drops or encodes it hides a mistake.",
	Run: func(ctx context.Context, s *Session) Result {
		for _, when := range []string{"list", "first", "mid"} {
			r, err := s.Get(ctx, "/verify/text?when="+when)
			if errors.Is(err, wire.ErrTimeout) {
				return Failed("str %s: no end within %v", when, patience(ctx))
			}
			if err == nil && r.Status < 500 && (when != "mid" || r.Framing != wire.ByClose) {
				return Failed("str %s: got %d %s with a clean end, want 5xx or a visible break", when, r.Status, excerpt(r.Body))
			}
		}
		return Passed()
	},
}
