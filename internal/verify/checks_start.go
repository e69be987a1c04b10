package verify

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/wsgibench/wsgibench/internal/verify/wire"
)

const startResponse = "PEP 3333, The start_response() Callable"

func init() {
	register(headDelayed, startLate, startTwice, startReplaced, startReplacedPlain, startReplacedEmpty, startTooLate,
		startSameError)
}

var headDelayed = Check{
	ID: "head-delayed", Group: "head", Clause: startResponse, Severity: Deviation,
	Doc: "Sends the head only with the first block that is not empty.",
	Why: "After an empty block the application changes its status, as it does for an error: the client must get the new one. Where it gets the old one, " +
		"it looks for the head while the application waits at the next block. As long as nothing was sent, an error can still become a proper 500.",
	// The application changes its status after an empty block: the client gets that of the head that was sent.
	// The order of events decides, and no clock.
	Run: func(ctx context.Context, s *Session) Result {
		t := s.Talk()
		r, _ := s.Get(ctx, t.Path("/verify/replace?after=empty"))
		if r != nil && r.Status != 200 {
			return Passed()
		}
		e, err := t.Await(ctx, "raised")
		switch {
		case err != nil:
			return Failed("%v", err)
		case r != nil && e.String() != "":
			return Failed("after an empty block the head was on its way: start_response raised %s", e)
		}
		return headHeld(ctx, s) // it keeps to the first status, sent or not
	},
}

// headHeld looks for the head while the application waits at the block after the empty one.
func headHeld(ctx context.Context, s *Session) Result {
	t := s.Talk()
	c, err := s.send(ctx, Request{Path: t.Path("/verify/blocks?form=hold&sizes=0,5"), Close: true}.String())
	if err != nil {
		return Untested("%v", err)
	}
	t.Go()
	for range 2 {
		if _, err := t.Await(ctx, "asked"); err != nil {
			return Failed("%v", err)
		}
	}
	limited, cancel := context.WithTimeout(ctx, patience(ctx))
	defer cancel()
	if early, err := c.ReadHead(limited, "GET"); !errors.Is(err, wire.ErrTimeout) {
		return Failed("after an empty block came %s", cameAs(early, err))
	}
	t.Go()
	t.Go()
	r, err := Receive(ctx, c, "GET")
	if err != nil || string(r.Body) != "bbbbb" {
		return Failed("the rest did not come: %v", err)
	}
	return Passed()
}

// cameAs is a head in short, or why there is none.
func cameAs(r *wire.Response, err error) string {
	if r == nil {
		return err.Error()
	}
	return fmt.Sprintf("the head of %d %s", r.Status, r.Reason)
}

var startLate = Check{
	ID: "start-late", Group: "head", Clause: startResponse, Severity: WrongHead,
	Doc: "Takes start_response at the first iteration, too.",
	Why: "A generator calls it when its first block is asked for. Servers that look for the status before that send 200 without headers.",
	Run: func(ctx context.Context, s *Session) Result {
		r, err := s.Get(ctx, "/verify/late")
		if err != nil {
			return Failed("%v", err)
		}
		if r.Status != 201 || r.Get("X-Late") != "yes" || string(r.Body) != "late" {
			return Failed("got %d, X-Late %q, body %s, want 201, \"yes\", \"late\"", r.Status, r.Get("X-Late"), excerpt(r.Body))
		}
		return Passed()
	},
}

var startTwice = Check{
	ID: "start-twice", Group: "head", Clause: startResponse, Severity: Deviation,
	Doc: "Raises when start_response is called again without exc_info.",
	Why: "That is a mistake in the application; the PEP makes it fatal. A server that takes the first or the last call hides it.",
	Run: func(ctx context.Context, s *Session) Result {
		t := s.Talk()
		r, err := s.Get(ctx, t.Path("/verify/twice"))
		e, heard := t.Await(ctx, "raised")
		if heard != nil {
			return Failed("%v", heard)
		}
		if e.String() != "" {
			return Passed()
		}
		if err != nil {
			return Failed("the second call did not raise; then %v", err)
		}
		return Failed("the second call did not raise; got %d %s", r.Status, r.Reason)
	},
}

var startReplaced = Check{
	ID: "start-replaced", Group: "head", Clause: startResponse, Severity: WrongHead,
	Doc: "Replaces status and headers when start_response is called with exc_info before anything was sent.",
	Why: "200 with two headers becomes 503 with others. Nothing of the first call may be left (two Content-Types), and nothing of the second missing.",
	Run: replaced("/verify/replace?after=nothing"),
}

