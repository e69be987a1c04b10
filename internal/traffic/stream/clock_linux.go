package stream

import (
	"time"

	"golang.org/x/sys/unix"
)

// NewClock returns the clock of a phase that started at start, an instant with a monotonic reading. CLOCK_MONOTONIC is
// one for all processes of a machine. The two clocks are read one between two readings of the other, a few times, and the
// closest readings count: a thread that is interrupted in between would make a difference of its own.
func NewClock(start time.Time) Clock {
	var best int64
	closest := int64(1) << 62
	for range 8 {
		before := Now()
		since := int64(time.Since(start))
		after := Now()
		if before == 0 || after == 0 {
			return Clock{}
		}
		if apart := after - before; apart < closest {
			closest, best = apart, before+apart/2-since
		}
	}
	return Clock{best}
}

// Now is what CLOCK_MONOTONIC says, in ns: the clock of stamps. 0: there is none that other processes share.
func Now() int64 {
	var ts unix.Timespec
	if unix.ClockGettime(unix.CLOCK_MONOTONIC, &ts) != nil {
		return 0
	}
	return ts.Nano()
}
