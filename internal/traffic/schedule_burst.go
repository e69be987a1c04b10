package traffic

import (
	"fmt"
	"time"
)

// Bursts returns n arrivals at once, at 0 and then every so often.
func Bursts(n int, every, length time.Duration) Schedule {
	return bursts{uint64(max(n, 0)), every, length}
}

type bursts struct {
	n             uint64
	every, length time.Duration
}

func (s bursts) At(n uint64) (time.Duration, bool) {
	if s.n == 0 || s.every <= 0 {
		return 0, false
	}
	i := n / s.n
	if i > uint64(s.length/s.every) {
		return s.length, false
	}
	t := time.Duration(i) * s.every
	return t, t < s.length
}

func (s bursts) String() string { return fmt.Sprintf("%d at once every %v", s.n, s.every) }

// Randomised returns a Poisson process that follows the rate of a schedule: Ramp, Steps, Sine or Constant. Any other
// schedule has instants of its own, and is returned as it is.
func Randomised(s Schedule, seed uint64) Schedule {
	if r, ok := s.(regular); ok {
		return newPoisson(r, seed)
	}
	return s
}
