package traffic

import (
	"runtime"
	"time"
)

// coarse is how much of a wait is left to the finer sleep: more than Go's own timer may be late by.
const coarse = 3 * time.Millisecond

// A pace waits for instants of the phase's clock, as exactly as the system can.
type pace struct {
	run   *run
	begun bool
	undo  func()
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
		left := due - p.run.now()
		if left <= 0 {
			return true
		}
		if left <= coarse {
			fineSleep(left)
			continue
		}
		t := time.NewTimer(left - coarse + time.Millisecond)
		select {
		case <-t.C:
		case <-p.run.ctx.Done():
		}
		t.Stop()
	}
}
