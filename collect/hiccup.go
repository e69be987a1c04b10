package collect

import (
	"runtime"
	"sync/atomic"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/wsgibench/wsgibench/results"
)

// hiccupEvery is how long the meter sleeps at a time. At 1 ms it costs 1 to 2 % of a CPU of a small virtual machine,
// where every timer is a trip to the hypervisor; at 4 ms half a percent. A stall of some length is missed only where it
// is shorter than this and falls into the sleep.
const hiccupEvery = 4 * time.Millisecond

// hiccupLate is from which lateness on a wake-up counts as a stall. Healthy ones are 0.05 ms late.
const hiccupLate = 2 * time.Millisecond

// A hiccupMeter finds out when this process does not get to run, whatever it wants to do: a thread of its own sleeps
// over and over, and looks how much later than asked it wakes (the idea of G. Tene's jHiccup). It sees a process that was
// stopped, a CPU quota that is used up, a virtual machine that stood still.
type hiccupMeter struct {
	began   time.Time
	stop    atomic.Bool
	done    chan struct{}
	undo    func()
	late    *hdrhistogram.Histogram
	stalled time.Duration
}

func startHiccupMeter() *hiccupMeter {
	m := &hiccupMeter{began: time.Now(), done: make(chan struct{}), late: results.NewHistogram()}
	m.undo = roomForSleeper()
	go m.run()
	return m
}

// run sleeps until the meter is stopped. The thread ends with it, because it is not unlocked, and its timer with the
// thread.
func (m *hiccupMeter) run() {
	defer close(m.done)
	runtime.LockOSThread()
	exactTimer()
	for due := time.Now().Add(hiccupEvery); !m.stop.Load(); {
		if left := time.Until(due); left > 0 {
			threadSleep(left) // a signal may wake it early
			continue
		}
		now := time.Now()
		m.woke(now.Sub(due))
		due = now.Add(hiccupEvery)
	}
}

// woke records a wake-up. A thread that wants to run at any instant of a stall waits for its end: so one of 90 ms counts
// as 90 ms, 86 ms, 82 ms and so on, and the percentiles are those of time, not of wake-ups.
func (m *hiccupMeter) woke(late time.Duration) {
	_ = m.late.RecordCorrectedValue(min(int64(late), m.late.HighestTrackableValue()), int64(hiccupEvery)) // cannot fail inside the range
	if late > hiccupLate {
		m.stalled += late
	}
}

// finish stops the meter, waits for its last wake-up, and gives its metrics.
func (m *hiccupMeter) finish() []results.Metric {
	m.stop.Store(true)
	<-m.done
	m.undo()
	return m.metrics(time.Since(m.began))
}

func (m *hiccupMeter) metrics(elapsed time.Duration) []results.Metric {
	const p99, most, stalled = "generator_hiccup_p99", "generator_hiccup_max", "generator_stalled"
	const need = 100 // values, for anything but the maximum under another name
	n := m.late.TotalCount()
	if n == 0 {
		const why = "the phase was too short for a look at it"
		return []results.Metric{results.Unknown(p99, "s", why), results.Unknown(most, "s", why), results.Unknown(stalled, "1", why)}
	}
	ms := []results.Metric{
		results.Known(most, "s", float64(m.late.Max())/1e9),
		results.Known(stalled, "1", min(1, m.stalled.Seconds()/elapsed.Seconds())),
	}
	if n < need {
		return append(ms, results.Unknown(p99, "s", "fewer than 100 wake-ups"))
	}
	return append(ms, results.Known(p99, "s", float64(m.late.ValueAtPercentile(99))/1e9))
}
