package traffic

import (
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/wsgibench/wsgibench/collect"
	"github.com/wsgibench/wsgibench/internal/traffic/http1"
)

// An arrival is a request that is due.
type arrival struct {
	n       uint64 // its number
	request int
	due     time.Duration
	waited  time.Duration // for one of the requests in flight to end
}

// open is the open model. vegeta's pacing goroutine waits in Pace for the next arrival and starts it on an idle
// connection, by a system call of its own; only where there is none does it let vegeta make a hit, which becomes one
// more connection. At the ceiling it waits, and connections that become free take what is due themselves.
type open struct {
	run     *run
	pace    pace
	resume  chan struct{} // the pacer can go on: nothing that is due waits
	ceiling int

	mu      sync.Mutex
	rng     *rand.Rand
	n       uint64        // the next arrival
	due     time.Duration // of it
	more    bool          // there is one
	workers []*connection // all that live
	idle    []*connection // with an open connection, parked; the last used is taken first
	bare    []*connection // without a connection
	fresh   []arrival     // for hits that are about to start
	blocked bool          // an arrival is due and the ceiling is reached; the pacer waits for resume
	since   time.Duration // blocked since
	ending  bool
}

var _ loop = (*open)(nil)

func newOpen(r *run) *open {
	l := &open{run: r, ceiling: r.phase.InFlight, resume: make(chan struct{}, 1)}
	l.rng = rand.New(rand.NewPCG(r.phase.Seed, mixStream))
	l.pace.run = r
	l.look()
	return l
}

// look finds out when the next arrival is due.
func (l *open) look() {
	l.due, l.more = l.run.phase.Schedule.At(l.n)
	l.more = l.more && l.due < l.run.phase.For
}

// take removes the next arrival from the plan.
func (l *open) take() arrival {
	a := arrival{n: l.n, due: l.due}
	switch p := &l.run.phase; {
	case p.Sessions != nil: // the session knows
	case p.Which != nil:
		a.request = p.Which(l.n)
	default:
		a.request = l.run.mix.pick(l.rng)
	}
	l.n++
	l.look()
	return a
}

// takeLate removes an arrival that waited for a request in flight to end; when none is left that is due, the pacer goes
// on.
func (l *open) takeLate(now time.Duration) arrival {
	a := l.take()
	a.waited = max(0, now-max(a.due, l.since))
	l.run.report.Blocked++
	if !l.more || l.due > now {
		l.blocked = false
		l.resume <- struct{}{}
	}
	return a
}

// Rate implements vegeta.Pacer; vegeta itself never calls it.
func (l *open) Rate(time.Duration) float64 { return 0 }

// Pace implements vegeta.Pacer: it returns when a connection more is needed for an arrival that is due now, or when the
// phase is over.
func (l *open) Pace(time.Duration, uint64) (wait time.Duration, stop bool) {
	l.pace.begin()
	for l.more && l.pace.until(l.due) {
		switch l.start(true) {
		case startedHit:
			return 0, false
		case full:
			l.await()
		}
	}
	l.pace.end()
	l.finish()
	return 0, true
}

// How an arrival was started.
const (
	startedIdle = iota
	startedHit
	full
)

// breath is how long a pacer that is late lets the readers run before it opens one more connection: the answers that
// would free another may lie in the sockets, unread for the same lack of CPU.
const (
	breath    = 50 * time.Microsecond
	breathFor = time.Millisecond
)

// start gives the arrival that is due to somebody.
func (l *open) start(patient bool) int {
	l.mu.Lock()
	now := l.run.now()
	if now >= l.run.phase.For+Grace {
		l.more = false
		l.mu.Unlock()
		return startedIdle
	}
	if n := len(l.idle); n > 0 {
		c := l.idle[n-1]
		l.idle = l.idle[:n-1]
		a := l.take()
		l.busy()
		l.mu.Unlock()
		if !c.conn.Start(l.run.mix.messages[a.request], a.request, a.due, c.isLast(c.conn)) {
			c.mail <- a
		}
		return startedIdle
	}
	n := len(l.bare)
	if patient && n == 0 && now-l.due > breathFor {
		l.mu.Unlock()
		fineSleep(breath)
		return l.start(false)
	}
	defer l.mu.Unlock()
	switch {
	case n > 0:
		c := l.bare[n-1]
		l.bare = l.bare[:n-1]
		c.mail <- l.take()
		l.busy()
		return startedIdle
	case len(l.workers)+len(l.fresh) < l.ceiling:
		l.fresh = append(l.fresh, l.take())
		l.busy()
		return startedHit
	}
	l.blocked, l.since = true, now
	return full
}

// busy notes how many requests are in flight.
func (l *open) busy() {
	n := int64(len(l.workers) + len(l.fresh) - len(l.idle) - len(l.bare))
	l.run.report.InFlight = max(l.run.report.InFlight, n)
}

// await waits until nothing that is due waits any more, or the phase ends.
func (l *open) await() {
	t := time.NewTimer(l.run.phase.For - l.run.now())
	defer t.Stop()
	select {
	case <-l.resume:
		return
	case <-t.C:
	case <-l.run.ctx.Done():
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.blocked { // resumed at the same moment
		<-l.resume
		return
	}
	l.more, l.ending = false, true // from here on the plan is the pacer's alone
}

// finish ends the phase: what is left is unsent, and nobody needs to wait for more.
func (l *open) finish() {
	l.mu.Lock()
	l.ending = true
	idle, bare := l.idle, l.bare
	l.idle, l.bare = nil, nil
	l.mu.Unlock()
	for _, c := range idle {
		close(c.mail) // for one that has just lost its connection
		c.conn.Kick()
	}
	for _, c := range bare {
		close(c.mail)
	}
	l.unsent()
}

// unsent shows the arrivals that were due and not sent. After a cancellation, later ones are not due.
func (l *open) unsent() {
	w := worker{run: l.run}
	end := l.run.phase.For
	if l.run.ctx.Err() != nil { // before cancel was called, perhaps
		end = min(end, l.run.now())
	}
	for l.look(); l.more && l.due < end; {
		if l.blocked {
			l.run.report.Blocked++
		}
		a := l.take()
		w.tally.Unsent++
		w.observe(&collect.Exchange{Request: a.request, Intended: a.due, End: max(end, a.due), Error: collect.Unsent, Detail: "still waiting at the end of the phase"})
	}
	w.report()
}

func (l *open) connections() []*worker {
	l.mu.Lock()
	defer l.mu.Unlock()
	ws := make([]*worker, len(l.workers))
	for i, c := range l.workers {
		ws[i] = &c.worker
	}
	return ws
}

// remove takes c out of the idle ones; false: it is not among them, so that an arrival is on its way to it, or the end.
func (l *open) remove(c *connection) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	i := slices.Index(l.idle, c)
	if i < 0 {
		return false
	}
	l.idle = slices.Delete(l.idle, i, i+1)
	return true
}

var _ http1.Driver = (*connection)(nil)
