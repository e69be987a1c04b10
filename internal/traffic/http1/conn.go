package http1

import (
	"net"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/wsgibench/wsgibench/collect"
	"github.com/wsgibench/wsgibench/internal/traffic/stream"
)

// A Verb is what a Driver wants a free connection to do.
type Verb uint8

// The verbs.
const (
	Send  Verb = iota // the exchange given to Prepare
	Park              // wait: for Start or Kick by another goroutine, or for the server to close
	Leave             // return from Run
)

// A Driver decides what a connection does next. Both methods are called from Run, with the connection locked: they must
// not block, and must not call Start, Kick or Abort on it.
type Driver interface {
	// Next is called when the connection is free: at the start of Run and after every exchange that leaves it open.
	// For Send, it calls Prepare.
	Next(c *Conn) Verb
	// Done is called at the end of every exchange, with its timeline in c.X.
	Done(c *Conn)
}

// A Fate is why Run returned.
type Fate uint8

// The fates. After Left the connection can be run again; after the others it is closed.
const (
	Left    Fate = iota // the driver said Leave, or Kick was called
	Ended               // it was closed after a complete response: the server said so, or the request did
	Stale               // the server closed it while nothing was under way
	Surplus             // the server sent bytes while nothing was under way
	Broken              // the exchange under way failed
	waiting
	slow
)

// A Conn is one connection to the server. One goroutine drives it with Run; other goroutines may call Start, Kick and
// Abort.
type Conn struct {
	X       collect.Exchange // of the exchange under way, or the last
	Origin  time.Time        // of the clock of X; set before Run
	Timeout time.Duration    // of an exchange, from its first byte; 0: none

	nc         net.Conn
	rc         syscall.RawConn // nil: TLS, where only blocking reads and writes are possible
	fd         int
	onReadable func(uintptr) bool // c.readable, made once
	wake       chan struct{}      // ends Park where there is no rc

	mu      sync.Mutex // everything below, and X while Run is under way
	driver  Driver
	parser  Parser
	msg     *Message
	last    bool // the connection ends with this exchange
	active  bool // an exchange is under way
	kicked  bool
	aborted bool
	dead    bool          // closed, or about to be
	bulk    uint8         // for so many wake-ups more, reads are into long buffers
	used    int           // requests that it carried
	fires   time.Duration // when the read deadline is set to; 0: not set. May be earlier than needed, never later
	fate    Fate

	clock   stream.Clock // of stamps in blocks
	clockOf time.Time    // the Origin to which clock belongs
}

// Used is how many requests the connection has carried.
func (c *Conn) Used() int { return c.used }

// Kept is what was kept of the last response, where its request asked for that: the header, the body up to the limit, and
// whether it was longer. The body is overwritten by the next one. It must not be called while Run is under way.
func (c *Conn) Kept() (header [][2]string, body []byte, cut bool) {
	p := &c.parser
	return p.header, p.body.kept, p.body.limit > 0 && p.body.n > int64(p.body.limit)
}

// Prepare sets the exchange that Send sends; last makes it the connection's last.
func (c *Conn) Prepare(m *Message, request int, intended time.Duration, last bool) {
	c.msg, c.last = m, last || m.closing
	c.X = collect.Exchange{Request: request, Intended: intended, Reused: c.used > 0}
}

// Start sends a request on a parked connection, from any goroutine; a short one without waking the one in Run. It says
// false where the server has closed the connection: nothing was sent then, and Run returns Stale.
func (c *Conn) Start(m *Message, request int, intended time.Duration, last bool) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.dead || c.aborted {
		return false
	}
	c.Prepare(m, request, intended, last)
	if c.begin() == slow {
		c.interrupt()
	}
	return true
}

// Kick makes Run return Left when the connection is parked. It does nothing to an exchange under way, after which the
// driver is asked anyway.
func (c *Conn) Kick() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.kicked = true
	if !c.active {
		c.interrupt()
	}
}

// Abort ends whatever is under way, with the error Cancelled.
func (c *Conn) Abort() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.aborted = true
	c.interrupt()
	_ = c.nc.SetWriteDeadline(past)
}

// past is a deadline that is over: setting it wakes a goroutine that waits for the connection.
var past = time.Unix(1, 0)

