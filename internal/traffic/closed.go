package traffic

import (
	"math/rand/v2"
	"sync"
	"time"

	"github.com/wsgibench/wsgibench/collect"
	"github.com/wsgibench/wsgibench/internal/traffic/http1"
)

// reconnectPause is how long a client waits after it got no connection, so that a server that is gone is not asked a
// hundred thousand times a second.
const reconnectPause = 10 * time.Millisecond

// closed is the closed model: as many hits as clients, all at once; then the phase only waits for them.
type closed struct {
	run     *run
	mu      sync.Mutex
	clients []*worker
}

var _ loop = (*closed)(nil)

// Pace implements vegeta.Pacer.
func (l *closed) Pace(_ time.Duration, hits uint64) (time.Duration, bool) {
	return 0, hits >= uint64(l.run.phase.Clients)
}

// Rate implements vegeta.Pacer; vegeta itself never calls it.
func (l *closed) Rate(time.Duration) float64 { return 0 }

func (l *closed) connections() []*worker {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]*worker(nil), l.clients...)
}

// worker is the life of one client.
func (l *closed) worker() {
	c := &client{worker: worker{run: l.run}}
	l.mu.Lock()
	id := uint64(len(l.clients))
	l.clients = append(l.clients, &c.worker)
	l.mu.Unlock()
	c.rng = rand.New(rand.NewPCG(l.run.phase.Seed, mixStream+id))
	if l.run.phase.Think != nil {
		c.think = rand.New(rand.NewPCG(l.run.phase.Seed, thinkStream+id))
	}
	if l.run.phase.Sessions != nil {
		c.visits(id)
	} else {
		c.live()
	}
	c.keep()
	c.report()
}

// A client sends a request, waits for the answer, thinks, and sends the next.
type client struct {
	worker
	rng   *rand.Rand
	think *rand.Rand    // nil: it does not
	free  time.Duration // since when it could send: the next intended start
	pause bool          // it has to think first
}

func (c *client) over(now time.Duration) bool {
	return now >= c.run.phase.For || c.run.cancelled.Load()
}

func (c *client) live() {
	for c.free = c.run.now(); !c.over(c.free); {
		if c.conn != nil && !c.usable(c.conn) {
			c.drop(http1.Left)
		}
		if c.conn == nil {
			began := c.run.now()
			if f := c.open(); f.Kind != "" {
				c.lost(c.run.mix.pick(c.rng), c.free, began, f)
				if f.Kind != collect.Cancelled {
					c.wait(reconnectPause)
				}
				continue
			}
		}
		if fate := c.conn.Run(c); fate != http1.Left {
			c.drop(fate)
		}
		if c.pause {
			c.pause = false
			c.wait(c.run.phase.Think.Draw(c.think))
		}
	}
}

// wait pauses the client, at most until the end of the phase. It is free when it wakes: that the timer is late makes
// the pause longer, never the response.
func (c *client) wait(d time.Duration) {
	c.pauseFor(d)
	c.free = c.run.now()
}

// visits is the life of a client who carries out one session after the other.
func (c *client) visits(id uint64) {
	c.free = c.run.now()
	for turn := uint64(0); !c.over(c.free); turn++ {
		if !c.visit(id<<32+turn, c.free, 0) {
			c.wait(reconnectPause)
		}
		if c.free = c.run.now(); c.think != nil {
			c.wait(c.run.phase.Think.Draw(c.think))
		}
	}
}

// Next implements http1.Driver.
func (c *client) Next(conn *http1.Conn) http1.Verb {
	if c.pause || c.over(c.free) {
		return http1.Leave
	}
	c.prepare(conn, c.run.mix.pick(c.rng), c.free)
	return http1.Send
}

// Done implements http1.Driver.
func (c *client) Done(conn *http1.Conn) {
	c.observe(&conn.X)
	c.free, c.pause = conn.X.End, c.think != nil
}
