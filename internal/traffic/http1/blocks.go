package http1

import (
	"net"

	"github.com/wsgibench/wsgibench/collect"
	"github.com/wsgibench/wsgibench/internal/traffic/stream"
)

// A BlockDriver is a Driver that wants to see the blocks of streamed bodies: those that one read completed, together.
// Blocks is called like Done, and must not keep what it is shown.
type BlockDriver interface {
	Driver
	Blocks(c *Conn, blocks []collect.Block)
}

// watch prepares for the blocks of the exchange that begins.
func (c *Conn) watch() {
	c.parser.body.stream = nil
	if c.msg.stream == nil {
		return
	}
	if !c.Origin.Equal(c.clockOf) {
		c.clock, c.clockOf = stream.NewClock(c.Origin), c.Origin
	}
	c.parser.body.stream = stream.NewReader(*c.msg.stream, c.clock)
}

// tellBlocks shows the driver what the last read completed, and says whether that was as much as this side wanted.
func (c *Conn) tellBlocks() (enough bool) {
	r := c.parser.body.stream
	if r == nil {
		return false
	}
	if fresh := r.Blocks(); len(fresh) > 0 {
		if d, ok := c.driver.(BlockDriver); ok {
			d.Blocks(c, fresh)
		}
	}
	after := c.msg.manner.LeaveAfter
	return after > 0 && r.Stream.Blocks >= int64(after)
}

// leave ends the connection in the middle of a stream, as the request says. That is no fault.
func (c *Conn) leave() Fate {
	r := c.parser.body.stream
	if tc, ok := c.nc.(*net.TCPConn); ok && c.msg.manner.Reset {
		_ = tc.SetLinger(0) // closing sends a RST, and forgets what was not sent
	}
	// The end is stamped before the close: what the server notices, it notices later.
	c.X.End = c.now()
	r.Stream.Left = c.X.End
	x, p := &c.X, &c.parser
	x.Status, x.BodyBytes, x.EOFFramed = p.Status, p.BodyBytes(), false
	f := p.body.expect.fault(p.Status, p.mask)
	x.Error, x.Detail = f.Kind, f.Detail
	x.Stream = &r.Stream
	c.active, c.dead = false, true
	c.driver.Done(c)
	return Ended
}
