package collect

import (
	"runtime"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// exactTimer makes the kernel wake this thread on time: by default it may be 50 µs late, to save power.
func exactTimer() { _ = unix.Prctl(unix.PR_SET_TIMERSLACK, 1, 0, 0, 0) } // where it cannot be set, hiccups look 50 µs longer

// threadSleep may wake early, on a signal. It is a raw system call, of which Go's scheduler is not told: told of it, the
// scheduler takes the processor from the sleeper every time and back, which cost the engine as much CPU again at 1,000
// requests per second, and the sleeper's lateness would be that of the scheduler.
func threadSleep(d time.Duration) {
	t := unix.NsecToTimespec(int64(d))
	_, _, _ = unix.RawSyscall(unix.SYS_NANOSLEEP, uintptr(unsafe.Pointer(&t)), 0, 0)
}

// roomForSleeper lets Go run one thread more at a time, and returns what undoes that: a thread in a raw system call
// keeps its place among them.
func roomForSleeper() (undo func()) {
	old := runtime.GOMAXPROCS(0)
	runtime.GOMAXPROCS(old + 1)
	return func() { runtime.GOMAXPROCS(old) }
}
