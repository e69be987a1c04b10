//go:build !linux

package process

import (
	"errors"
	"runtime"
)

var errNoPinning = errors.New("processes cannot be put on chosen CPUs on " + runtime.GOOS + "; leave out cpus")

// Available returns the processors of this machine, which any process may use.
func Available() ([]int, error) {
	cpus := make([]int, runtime.NumCPU())
	for i := range cpus {
		cpus[i] = i
	}
	return cpus, nil
}

// Affinity is known on Linux only.
func Affinity(int) ([]int, error) { return nil, errNoPinning }

// Pin works on Linux only.
func Pin(int, []int) error { return errNoPinning }
