package gohost

import (
	"errors"
	"io"
	"os"
	"time"
)

// watch notices, while the application works on the rest of a response, that the client has gone. It may begin once the
// request's body has been read; reading ahead costs a goroutine, so only streams get it.
func (c *client) watch(t *thread) {
	if c.watching != nil || !c.body.complete() {
		return
	}
	done := make(chan struct{})
	c.watching = done
	c.SetReadDeadline(time.Time{})
	go func() {
		defer close(done)
		c.look(t)
	}()
}

// look waits for anything from the client. Its end of stream alone does not mean that it has gone: it may have closed
// only its own direction.
func (c *client) look(t *thread) {
	n := c.in.Buffered()
	if n == headSize {
		return
	}
	_, err := c.in.Peek(n + 1)
	switch {
	case err == nil || errors.Is(err, os.ErrDeadlineExceeded):
	case errors.Is(err, io.EOF):
		c.finished.Store(true)
	default:
		c.gone.Store(true)
		t.abandon()
	}
}

// reset reports whether the client has gone, as far as is known. Behind an end of stream the next write tells: where
// nobody is left to read it, it is answered by a reset.
func (c *client) reset() bool {
	if !c.finished.Load() {
		return c.gone.Load()
	}
	if c.watching != nil {
		<-c.watching // it ends with what it has seen
	}
	c.SetReadDeadline(time.Time{}) // nothing waits behind an end of stream
	if n := c.in.Buffered(); n < headSize {
		if _, err := c.in.Peek(n + 1); err != nil && !errors.Is(err, io.EOF) {
			c.gone.Store(true)
		}
	}
	return c.gone.Load()
}

// stopWatching makes the reader free again.
func (c *client) stopWatching() {
	if c.watching == nil {
		return
	}
	c.SetReadDeadline(time.Unix(1, 0))
	<-c.watching
	c.watching = nil
}
