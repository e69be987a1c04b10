package http1

import (
	"io"
	"syscall"

	"github.com/wsgibench/wsgibench/collect"
)

// readable is called when the socket may have something to read, and says whether Run has something to do.
//
// The subtle place: it is the callback of one long RawConn.Read, which goes on over many exchanges. The poller reports
// a readiness once, and entering RawConn.Read forgets reports that came before; inside it none is lost, so that an end of
// the connection that comes between two exchanges is seen: with a request under way as IdleClosed, without one as Stale.
func (c *Conn) readable(uintptr) bool {
	c.mu.Lock()
	fate := c.drain()
	if fate != waiting {
		c.fate = fate
	}
	c.mu.Unlock()
	return fate != waiting
}

// drain reads until the socket says EAGAIN. A read that does not fill the buffer has emptied it, but not told of an end
// of the connection that came with the last bytes, and that is not reported again.
func (c *Conn) drain() Fate {
	buf, all := c.borrow(), 0
	defer func() {
		buf.giveBack()
		c.brought(all)
	}()
	for {
		n, e := recv(c.fd, buf.bytes)
		switch {
		case e == syscall.EAGAIN:
			return waiting
		case e == syscall.EINTR:
			continue
		case e != 0:
			return c.failed(e)
		case n == 0:
			return c.failed(io.EOF)
		}
		all += n
		if fate := c.took(buf.bytes[:n]); fate != waiting {
			return fate
		}
		if n == len(buf.bytes) {
			buf = c.grow(buf)
		}
	}
}

// took handles bytes that were read. It may end an exchange and begin the next.
func (c *Conn) took(b []byte) Fate {
	if !c.active {
		c.dead = true
		return Surplus
	}
	now := c.now()
	if r := c.parser.body.stream; r != nil {
		r.Begin(now)
	}
	used, done, f := c.parser.Feed(b)
	x := &c.X
	x.WireIn += int64(len(b))
	x.End = now
	if x.FirstByte == 0 && c.parser.began {
		x.FirstByte = now
	}
	if x.FirstBody == 0 && c.parser.BodyBytes() > 0 {
		x.FirstBody = now
	}
	enough := c.tellBlocks()
	switch {
	case f.Kind != "":
		return c.finish(f)
	case !done && enough:
		return c.leave()
	case !done:
		return waiting
	case used < len(b):
		return c.finish(bad("bytes after the end of the response"))
	}
	return c.finish(Fault{})
}

// failed handles the end of the connection.
func (c *Conn) failed(err error) Fate {
	if !c.active {
		c.dead = true
		return Stale
	}
	c.X.End = c.now()
	if err == io.EOF && c.parser.EOF() {
		return c.finish(Fault{})
	}
	return c.finish(readFault(err, c.X.Reused, c.parser.began))
}

// finish ends the exchange: with a fault of the connection, or else with what the response is worth. What was sent but
// not as expected leaves the connection usable.
func (c *Conn) finish(f Fault) Fate {
	x, p := &c.X, &c.parser
	if f.Kind == collect.Timeout || f.Kind == collect.Cancelled {
		x.End = c.now()
	}
	x.Status, x.BodyBytes, x.EOFFramed = p.Status, p.BodyBytes(), p.EOFFramed()
	broken := f.Kind != ""
	if !broken {
		f = p.Verdict()
	}
	x.Error, x.Detail = f.Kind, f.Detail
	if r := p.body.stream; r != nil {
		r.End()
		x.Stream = &r.Stream
	}
	c.active = false
	open := !broken && p.KeepAlive && !c.last && p.framing != byEOF && x.WireOut == int64(c.msg.size(c.last))
	c.dead = !open
	c.driver.Done(c)
	switch {
	case broken:
		return Broken
	case !open:
		return Ended
	}
	return c.advance()
}
