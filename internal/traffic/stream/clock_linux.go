package stream

import (
	"time"

	"golang.org/x/sys/unix"
)

// NewClock returns the clock of a phase that started at start, an instant with a monotonic reading. CLOCK_MONOTONIC is
// one for all processes of a machine.
func NewClock(start time.Time) Clock {
	var ts unix.Timespec
	if unix.ClockGettime(unix.CLOCK_MONOTONIC, &ts) != nil {
		return Clock{}
	}
	return Clock{ts.Nano() - int64(time.Since(start))}
}
