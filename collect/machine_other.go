//go:build !linux

package collect

import (
	"errors"
	"runtime"
)

func readCounters() (counters, error) {
	return counters{}, errors.New("the machine's counters are read from /proc, which " + runtime.GOOS + " does not have")
}
