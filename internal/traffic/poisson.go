package traffic

import (
	"math/rand/v2"
	"sync"
	"time"
)

// Poisson returns arrivals of a Poisson process: independent users, rate per second together. The same seed gives the
// same arrivals.
func Poisson(rate float64, length time.Duration, seed uint64) Schedule {
	return newPoisson(regular{level(rate), length}, seed)
}

// poissonStream is the second half of the generator's seed, so that arrivals do not repeat the request mix's numbers.
const poissonStream = 0x706f6973736f6e

// A poisson schedule draws exponential distances of mean 1 and stretches them by the shape, which gives a Poisson
// process of that rate (time change; D. J. Daley and D. Vere-Jones, An Introduction to the Theory of Point Processes,
// I, 2003, theorem 7.4.I). It remembers the last arrival that it was asked for; an earlier one makes it start anew.
type poisson struct {
	base regular
	seed uint64

	mu    sync.Mutex
	rng   *rand.Rand
	next  uint64  // the arrival that comes next from rng
	count float64 // the sum of the distances of all before it
}

func newPoisson(base regular, seed uint64) *poisson {
	s := &poisson{base: base, seed: seed}
	s.restart()
	return s
}

func (s *poisson) restart() {
	s.rng = rand.New(rand.NewPCG(s.seed, poissonStream))
	s.next, s.count = 0, 0
}

func (s *poisson) At(n uint64) (time.Duration, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n+1 < s.next {
		s.restart()
	}
	for s.next <= n {
		s.count += s.rng.ExpFloat64()
		s.next++
	}
	t := seconds(s.base.when(s.count))
	return t, t < s.base.length
}

func (s *poisson) String() string { return s.base.String() + " poisson" }
