//go:build !linux

package traffic

import "time"

// fineTimer does nothing: this system lets no thread choose how exact its timers are. The send lag tells what it gives.
func fineTimer() (undo func()) { return func() {} }

func fineSleep(d time.Duration) { time.Sleep(d) }
