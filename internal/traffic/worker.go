package traffic

import (
	"sync"
	"time"

	"github.com/wsgibench/wsgibench/collect"
	"github.com/wsgibench/wsgibench/internal/traffic/http1"
)

// A worker drives one connection at a time. It is what a client and an open model's connection have in common: getting
// a connection, and counting.
type worker struct {
	run     *run
	mu      sync.Mutex // guards conn against abort
	conn    *http1.Conn
	connect time.Duration // spent on opening conn, until its first request is sent

	tally    Report
	firstDue time.Duration
	lastEnd  time.Duration
	any      bool
}

// open gives the worker a connection: one kept from before, if the server has not closed it, or a new one.
func (w *worker) open() http1.Fault {
	e := w.run.engine
	for !w.run.phase.NoReuse {
		e.mu.Lock()
		n := len(e.kept)
		if n == 0 {
			e.mu.Unlock()
			break
		}
		c := e.kept[n-1]
		e.kept = e.kept[:n-1]
		e.mu.Unlock()
		if w.usable(c) {
			w.adopt(c)
			return http1.Fault{}
		}
	}
	began := w.run.now()
	c, f := http1.Dial(w.run.ctx, w.run.engine.addr, w.run.phase.Timeout, w.run.phase.ReceiveBuffer)
	if f.Kind != "" {
		return f
	}
	w.tally.Opened++
	w.connect = w.run.now() - began
	w.adopt(c)
	return http1.Fault{}
}

// usable looks at a connection that nobody drove for a while; one that the server closed is closed and counted.
func (w *worker) usable(c *http1.Conn) bool {
	reuse := w.run.phase.Reuse
	if c.Alive() && (reuse <= 0 || c.Used() < reuse) {
		return true
	}
	if !c.Alive() {
		w.tally.StaleClosed++
	}
	c.Close()
	return false
}

func (w *worker) adopt(c *http1.Conn) {
	c.Origin, c.Timeout = w.run.start, w.run.phase.Timeout
	w.mu.Lock()
	defer w.mu.Unlock()
	w.conn = c
	if w.run.cancelled.Load() {
		c.Abort()
	}
}

// drop forgets a connection that Run has closed.
func (w *worker) drop(fate http1.Fate) {
	switch fate {
	case http1.Stale:
		w.tally.StaleClosed++
	case http1.Surplus:
		w.tally.Surplus++
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.conn = nil
}

// keep hands an open connection back for the next phase.
func (w *worker) keep() {
	w.mu.Lock()
	c := w.conn
	w.conn = nil
	w.mu.Unlock()
	if c == nil {
		return
	}
	if w.run.cancelled.Load() {
		c.Close()
		return
	}
	e := w.run.engine
	e.mu.Lock()
	defer e.mu.Unlock()
	e.kept = append(e.kept, c)
}

func (w *worker) abort() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.conn != nil {
		w.conn.Abort()
	}
}

// isLast says whether the next request is the connection's last.
func (w *worker) isLast(c *http1.Conn) bool {
	p := &w.run.phase
	return p.NoReuse || p.Reuse > 0 && c.Used()+1 >= p.Reuse
}

// prepare puts a request on the worker's own connection.
func (w *worker) prepare(c *http1.Conn, request int, intended time.Duration) {
	c.Prepare(w.run.mix.messages[request], request, intended, w.isLast(c))
	c.X.Connect = w.connect
	w.connect = 0
}

// Done implements http1.Driver.
func (w *worker) Done(c *http1.Conn) { w.observe(&c.X) }

// Blocks implements http1.BlockDriver.
func (w *worker) Blocks(c *http1.Conn, blocks []collect.Block) {
	if o := w.run.blocks; o != nil {
		o.ObserveBlocks(c.X.Request, blocks)
	}
}

// observe counts an exchange and shows it.
func (w *worker) observe(x *collect.Exchange) {
	w.tally.Due++
	if x.WireOut > 0 {
		w.tally.Sent++
		if x.Reused {
			w.tally.Reused++
		}
	}
	if !w.any || x.Intended < w.firstDue {
		w.firstDue, w.any = x.Intended, true
	}
	w.lastEnd = max(w.lastEnd, x.End)
	w.run.obs.Observe(x)
}

// lost shows an exchange for which there was no connection.
func (w *worker) lost(request int, intended, began time.Duration, f http1.Fault) {
	now := w.run.now()
	w.observe(&collect.Exchange{Request: request, Intended: intended, Connect: now - began, End: now, Error: f.Kind, Detail: f.Detail})
}

// report adds the worker's counts to the phase's.
func (w *worker) report() {
	r := w.run
	r.mu.Lock()
	defer r.mu.Unlock()
	t := &r.report
	t.Due += w.tally.Due
	t.Sent += w.tally.Sent
	t.Unsent += w.tally.Unsent
	t.Sessions += w.tally.Sessions
	t.Opened += w.tally.Opened
	t.Reused += w.tally.Reused
	t.StaleClosed += w.tally.StaleClosed
	t.Surplus += w.tally.Surplus
	if w.any && (!r.any || w.firstDue < r.firstDue) {
		r.firstDue, r.any = w.firstDue, true
	}
	r.lastEnd = max(r.lastEnd, w.lastEnd)
}
