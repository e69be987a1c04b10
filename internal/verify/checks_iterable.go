package verify

import (
	"context"
	"fmt"
	"strings"
)

func init() {
	register(iterableKinds, iterableGetitem, iterableUntouched, middlewareValidator, middlewareOnion, middlewareWrapping,
		middlewareDeferring)
}

var iterableKinds = Check{
	ID: "iterable-kinds", Group: "body", Clause: specificationDetails, Severity: WrongBytes,
	Doc: "Takes every iterable: one whose len() fails, one that can be iterated once, a list with close().",
	Why: "Three kinds of iterable with the same blocks. A server that asks for len(), or iterates twice, loses the body of one of them.",
	Run: iterables("bad-length", "one-shot", "closing-list"),
}

var iterableGetitem = Check{
	ID: "iterable-getitem", Group: "body", Clause: specificationDetails, Severity: Note,
	Doc: "Takes an iterable of the old kind, which has only __getitem__.",
	Why: "iter() understands it; a server that looks for __iter__ does not.",
	Run: iterables("getitem"),
}

func iterables(forms ...string) question {
	return func(ctx context.Context, s *Session) Result {
		for _, form := range forms {
			for _, sizes := range [][]int{{5}, {3, 0, 70000, 4}} {
				if err := s.exact(ctx, Request{Path: blocksPath(form, "", sizes...)}, blocks(sizes...)); err != nil {
					return Failed("%s, %d blocks: %v", form, len(sizes), err)
				}
			}
		}
		return Passed()
	}
}

var iterableUntouched = Check{
	ID: "iterable-untouched", Group: "body", Clause: specificationDetails, Severity: Note,
	Doc: "Looks at no other attribute of the iterable than the PEP names.",
	Why: "The iterable says which attributes are looked for: __iter__, __next__, __len__ and close are allowed, any other has a meaning of its own " +
		"somewhere.",
	Run: func(ctx context.Context, s *Session) Result {
		t := s.Talk()
		r, err := s.Get(ctx, t.Path(blocksPath("watched", "", 3, 4)))
		if err == nil {
			err = sameBody(r, blocks(3, 4))
		}
		if err != nil {
			return Failed("%v", err)
		}
		var touched []string
		for _, e := range t.Seen() {
			if e.Name == "touched" {
				touched = append(touched, e.String())
			}
		}
		if touched != nil {
			return Failed("looked for %s", strings.Join(touched, ", "))
		}
		return Passed()
	},
}

var middlewareValidator = Check{
	ID: "middleware-validator", Group: "body", Clause: "PEP 3333, whole; wsgiref.validate", Severity: Deviation,
	Doc: "Satisfies the standard library's validator, between server and application.",
	Why: "wsgiref.validate raises at what the PEP forbids on either side: types in environ, calls of close(), arguments of read().",
	Run: func(ctx context.Context, s *Session) Result {
		path := "/verify/middleware?kind=validating&sizes=3,4"
		if err := s.exact(ctx, Request{Path: path}, blocks(3, 4)); err != nil {
			return Failed("GET: %v%s", err, s.assertion())
		}
		t := s.Talk()
		r := Request{Method: "POST", Path: t.Path(path + "&read=10"), Body: "0123456789", Header: []string{"Content-Type: text/plain"}}
		if err := s.exact(ctx, r, blocks(3, 4)); err != nil {
			return Failed("POST: %v%s", err, s.assertion())
		}
		if e, err := t.Await(ctx, "read"); err != nil || e.String() != r.Body {
			return Failed("POST: the application read %q, %v", e, err)
		}
		return Passed()
	},
}

// assertion is what the validator said, where the server printed it.
func (s *Session) assertion() string {
	log, _ := s.Log()
	for line := range strings.Lines(log) {
		if strings.HasPrefix(line, "AssertionError") {
			return "; " + strings.TrimSpace(line)
		}
	}
	return ""
}

var middlewareOnion = Check{
	ID: "middleware-onion", Group: "body", Clause: "PEP 3333, Middleware", Severity: WrongBytes,
	Doc: "Answers the same through fifty layers that do nothing.",
	Why: "The server must not care how deep the application lies.",
	Run: through("onion", blocks(3, 4)),
}

var middlewareWrapping = Check{
	ID: "middleware-wrapping", Group: "body", Clause: "PEP 3333, Middleware", Severity: WrongBytes,
	Doc: "Sends what a middleware makes of the blocks, and closes through it.",
	Why: "A middleware hands each block on in upper case, and close() to what it wraps.",
	Run: through("upper", strings.ToUpper(blocks(3, 4))),
}

var middlewareDeferring = Check{
	ID: "middleware-deferring", Group: "body", Clause: "PEP 3333, Middleware", Severity: WrongBytes,
	Doc: "Takes start_response from a middleware that calls it with the first block.",
	Why: "A middleware that keeps the status back until the first block is there, as those for compression and sessions do.",
	Run: through("deferring", blocks(3, 4)),
}

// through asks for two blocks through a middleware, and for one close().
func through(kind, want string) question {
	return func(ctx context.Context, s *Session) Result {
		path := fmt.Sprintf("/verify/middleware?kind=%s&sizes=3,4", kind)
		if err := s.exact(ctx, Request{Path: path}, want); err != nil {
			return Failed("%v", err)
		}
		return judged(s.closed(ctx, path, "GET"))
	}
}
