package traffic

import (
	"github.com/wsgibench/wsgibench/internal/traffic/http1"
)

// A connection is a worker of the open model: it takes arrivals for as long as the phase lasts, on one connection after
// the other where the server closes them.
type connection struct {
	worker
	loop  *open
	mail  chan arrival // an arrival for which there is no open connection; closed: the phase is over
	over  bool         // there is nothing more to do
	first *arrival     // to be sent first on a new connection
}

// worker is the life of one connection of the open model.
func (l *open) worker() {
	c := &connection{worker: worker{run: l.run}, loop: l, mail: make(chan arrival, 1)}
	l.mu.Lock()
	a := l.fresh[0]
	l.fresh = l.fresh[1:]
	l.workers = append(l.workers, c)
	l.mu.Unlock()
	for more := true; more; {
		a, more = c.serve(a)
	}
	c.keep()
	c.report()
}

// serve sends an arrival on a connection that it opens, then what else comes, until the connection ends; it returns the
// next arrival that needs a new one.
func (c *connection) serve(a arrival) (next arrival, more bool) {
	if c.run.phase.Sessions != nil {
		c.visit(a.n, a.due, a.waited)
		return c.wait()
	}
	began := c.run.now()
	if f := c.open(); f.Kind != "" {
		c.lost(a.request, a.due, began, f)
		return c.wait()
	}
	c.first = &a
	fate := c.conn.Run(c)
	if c.over {
		return arrival{}, false
	}
	parked := fate == http1.Left || fate == http1.Stale || fate == http1.Surplus
	idle := parked && c.loop.remove(c)
	if fate != http1.Left {
		c.drop(fate)
	}
	if !parked || idle {
		return c.wait()
	}
	next, more = <-c.mail // an arrival is on its way, or the end of the phase
	return next, more
}

// wait waits for an arrival without a connection.
func (c *connection) wait() (next arrival, more bool) {
	l := c.loop
	l.mu.Lock()
	if l.ending || l.run.cancelled.Load() {
		l.mu.Unlock()
		return arrival{}, false
	}
	if now := l.run.now(); l.blocked && now < l.run.phase.For {
		defer l.mu.Unlock()
		return l.takeLate(now), true
	}
	l.bare = append(l.bare, c)
	l.mu.Unlock()
	next, more = <-c.mail
	return next, more
}

// Next implements http1.Driver.
func (c *connection) Next(conn *http1.Conn) http1.Verb {
	if c.first != nil {
		c.send(conn, *c.first)
		c.first = nil
		return http1.Send
	}
	l := c.loop
	l.mu.Lock()
	defer l.mu.Unlock()
	switch now := conn.X.End; {
	case l.ending, l.run.cancelled.Load():
		c.over = true
		return http1.Leave
	case l.blocked && now < l.run.phase.For:
		c.send(conn, l.takeLate(now))
		return http1.Send
	}
	l.idle = append(l.idle, c)
	return http1.Park
}

func (c *connection) send(conn *http1.Conn, a arrival) {
	c.prepare(conn, a.request, a.due)
	conn.X.Waited = a.waited
}
