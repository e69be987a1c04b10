package http1

import (
	"os"
	"time"

	"github.com/wsgibench/wsgibench/collect"
)

// continueWait is how long a request with Expect: 100-continue waits for the go-ahead before it sends its body anyway
// (RFC 9110, 10.1.1, leaves the time to the client).
const continueWait = time.Second

// writeSlice is how long a write may make no progress before a look at whether the server has answered already.
const writeSlice = 50 * time.Millisecond

// blockingExchange sends the request and reads the response with the blocking calls of net.Conn: for TLS, and for
// requests that are long, chunked or wait for 100 Continue. It is entered and left with the connection locked.
func (c *Conn) blockingExchange() {
	if c.X.Sent == 0 {
		c.X.Sent = c.now()
	}
	serial := c.used
	fate := waiting
	var rest *sending
	if c.setDeadline(0) {
		fate, rest = c.upload()
	}
	for fate == waiting && c.active && c.used == serial {
		fate = c.readOnce()
	}
	rest.stop()
	if c.rc != nil && !c.dead {
		c.fires = 0
		_ = c.nc.SetDeadline(time.Time{})
		if c.aborted {
			c.interrupt()
		} else if fate == waiting && c.active {
			c.arm()
		}
	}
	c.fate = fate
}

// setDeadline sets the deadline of the exchange on both directions, or one that is nearer; false: it was aborted.
func (c *Conn) setDeadline(within time.Duration) bool {
	if c.aborted {
		return false
	}
	var t time.Time
	if c.Timeout > 0 {
		t = c.Origin.Add(c.X.Sent + c.Timeout)
	}
	if near := time.Now().Add(within); within > 0 && (t.IsZero() || near.Before(t)) {
		t = near
	}
	_ = c.nc.SetDeadline(t)
	return true
}

// readOnce waits for the next bytes, unlocked, and handles them.
func (c *Conn) readOnce() Fate {
	b := c.borrow()
	defer b.giveBack()
	buf := c.ration(b.bytes)
	if !c.setDeadline(0) {
		return c.finish(Fault{collect.Cancelled, "cancelled"})
	}
	n, err := c.read(buf)
	c.brought(n)
	if n == len(b.bytes) {
		c.bulk = bulkTurns
	}
	switch {
	case n > 0:
		return c.took(buf[:n])
	case c.aborted:
		return c.finish(Fault{collect.Cancelled, "cancelled"})
	case os.IsTimeout(err):
		return c.finish(Fault{collect.Timeout, timeoutDetail(c.parser.began)})
	}
	return c.failed(err)
}

func (c *Conn) read(buf []byte) (int, error) {
	c.mu.Unlock()
	defer c.mu.Lock()
	return c.nc.Read(buf)
}

// upload sends what is not sent yet, or begins to: then the rest is sent while the answer is read, but for TLS. It stops
// early where the server answers without waiting for the rest, or hangs up: then there may be an answer to read, and the
// connection is not used again.
func (c *Conn) upload() (Fate, *sending) {
	wire, sent := c.wire(), int(c.X.WireOut)
	if c.msg.await {
		head := c.msg.headKeep
		if c.last {
			head = c.msg.headLast
		}
		if !c.write(wire[sent:head]) {
			return waiting, nil
		}
		if fate, send := c.awaitContinue(); fate != waiting || !send {
			return fate, nil
		}
		sent = head
	}
	if c.rc != nil {
		_ = c.setDeadline(0) // a slice of the time was for the head
		return waiting, c.sendOn(sent)
	}
	if c.write(wire[sent:]) {
		c.writeBody()
	}
	return waiting, nil
}

// write says whether all was sent.
func (c *Conn) write(b []byte) bool {
	for len(b) > 0 {
		slice := writeSlice
		if c.rc == nil {
			slice = 0 // a TLS connection cannot go on after a write that timed out
		}
		if !c.setDeadline(slice) {
			return false
		}
		c.mu.Unlock()
		n, err := c.nc.Write(b)
		c.mu.Lock()
		c.X.WireOut += int64(n)
		b = b[n:]
		late := c.Timeout > 0 && c.now() >= c.X.Sent+c.Timeout
		if err != nil && (slice == 0 || !os.IsTimeout(err) || late || !c.Alive()) {
			return false
		}
	}
	return true
}

// awaitContinue waits for 100 Continue, for a final response instead, or for continueWait.
func (c *Conn) awaitContinue() (fate Fate, send bool) {
	b := c.borrow()
	defer b.giveBack()
	buf := b.bytes
	until := c.now() + continueWait
	for c.parser.Interim != 100 && !c.parser.began {
		left := until - c.now()
		if left <= 0 || !c.setDeadline(left) {
			break
		}
		n, err := c.read(buf)
		if n == 0 {
			if os.IsTimeout(err) {
				break
			}
			return c.failed(err), false
		}
		serial := c.used
		if fate = c.took(buf[:n]); fate != waiting || !c.active || c.used != serial {
			return fate, false
		}
	}
	return waiting, !c.parser.began
}