func (c *Conn) interrupt() {
	_ = c.nc.SetReadDeadline(past)
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// Alive looks, without waiting, whether the server has closed the connection while nobody drove it, or sent what it
// should not have. Behind TLS it cannot be seen, and the answer is true.
func (c *Conn) Alive() bool {
	if c.rc == nil {
		return true
	}
	var b [1]byte
	_, e := peek(c.fd, b[:])
	return e == syscall.EAGAIN
}

// Close closes the connection. It must not be called while Run is under way.
func (c *Conn) Close() {
	c.mu.Lock()
	c.dead = true
	c.mu.Unlock()
	_ = c.nc.Close()
}

func (c *Conn) now() time.Duration { return time.Since(c.Origin) }

// Run drives the connection until the driver leaves it or it ends; then it is closed.
func (c *Conn) Run(d Driver) Fate {
	c.mu.Lock()
	c.driver, c.kicked = d, false
	c.fate = c.advance()
	for c.fate >= waiting {
		switch {
		case c.fate == slow:
			c.blockingExchange()
		case c.rc == nil:
			c.mu.Unlock()
			<-c.wake
			c.mu.Lock()
			c.fate = c.woken()
		default:
			c.mu.Unlock()
			err := c.rc.Read(c.onReadable)
			c.mu.Lock()
			if err != nil {
				c.fate = c.interrupted(err)
			}
		}
	}
	fate := c.fate
	c.dead = fate != Left
	if fate == Left && c.fires != 0 {
		c.fires = 0
		_ = c.nc.SetReadDeadline(time.Time{})
	}
	c.mu.Unlock()
	if fate != Left {
		_ = c.nc.Close()
	}
	return fate
}

// advance asks the driver what to do with a free connection, and begins it.
func (c *Conn) advance() Fate {
	switch c.driver.Next(c) {
	case Send:
		return c.begin()
	case Park:
		return waiting
	}
	return Left
}

// begin sends a short request at once; where that cannot be done, the exchange is left to the goroutine in Run (slow).
func (c *Conn) begin() Fate {
	c.active = true
	c.parser.Begin(c.msg)
	c.watch()
	c.used++
	if c.rc == nil || !c.msg.simple() {
		return slow
	}
	wire := c.msg.keep
	if c.last {
		wire = c.msg.last
	}
	c.X.Sent = c.now()
	c.arm()
	n, e := send(c.fd, wire)
	c.X.WireOut = int64(n)
	if n < len(wire) && (e == 0 || e == syscall.EAGAIN || e == syscall.EINTR) {
		return slow
	}
	// An error of send is left for the read to find: there may be an answer, sent before the server closed.
	return waiting
}

// arm sets the deadline where none is set that is early enough. It is moved only when it fires: setting it for every
// request would cost as much as parsing the response.
func (c *Conn) arm() {
	if c.Timeout <= 0 || c.fires != 0 || c.aborted {
		return
	}
	c.fires = c.X.Sent + c.Timeout
	_ = c.nc.SetReadDeadline(c.Origin.Add(c.fires))
}

// interrupted handles the end of a wait for the socket that brought nothing to read: a deadline, Kick, Abort, or Start
// with a request that has to be sent by this goroutine.
func (c *Conn) interrupted(err error) Fate {
	if !os.IsTimeout(err) {
		return c.failed(err)
	}
	c.fires = 0
	return c.woken()
}

func (c *Conn) woken() Fate {
	switch {
	case c.aborted && c.active:
		return c.finish(Fault{collect.Cancelled, "cancelled"})
	case c.aborted, c.kicked && !c.active:
		_ = c.nc.SetReadDeadline(time.Time{})
		return Left
	case c.active && (c.X.Sent == 0 || c.X.WireOut < int64(len(c.wire()))):
		return slow
	case c.active && c.Timeout > 0 && c.now() >= c.X.Sent+c.Timeout:
		return c.finish(Fault{collect.Timeout, timeoutDetail(c.parser.began)})
	}
	_ = c.nc.SetReadDeadline(time.Time{})
	if c.active {
		c.arm()
	}
	return waiting
}

func (c *Conn) wire() []byte {
	if c.last {
		return c.msg.last
	}
	return c.msg.keep
}
