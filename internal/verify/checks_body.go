package verify

import (
	"context"
	"fmt"

	"github.com/wsgibench/wsgibench/internal/verify/wire"
)

const bufferingAndStreaming = "PEP 3333, Buffering and Streaming"

func init() {
	register(bodyExact, bodyLarge, bodyEmptyBlocks, bodyNone, bodyLockstep, bodyLockstepLength, writeCallable,
		writeLockstep)
}

var bodyExact = Check{
	ID: "body-exact", Group: "body", Clause: bufferingAndStreaming, Severity: WrongBytes,
	Doc: "Sends the blocks of a list, a tuple, a generator and an iterator as they are, one after the other.",
	Why: "Blocks from 0 to 65,537 bytes, with and without Content-Length; each is made of a letter of its own, so that a lost, doubled or misplaced " +
		"one is seen.",
	Run: func(ctx context.Context, s *Session) Result {
		sizes := []int{1, 7, 0, 65537, 3, 4096}
		want := blocks(sizes...)
		for _, form := range []string{"list", "tuple", "gen", "iter"} {
			for _, more := range []string{"", fmt.Sprintf("&length=%d", len(want))} {
				if err := s.exact(ctx, Request{Path: blocksPath(form, more, sizes...)}, want); err != nil {
					return Failed("%s%s: %v", form, more, err)
				}
			}
		}
		return Passed()
	},
}

var bodyLarge = Check{
	ID: "body-large", Group: "body", Clause: bufferingAndStreaming, Severity: WrongBytes,
	Doc: "Sends three million bytes whole.",
	Why: "More than the buffers of sockets hold, so that writes are cut short and must be gone on with.",
	Run: func(ctx context.Context, s *Session) Result {
		var sizes []int
		for left := 3000000; left > 0; left -= 65536 {
			sizes = append(sizes, min(left, 65536))
		}
		return exactly("/verify/big?n=3000000", blocks(sizes...))(ctx, s)
	},
}

var bodyEmptyBlocks = Check{
	ID: "body-empty-blocks", Group: "body", Clause: bufferingAndStreaming, Severity: WrongBytes,
	Doc: "Goes on after an empty block.",
	Why: "An empty block in the middle of a body: sent as a chunk of its own, it would be the last one.",
	Run: exactly(blocksPath("iter", "", 3, 0, 0, 4), blocks(3, 0, 0, 4)),
}

var bodyNone = Check{
	ID: "body-none", Group: "body", Clause: bufferingAndStreaming, Severity: WrongBytes,
	Doc: "Sends a whole, empty response when the application gives no block at all.",
	Why: "An empty list, an empty generator, and one that gives only empty blocks. The head still has to be sent.",
	Run: func(ctx context.Context, s *Session) Result {
		for _, path := range []string{blocksPath("list", ""), blocksPath("gen", ""), blocksPath("iter", "", 0, 0), blocksPath("list", "&length=0")} {
			if err := s.exact(ctx, Request{Path: path}, ""); err != nil {
				return Failed("%s: %v", path, err)
			}
		}
		return Passed()
	},
}

var bodyLockstep = Check{
	ID: "body-lockstep", Group: "body", Clause: "PEP 3333, Middleware Handling of Block Boundaries", Severity: WrongBytes,
	Doc: "Delivers each block before it asks for the next, or while it does.",
	Why: "The application waits at each block until the client has seen the one before. A server that gathers blocks never delivers an endless " +
		"response, and turns a stream of events into one answer at its end.",
	Run: lockstep("/verify/stream?hold=1&n=3&b=10", ""),
}

var bodyLockstepLength = Check{
	ID: "body-lockstep-length", Group: "body", Clause: "PEP 3333, Middleware Handling of Block Boundaries", Severity: WrongBytes,
	Doc: "The same for a response with Content-Length.",
	Why: "As body-lockstep. Servers that know the length may gather more.",
	Run: lockstep("/verify/stream?hold=1&n=3&b=10&length=30", ""),
}

var writeCallable = Check{
	ID: "write-callable", Group: "body", Clause: "PEP 3333, The write() Callable", Severity: WrongBytes,
	Doc: "start_response returns write(), and what goes through it comes before the iterable's blocks.",
	Why: "Three blocks are written, one returned. Servers have been seen to return None, and a function that drops everything.",
	Run: exactly("/verify/write?sizes=3,4,70000", blocks(3, 4, 70000)+"END"),
}

var writeLockstep = Check{
	ID: "write-lockstep", Group: "body", Clause: "PEP 3333, The write() Callable", Severity: Deviation,
	Doc: "Delivers what is written before write() returns, or soon after.",
	Why: "The application waits before each write until the client has seen the one before.",
	Run: lockstep("/verify/write?hold=1&sizes=10,10,10", "END"),
}

// lockstep asks for three blocks of ten bytes. The application says "asked" before each, and goes on only when the
// client has seen the one before.
func lockstep(path, last string) question {
	return func(ctx context.Context, s *Session) Result {
		t := s.Talk()
		c, err := s.send(ctx, Request{Path: t.Path(path)}.String())
		if err != nil {
			return Untested("%v", err)
		}
		var r *wire.Response
		for i := range 3 {
			if _, err := t.Await(ctx, "asked"); err != nil {
				return Failed("block %d was not asked for: %v", i, err)
			}
			if i > 0 {
				if r, err = seeBlock(ctx, c, r); err != nil {
					return Failed("block %d did not come before the next was asked for: %v", i-1, err)
				}
			}
			t.Go()
		}
		if last == "" { // the end is asked for like a block
			t.Go()
		}
		limited, cancel := context.WithTimeout(ctx, patience(ctx))
		defer cancel()
		if err := c.ReadRest(limited); err != nil {
			return Failed("the rest: %v", err)
		}
		return judged(sameBody(r, blocks(10, 10, 10)+last))
	}
}

// seeBlock reads ten bytes of a body, after the head where that has not been read.
func seeBlock(ctx context.Context, c *wire.Conn, r *wire.Response) (*wire.Response, error) {
	ctx, cancel := context.WithTimeout(ctx, patience(ctx))
	defer cancel()
	if r == nil {
		var err error
		if r, err = c.ReadHead(ctx, "GET"); err != nil {
			return nil, err
		}
	}
	_, err := c.ReadBlock(ctx, 10)
	return r, err
}

// exactly is a check of one whole body.
func exactly(path, want string) question {
	return func(ctx context.Context, s *Session) Result {
		return judged(s.exact(ctx, Request{Path: path}, want))
	}
}

// exact asks for a body, and looks at what comes after it on the connection.
func (s *Session) exact(ctx context.Context, r Request, want string) error {
	c, err := s.Dial(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	answer, err := AskOn(ctx, c, r)
	if err != nil {
		return err
	}
	if err := sameBody(answer, want); err != nil {
		return err
	}
	return follow(ctx, c, answer)
}

func sameBody(r *wire.Response, want string) error {
	got := string(r.Body)
	if r.Status == 200 && got == want {
		return nil
	}
	at := 0
	for at < min(len(got), len(want)) && got[at] == want[at] {
		at++
	}
	if r.Status != 200 || at < 60 {
		return fmt.Errorf("got %d %s, want 200 %s", r.Status, excerpt(got), excerpt(want))
	}
	return fmt.Errorf("got %d bytes, want %d; they differ from byte %d on", len(got), len(want), at)
}
