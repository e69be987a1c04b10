package gohost

import (
	"errors"
	"net/http"
	"os"
	"syscall"
	"time"
)

var (
	errUnseen   = errors.New("the worker died before it read the request")
	errAborted  = errors.New("the application failed")
	errDied     = errors.New("the worker died")
	errHung     = errors.New("the application was silent for too long")
	errProtocol = errors.New("the worker broke the protocol")
)

// exchange answers the request whose head c has parsed. It is false when the connection cannot be used any more.
func (f *front) exchange(c *client) bool {
	r := &response{c: c}
	t, err := f.send(c)
	if err == nil {
		err = f.relay(c, r, t)
	}
	for errors.Is(err, errUnseen) {
		if t, err = f.send(c); err == nil {
			err = f.relay(c, r, t)
		}
	}
	if err != nil {
		f.fail(c, r, err)
		return false
	}
	c.record(r)
	return r.err == nil && !r.close && c.body.drain()
}

// send hands the request to a thread. A worker that died before has not seen it, so another one gets it.
func (f *front) send(c *client) (*thread, error) {
	for {
		t, err := f.acquire(c)
		if err != nil {
			return nil, err
		}
		c.sealRequest()
		f.patience(t)
		if _, err = t.conn.Write(c.frame); err == nil {
			return t, nil
		}
		f.threads.lose(t, err)
	}
}

// acquire reads the body, as far as the buffer goes, and takes a thread. A sender who pauses gets one when one can be
// spared, and is read on until then.
func (f *front) acquire(c *client) (*thread, error) {
	b := &c.body
	for gathered, since := 0, time.Now(); ; {
		b.gather()
		switch {
		case b.complete():
			return f.threads.acquire(false)
		case b.err != nil:
			return nil, b.err
		case b.expect || len(b.buf) >= bodyBuffer:
			return f.threads.acquire(true)
		}
		if t := f.threads.acquireNow(); t != nil {
			return t, nil
		}
		if len(b.buf) > gathered {
			gathered, since = len(b.buf), time.Now()
		} else if time.Since(since) > bodyTimeout {
			b.err = os.ErrDeadlineExceeded
		}
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
		f.threads.release(t)
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
			f.threads.lose(t, err)
			return
		}
		if fr.idle() {
			f.threads.release(t)
			return
		}
	}
}

func died(err error) bool {
	return !errors.Is(err, os.ErrDeadlineExceeded) && !errors.Is(err, errProtocol)
}

// giveUp sees to the thread, and says why there is no response.
func (f *front) giveUp(r *response, t *thread, err error) error {
	switch {
	case errors.Is(err, errAborted):
		go f.awaitIdle(t)
	case died(err):
		f.threads.lose(t, err)
		// The kernel says so when a socket is closed with something unread in it. The application then never began.
		unseen := errors.Is(err, syscall.ECONNRESET) && !r.fed && !r.started
		if err = errDied; unseen {
			err = errUnseen
		}
	default:
		f.threads.lose(t, err)
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
	case frameFile:
		return f.file(c, r, t, fr.body)
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
	if r.started {
		r.flush() // the client may wait for it before it sends on
	}
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
	r.fed = true
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
	case errors.Is(err, errBusy), errors.Is(err, errStopped):
		refused.status = http.StatusServiceUnavailable
	case c.body.err != nil && !c.body.complete():
		refused = refusalOf(c.body.err)
	case errors.Is(err, errDied):
		refused.status = http.StatusBadGateway
	case errors.Is(err, errHung):
		refused.status = http.StatusGatewayTimeout
	}
	c.refuse(r, refused)
}
