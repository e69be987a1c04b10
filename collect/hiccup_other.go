//go:build !linux

package collect

import "time"

func exactTimer() {} // this system lets no thread choose how exact its timers are

func threadSleep(d time.Duration) { time.Sleep(d) }

func roomForSleeper() (undo func()) { return func() {} } // Go's own sleep keeps no place
