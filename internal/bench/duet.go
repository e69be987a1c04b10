package bench

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/wsgibench/wsgibench/internal/traffic"
	"github.com/wsgibench/wsgibench/results"
)

// A duet measures two servers at the same time (Bulej et al., "Duet Benchmarking", ICPE 2020): whatever the machine
// does meanwhile, it does to both, and the ratio keeps it out. Where the server's processors can be halved each side
// has half of them, at random in each block; else both share them and the kernel's scheduler alternates every few
// milliseconds, which no slicing of ours comes near: slices of 100 ms, one side after the other, leave a standard
// deviation of the ratio of CPU per request of 3.6 % where running at once leaves 0.7 %.

// PartnerFailed is the failure of a trial whose figures mean nothing without those of the other side.
const PartnerFailed = "the other server of the pair failed"

var errPartner = errors.New(PartnerFailed)

// duet carries out two trials at once.
func (p *Plan) duet(ctx context.Context, store *results.Dir, at []Event) []*results.Trial {
	rng := rand.New(rand.NewPCG(p.Run.Seed, uint64(at[0].Slot.Block)))
	cpus := halves(p.server)
	if rng.IntN(2) == 1 {
		cpus[0], cpus[1] = cpus[1], cpus[0]
	}
	meeting := newMeeting()
	records := make([]*results.Trial, 2)
	var both sync.WaitGroup
	for i := range 2 {
		t := p.newTrial(store, at[i])
		t.cpus = cpus[i]
		t.partner = &partner{meeting: meeting, second: i == 1}
		if i == 1 {
			p.otherArrivals(t.phases)
		}
		records[i] = t.record
		both.Go(func() {
			t.carryOut(ctx)
			meeting.leave()
		})
	}
	both.Wait()
	return records
}

// halves splits processors into two equal sets; where that cannot be, both sides have all of them.
func halves(cpus []int) [2][]int {
	if n := len(cpus) / 2; n > 0 {
		return [2][]int{cpus[:n], cpus[n : 2*n]}
	}
	return [2][]int{cpus, cpus}
}

// Apart reports whether the sides of a duet have processors of their own.
func (p *Plan) Apart() bool { return len(p.server) > 1 }

// otherArrivals draws the random arrivals of the second side anew: two requests at the same moment, always, would make
// one side wait for the other, always.
func (p *Plan) otherArrivals(phases []traffic.Phase) {
	for _, ph := range p.scenario.Traffic {
		if ph.Rate == nil || ph.Rate.Arrivals != "poisson" {
			continue
		}
		for i := range phases { // held clients have phases of their own among them
			if phases[i].Name == ph.Name {
				phases[i].Schedule = schedule(*ph.Rate, ph.For, phases[i].Seed^1<<40)
			}
		}
	}
}

// A partner is what a trial of a duet knows of the other: that it is as far. The nil partner is of a trial alone.
type partner struct {
	meeting *meeting
	second  bool
}

// meet waits until both sides are here. Where a phase with a schedule follows, the second side waits for half the time
// between two arrivals more, so that they alternate.
func (p *partner) meet(ctx context.Context, next traffic.Phase) error {
	if p == nil {
		return nil
	}
	if err := p.meeting.wait(ctx); err != nil {
		return err
	}
	if p.second && next.Schedule != nil {
		return pause(ctx, halfGap(next))
	}
	return nil
}

// halfGap is half the mean time between two arrivals.
func halfGap(p traffic.Phase) time.Duration {
	first, ok := p.Schedule.At(0)
	if !ok {
		return 0
	}
	const count = 100
	last, n := first, 0
	for n < count {
		at, ok := p.Schedule.At(uint64(n + 1))
		if !ok {
			break
		}
		last = at
		n++
	}
	if n == 0 {
		return 0
	}
	return (last - first) / time.Duration(2*n)
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// A meeting lets two trials wait for each other, again and again, until one of them has ended.
type meeting struct {
	mu      sync.Mutex
	waiting chan struct{} // closed when the other one comes; nil: nobody waits
	left    chan struct{} // closed when one has ended
	once    sync.Once
}

func newMeeting() *meeting { return &meeting{left: make(chan struct{})} }

func (m *meeting) leave() { m.once.Do(func() { close(m.left) }) }

func (m *meeting) wait(ctx context.Context) error {
	m.mu.Lock()
	if m.waiting != nil {
		close(m.waiting)
		m.waiting = nil
		m.mu.Unlock()
		return nil
	}
	here := make(chan struct{})
	m.waiting = here
	m.mu.Unlock()
	select {
	case <-here:
		return nil
	case <-m.left:
		select {
		case <-here: // it came, and then ended
			return nil
		default:
			return errPartner
		}
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
