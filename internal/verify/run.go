package verify

import (
	"context"

	"github.com/wsgibench/wsgibench/internal/verify/wire"
)

// A question is the Run of a check.
type question = func(ctx context.Context, s *Session) Result

// judged is what becomes of a check that found err, or nothing.
func judged(err error) Result {
	if err != nil {
		return Failed("%v", err)
	}
	return Passed()
}

// tries is a check that makes these attempts, one after the other.
func tries(attempts []attempt) question {
	return func(ctx context.Context, s *Session) Result { return tryAll(ctx, s, attempts) }
}

// send opens a connection, which is closed with the session, and sends something on it.
func (s *Session) send(ctx context.Context, raw string) (*wire.Conn, error) {
	c, err := s.Dial(ctx)
	if err != nil {
		return nil, err
	}
	return c, c.Send(raw)
}