var startReplacedPlain = Check{
	ID: "start-replaced-plain", Group: "head", Clause: startResponse, Severity: WrongHead,
	Doc: "The same where both calls come before the application has returned its iterable.",
	Why: "As start-replaced, but the application is no generator: this is what frameworks do.",
	Run: replaced("/verify/replace-plainly"),
}

var startReplacedEmpty = Check{
	ID: "start-replaced-empty", Group: "head", Clause: startResponse, Severity: WrongHead,
	Doc: "The same after an empty block, since that must not have sent the head.",
	Why: "As start-replaced, with an empty block between the two calls.",
	Run: replaced("/verify/replace?after=empty"),
}

func replaced(path string) question {
	return func(ctx context.Context, s *Session) Result {
		r, err := s.Get(ctx, path)
		if err != nil {
			return Failed("%v", err)
		}
		types := r.Values("Content-Type")
		switch {
		case r.Status != 503:
			return Failed("got %d %s, want 503", r.Status, excerpt(r.Body))
		case r.Get("X-First") != "":
			return Failed("a header of the first call is still there: X-First: %s", r.Get("X-First"))
		case len(types) != 1 || types[0] != "text/html":
			return Failed("Content-Type is %q, want only \"text/html\"", types)
		case strings.Join(r.Values("X-Both"), "|") != "second" || r.Get("X-Second") != "1":
			return Failed("X-Both is %q, X-Second %q, want those of the second call", r.Values("X-Both"), r.Get("X-Second"))
		case string(r.Body) != "replaced":
			return Failed("the body is %s, want \"replaced\"", excerpt(r.Body))
		}
		return Passed()
	}
}

var startTooLate = Check{
	ID: "start-too-late", Group: "head", Clause: startResponse, Severity: WrongBytes,
	Doc: "Raises when start_response is called with exc_info after the head was sent, and breaks the response off.",
	Why: "A block has arrived at the client before the second call. Without the exception the error page is appended to half of the right one, " +
		"with a clean end.",
	Run: func(ctx context.Context, s *Session) Result {
		raised, _, r, err := tooLate(ctx, s)
		switch {
		case r == nil:
			return Failed("%v", err)
		case raised == "" && err == nil:
			return Failed("the call did not raise; got %s with a clean end", excerpt(r.Body))
		case raised == "":
			return Failed("the call did not raise (%v)", err)
		case errors.Is(err, wire.ErrTimeout):
			return Failed("the call raised, and the client is left waiting")
		case err == nil && r.Framing != wire.ByClose:
			return Failed("the call raised, and the response has a clean end all the same (%s)", r.Framing)
		case len(r.Body) > len("partial"):
			return Failed("the call raised, and then came %s", excerpt(r.Body[len("partial"):]))
		}
		return Passed()
	},
}

var startSameError = Check{
	ID: "start-same-error", Group: "head", Clause: startResponse, Severity: Note,
	Doc: "Raises in that case the very exception that it was given.",
	Why: "As start-too-late; the PEP says how: raise exc_info[1].with_traceback(exc_info[2]). The log then shows what went wrong first.",
	Run: func(ctx context.Context, s *Session) Result {
		raised, same, _, err := tooLate(ctx, s)
		switch {
		case raised == "" && err != nil:
			return Failed("%v", err)
		case raised == "":
			return Failed("the call did not raise")
		case !same:
			return Failed("raised %s in its place", raised)
		}
		return Passed()
	},
}

// tooLate brings the application to call start_response with exc_info when the client has seen a block.
func tooLate(ctx context.Context, s *Session) (raised string, same bool, r *wire.Response, err error) {
	t := s.Talk()
	c, err := s.Dial(ctx)
	if err != nil {
		return "", false, nil, err
	}
	if err := c.Send(Request{Path: t.Path("/verify/too-late")}.String()); err != nil {
		return "", false, nil, err
	}
	limited, cancel := context.WithTimeout(ctx, patience(ctx))
	defer cancel()
	if r, err = c.ReadHead(limited, "GET"); err == nil {
		_, err = c.ReadBlock(limited, len("partial"))
	}
	t.Go()
	e, heard := t.Await(ctx, "raised")
	if heard != nil {
		return "", false, r, heard
	}
	var what struct {
		What *string `json:"what"`
		Same bool    `json:"same"`
	}
	if err := e.Decode(&what); err != nil {
		return "", false, r, err
	}
	if what.What != nil {
		raised = *what.What
	}
	if err != nil {
		return raised, what.Same, r, fmt.Errorf("the first block did not come before the second was asked for: %w", err)
	}
	rest, cancelRest := context.WithTimeout(ctx, patience(ctx))
	defer cancelRest()
	return raised, what.Same, r, c.ReadRest(rest)
}
