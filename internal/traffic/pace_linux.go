package traffic

import (
	"time"

	"golang.org/x/sys/unix"
)

// fineTimer makes the kernel wake this thread on time: by default it may be 50 µs late, to save power. It returns what
// sets the old value again.
func fineTimer() (undo func()) {
	old, err := unix.PrctlRetInt(unix.PR_GET_TIMERSLACK, 0, 0, 0, 0)
	if err != nil || unix.Prctl(unix.PR_SET_TIMERSLACK, 1, 0, 0, 0) != nil {
		return func() {} // as exact as the system gives it; the send lag tells
	}
	return func() { _ = unix.Prctl(unix.PR_SET_TIMERSLACK, uintptr(old), 0, 0, 0) }
}

// fineSleep may wake early, on a signal.
func fineSleep(d time.Duration) {
	t := unix.NsecToTimespec(int64(d))
	_ = unix.Nanosleep(&t, nil)
}
