package traffic

import (
	"runtime"
	"time"
)

// coarse is how much of a wait is left to the finer sleep: more than Go's own timer may be late by.
const coarse = 3 * time.Millisecond

// The kernel wakes a thread tens of microseconds late where the processor has to be woken first. So the pace sleeps a
// little less, by as much as it mostly wakes late, and waits the rest awake; that may take maxSpin of the time at most,
// since the readers may need the same processor.
const (
	maxSpin  = 0.05
	maxEarly = 80 * time.Microsecond
)

// A pace waits for instants of the phase's clock, as exactly as the system can.
type pace struct {
	run   *run
	begun bool
	undo  func()
	early time.Duration // how much less to sleep
	spun  time.Duration // waited awake, in all
}

// begin ties the pacing goroutine to a thread of its own, whose timers the kernel does not round.
func (p *pace) begin() {
	if p.begun {
		return
	}
	p.begun = true
	runtime.LockOSThread()
	p.undo = fineTimer()
}

func (p *pace) end() {
	p.undo()
	runtime.UnlockOSThread()
}

// until waits for an instant; false: the phase was cancelled.
func (p *pace) until(due time.Duration) bool {
	for {
		if p.run.cancelled.Load() {
			return false
		}
		now := p.run.now()
		left := due - now
		switch {
		case left <= 0:
			return true
		case left > coarse:
			p.doze(left - coarse + time.Millisecond)
		case float64(p.spun) > maxSpin*float64(now):
			fineSleep(left)
		case left > p.early:
			fineSleep(left - p.early)
			p.learn(p.run.now() - (due - p.early))
		default:
			for now < due {
				now = p.run.now()
			}
			p.spun += left
			return true
		}
	}
}

// learn follows the oversleep's upper quartile: three steps up where it woke later than expected, one down where not.
func (p *pace) learn(late time.Duration) {
	const step = 250 * time.Nanosecond
	switch {
	case late < 0: // a signal
	case late > p.early:
		p.early = min(p.early+3*step, maxEarly)
	default:
		p.early = max(p.early-step, 0)
	}
}

// doze sleeps with Go's timer, which is late by up to a millisecond and more, but can be interrupted.
func (p *pace) doze(d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-p.run.ctx.Done():
	}
}
