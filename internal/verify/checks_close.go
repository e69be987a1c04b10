package verify

import (
	"context"
	"fmt"
)

const specificationDetails = "PEP 3333, Specification Details"

func init() {
	register(closeOnce, closeGenerator, closeList, closeHead, closeExcess, closeError, closeDisconnect, disconnectStops)
}

var closeOnce = Check{
	ID: "close-once", Group: "body", Clause: specificationDetails, Severity: Deviation,
	Doc: "Calls close() of the iterable once, after the last block.",
	Why: "An iterator says when it is closed. Database connections and files are given back there; a server that forgets it leaks one with each request.",
	Run: closes(blocksPath("iter", "", 3, 4), "GET"),
}

var closeGenerator = Check{
	ID: "close-generator", Group: "body", Clause: specificationDetails, Severity: Deviation,
	Doc: "Runs a generator to its end, so that its finally is reached.",
	Why: "A generator says in its finally that it is over, before the server has asked for anything else.",
	Run: closes(blocksPath("gen", "", 3, 4), "GET"),
}

var closeList = Check{
	ID: "close-list", Group: "body", Clause: specificationDetails, Severity: Deviation,
	Doc: "Calls close() of a list, too, where there is one.",
	Why: "A subclass of list with one block and a close(). Servers with a short cut for lists forget it.",
	Run: closes(blocksPath("closing-list", "", 5), "GET"),
}

var closeHead = Check{
	ID: "close-head", Group: "body", Clause: specificationDetails, Severity: Deviation,
	Doc: "Calls close() for HEAD, where no body is sent.",
	Why: "A HEAD that an iterator answers. A server that stops after the head, without a word to the application, leaks what it holds.",
	Run: closes(blocksPath("iter", "", 3, 4), "HEAD"),
}

var closeExcess = Check{
	ID: "close-excess", Group: "body", Clause: specificationDetails, Severity: Deviation,
	Doc: "Calls close() where the server itself ends the response, since Content-Length is reached.",
	Why: "Content-Length says 3, and the iterator has more.",
	Run: closes(blocksPath("iter", "&length=3", 3, 4), "GET"),
}

// closes wants one "closed" from the application, and not a second one before the server serves again.
func closes(path, method string) question {
	return func(ctx context.Context, s *Session) Result { return judged(s.closed(ctx, path, method)) }
}

var closeError = Check{
	ID: "close-error", Group: "body", Clause: specificationDetails, Severity: Deviation,
	Doc: "Calls close() when an error ends the response, before the first block and after it.",
	Why: "An iterator that raises. What it holds must be given back all the same.",
	Run: func(ctx context.Context, s *Session) Result {
		for _, when := range []string{"iterator-first", "iterator-mid"} {
			if err := s.closed(ctx, "/verify/fails?when="+when, "GET"); err != nil {
				return Failed("%s: %v", when, err)
			}
		}
		return Passed()
	},
}

var closeDisconnect = Check{
	ID: "close-disconnect", Group: "body", Clause: specificationDetails, Severity: Deviation,
	Doc: "Calls close() when the client goes away in the middle of a response.",
	Why: "The client resets the connection after the first of a thousand blocks of 64 KiB. The application must be told that it is over.",
	Run: disconnect(false),
}

var disconnectStops = Check{
	ID: "disconnect-stops", Group: "body", Clause: specificationDetails, Severity: Note,
	Doc: "Stops asking for blocks when the client has gone.",
	Why: "As close-disconnect: a server that asks for all thousand blocks works for nobody, and never ends with an endless response.",
	Run: disconnect(true),
}

// disconnect goes away after the first block, while the application waits at the second.
func disconnect(wantStop bool) question {
	return func(ctx context.Context, s *Session) Result {
		t := s.Talk()
		c, err := s.send(ctx, Request{Path: t.Path("/verify/endless?n=1000")}.String())
		if err != nil {
			return Untested("%v", err)
		}
		if _, err := t.Await(ctx, "second"); err != nil {
			return Failed("%v", err)
		}
		if err := c.Reset(); err != nil {
			return Untested("%v", err)
		}
		t.Go()
		e, err := t.Await(ctx, "closed")
		switch {
		case wantStop && t.Count("exhausted") > 0:
			return Failed("all 1000 blocks were asked for after the client had gone")
		case err != nil:
			return Failed("%v", err)
		}
		return PassedWith("closed after %s blocks", e)
	}
}

func (s *Session) closed(ctx context.Context, path, method string) error {
	t := s.Talk()
	_, askErr := s.Ask(ctx, Request{Method: method, Path: t.Path(path), Close: true})
	if _, err := t.Await(ctx, "closed"); err != nil {
		if askErr != nil {
			return fmt.Errorf("%w (and the response: %w)", err, askErr)
		}
		return err
	}
	if err := s.Alive(ctx); err != nil {
		return fmt.Errorf("after that the server does not serve: %w", err)
	}
	if n := t.Count("closed"); n != 1 {
		return fmt.Errorf("close() was called %d times", n)
	}
	return nil
}
