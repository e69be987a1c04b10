package bench

import (
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/wsgibench/wsgibench/collect"
	"github.com/wsgibench/wsgibench/results"
)

// An Event tells an onlooker how far the run is. Onlookers only look: nothing of the run depends on them.
type Event struct {
	Run    *results.Run
	Dir    string         // the run directory
	Number int            // of the trial, from 1; 0 before the first
	Slot   results.Slot   // of the trial
	Phase  *results.Phase // while traffic flows
	Live   *Live          // while traffic flows
	Trial  *results.Trial // when it has ended
	Note   string         // anything else worth a line: an environment that is being made
	Left   time.Duration  // estimate for the rest of the run
}

// Live is what the last moments of a phase looked like.
type Live struct {
	Elapsed time.Duration // since the start of the phase
	Rate    float64       // answers per second
	P99     time.Duration // response time; 0: no answer yet
	Errors  int64         // since the start of the phase
}

// LiveEvery is the time between two live events: rare enough to cost the generator nothing.
const LiveEvery = 500 * time.Millisecond

// A meter watches exchanges pass on their way to the collectors.
type meter struct {
	next   collect.Observer
	mu     sync.Mutex
	hist   *hdrhistogram.Histogram
	errors int64
	last   time.Time
}

var _ collect.Observer = (*meter)(nil)

func newMeter(next collect.Observer) *meter {
	return &meter{next: next, hist: results.NewHistogram(), last: time.Now()}
}

func (m *meter) Observe(x *collect.Exchange) {
	m.next.Observe(x)
	m.mu.Lock()
	_ = m.hist.RecordValue(min(max(0, int64(x.ResponseTime())), m.hist.HighestTrackableValue()))
	if x.Error != "" {
		m.errors++
	}
	m.mu.Unlock()
}

// ObserveBlocks passes on what those who asked for streams want to see.
func (m *meter) ObserveBlocks(request int, blocks []collect.Block) {
	if o, ok := m.next.(collect.BlockObserver); ok {
		o.ObserveBlocks(request, blocks)
	}
}

// read returns what happened since the last read.
func (m *meter) read(now time.Time) Live {
	m.mu.Lock()
	defer m.mu.Unlock()
	l := Live{
		Rate:   float64(m.hist.TotalCount()) / max(now.Sub(m.last).Seconds(), 1e-3),
		P99:    time.Duration(m.hist.ValueAtPercentile(99)),
		Errors: m.errors,
	}
	m.hist.Reset()
	m.last = now
	return l
}
