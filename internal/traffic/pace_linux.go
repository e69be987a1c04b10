package traffic

import (
	"time"
	"unsafe"

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
//
// The system call is a raw one, of which Go's scheduler is not told: the pacer keeps its P while it sleeps, an additional
// one (roomForPacer). Otherwise the scheduler's monitor would take the P away after every call, which costs half as much
// CPU again at 1,000/s, and the pacer would have to get one back when it wakes. The garbage collector, where it has to
// stop the pacer, does so with a signal, which ends the sleep.
func fineSleep(d time.Duration) {
	t := unix.NsecToTimespec(int64(d))
	_, _, _ = unix.RawSyscall(unix.SYS_NANOSLEEP, uintptr(unsafe.Pointer(&t)), 0, 0)
}
