package traffic

import (
	"math"
	"strings"
	"time"
)

// Steps returns arrivals at rates (per second) that follow each other, each for the same time; the last one holds to the
// end.
func Steps(rates []float64, each, length time.Duration) Schedule {
	s := staircase{rates: rates, each: each.Seconds(), words: each.String(), before: make([]float64, len(rates))}
	for i := 1; i < len(rates); i++ {
		s.before[i] = s.before[i-1] + max(0, rates[i-1])*s.each
	}
	return regular{s, length}
}

// A staircase is a rate that is constant for some time, then another.
type staircase struct {
	rates  []float64
	each   float64   // seconds
	before []float64 // arrivals that are due before each step
	words  string    // each, for people
}

// when finds the step in which more than count arrivals come to be due: steps without any are passed over.
func (s staircase) when(count float64) float64 {
	for i, rate := range s.rates {
		last := i == len(s.rates)-1
		if rate > 0 && (last || count < s.before[i+1]) {
			return float64(i)*s.each + max(0, count-s.before[i])/rate
		}
	}
	return math.Inf(1)
}

func (s staircase) String() string {
	words := make([]string, len(s.rates))
	for i, r := range s.rates {
		words[i] = perSecond(r)
	}
	return strings.Join(words, ", ") + " for " + s.words + " each"
}
