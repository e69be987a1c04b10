package gohost

import (
	"errors"
	"net/http"
	"os"
	"time"
)

var (
	errAborted  = errors.New("the application failed")
	errDied     = errors.New("the worker died")
	errHung     = errors.New("the application was silent for too long")
	errProtocol = errors.New("the worker broke the protocol")
)

// exchange answers the request whose head c has parsed. It is false when the connection cannot be used any more.
func (f *front) exchange(c *client) bool {
	r := &response{c: c}
	c.body.gather()
	if err := c.body.err; err != nil && !c.body.complete() {
		c.refuse(r, refusalOf(err))
		return false
	}
	c.sealRequest()
	t, err := f.send(c)
	if err != nil {
		c.refuse(r, &refusal{http.StatusServiceUnavailable, err.Error()})
		return false
	}
	if err := f.relay(c, r, t); err != nil {
		f.fail(c, r, err)
		return false
	}
	c.record(r)
	return r.err == nil && !r.close && c.body.drain()
}

// send hands the request to a thread. A worker that died before has not seen it: another one gets it.
func (f *front) send(c *client) (*thread, error) {
	for {
		t, err := f.pool.acquire(!c.body.complete())
		if err != nil {
			return nil, err
		}
		f.patience(t)
		if _, err = t.conn.Write(c.frame); err == nil {
			return t, nil
		}
		f.pool.lose(t, true)
	}
}

// patience sets anew how long the application may be silent.
func (f *front) patience(t *thread) {
	if f.config.Timeout > 0 {
		t.conn.SetDeadline(time.Now().Add(f.config.Timeout))
	}
}

// relay brings the response from the thread to the client, and the body the other way as the application reads. It
// returns nil when the response is complete, or when nobody is left to read it. The thread is then free or lost, or
// will be by itself.
func (f *front) relay(c *client, r *response, t *thread) error {
	for {
		f.rest(c, r, t)
		fr, err := t.frame()
		if err == nil && fr.kind == frameAbort {
			err = errAborted
		}
		if err == nil {
			err = f.apply(c, r, t, fr)
		}
		if err != nil {
			c.stopWatching()
			return f.giveUp(r, t, err)
		}
		if fr.last() {
			c.stopWatching()
			f.conclude(r, t, fr.idle())
			return nil
		}
	}
}

// rest is called before a frame is waited for: every block is sent before, and a thread whose client has gone learns it.
func (f *front) rest(c *client, r *response, t *thread) {
	if t.in.Buffered() > 0 {
		return
	}
	if r.started {
		r.flush()
		c.watch(t)
		f.patience(t)
	}
	if r.err != nil || c.reset() {
		t.abandon()
	}
}

// conclude frees the thread before the client has read everything, so that a slow reader holds none for the tail.
func (f *front) conclude(r *response, t *thread, idle bool) {
	if idle {
		f.pool.release(t)
	}
	r.end()
	if !idle {
		go f.awaitIdle(t)
	}
}

// awaitIdle waits until the application has closed what it returned.
func (f *front) awaitIdle(t *thread) {
	for {
		f.patience(t)
		fr, err := t.frame()
		if err == nil && fr.kind != frameIdle {
			err = errProtocol
		}
		if err != nil {
			f.pool.lose(t, !f.died(err))
			return
		}
		if fr.idle() {
			f.pool.release(t)
			return
		}
	}
}

func (f *front) died(err error) bool {
	return !errors.Is(err, os.ErrDeadlineExceeded) && !errors.Is(err, errProtocol)
}

// giveUp sees to the thread, and says why there is no response.
func (f *front) giveUp(r *response, t *thread, err error) error {
	switch {
	case errors.Is(err, errAborted):
		go f.awaitIdle(t)
	case f.died(err):
		f.pool.lose(t, false)
		err = errDied
	default:
		f.pool.lose(t, true)
		if !errors.Is(err, errProtocol) {
			err = errHung
		}
	}
	if r.err != nil {
		return nil // the client has gone
	}
	return err
}

// apply does what a frame says.
func (f *front) apply(c *client, r *response, t *thread, fr frame) error {
	switch fr.kind {
	case frameWant:
		return f.feed(c, r, t, fr.body)
	case frameHead:
		if r.started {
			return errProtocol
		}
		fields, err := t.in.Peek(fr.head)
		if err != nil {
			return unexpected(err)
		}
		whole := -1
		if fr.last() {
			whole = fr.body
		}
		r.start(fr.status, fields, whole)
		t.in.Discard(fr.head)
	case frameIdle:
		return errProtocol
	}
	return f.block(r, t, fr.body)
}

// block brings n bytes to the client, as they come.
func (f *front) block(r *response, t *thread, n int) error {
	if !r.started {
		return errProtocol
	}
	r.open(n)
	for left := n; left > 0; {
		if t.in.Buffered() == 0 {
			r.flush()
			f.patience(t)
		}
		if _, err := t.in.Peek(1); err != nil {
			return unexpected(err)
		}
		part, _ := t.in.Peek(min(left, t.in.Buffered()))
		r.add(part)
		t.in.Discard(len(part))
		left -= len(part)
	}
	r.shut(n)
	return nil
}

// feed gives the application the next part of the body, at most n bytes.
func (f *front) feed(c *client, r *response, t *thread, n int) error {
	var part []byte
	err := r.err
	if c.body.expect && c.in.Buffered() == 0 {
		if r.started {
			err = errAborted // whoever has a final answer need not send the body any more
		} else {
			err = c.write([]byte("HTTP/1.1 100 Continue\r\n\r\n"))
		}
	}
	if err == nil {
		part, err = c.body.next(n)
	}
	state := byte(dataMore)
	if c.body.complete() && len(c.body.held()) == 0 {
		state = dataEnd
	} else if err != nil {
		state = dataBroken
	}
	f.patience(t)
	c.scratch, err = writeData(t.conn, c.scratch, part, state)
	return err
}

// fail answers for an application that did not, where nothing was sent; else it makes the truncation visible.
func (f *front) fail(c *client, r *response, err error) {
	if r.started {
		r.flush()
		c.abort(r)
		c.record(r)
		return
	}
	refused := &refusal{http.StatusInternalServerError, err.Error()}
	switch {
	case c.body.err != nil && !c.body.complete():
		refused = refusalOf(c.body.err)
	case errors.Is(err, errDied):
		refused.status = http.StatusBadGateway
	case errors.Is(err, errHung):
		refused.status = http.StatusGatewayTimeout
	}
	c.refuse(r, refused)
}
