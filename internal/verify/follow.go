package verify

import (
	"context"
	"fmt"

	"github.com/wsgibench/wsgibench/internal/verify/wire"
)

// follow looks at what comes after a response on its connection. Where the server has said that it closes, the
// connection must end, without a byte; else the next request must get its own answer. So one byte too many in the
// response is found without waiting for it.
func follow(ctx context.Context, c *wire.Conn, r *wire.Response) error {
	if r.WillClose() {
		return ends(ctx, c)
	}
	next, err := AskOn(ctx, c, Request{Path: "/hello"})
	if err != nil && next == nil {
		// Closed without a word: allowed at any time (RFC 9112, section 9.5), and then nothing more may come either.
		more, end := c.More(ctx, patience(ctx))
		if len(more) > 0 || end == wire.Open {
			return fmt.Errorf("the next request on the connection got no answer: %w", err)
		}
		return nil
	}
	if err != nil {
		return fmt.Errorf("after the response came %s: %w", excerpt(next.Raw), err)
	}
	if next.Status != 200 || string(next.Body) != Hello {
		return fmt.Errorf("the next request on the connection got %d %s, want 200 %q", next.Status, excerpt(next.Body), Hello)
	}
	return nil
}

// ends wants the connection to be closed, without another byte.
func ends(ctx context.Context, c *wire.Conn) error {
	more, end := c.More(ctx, patience(ctx))
	switch {
	case len(more) > 0:
		return fmt.Errorf("after the response came %s", excerpt(more))
	case end == wire.Open:
		return fmt.Errorf("the server announced that it closes the connection, and left it open")
	}
	return nil
}
