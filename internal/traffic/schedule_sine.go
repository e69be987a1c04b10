package traffic

import (
	"math"
	"time"
)

// Sine returns arrivals at the rate mean + amplitude·sin(2πt/period), per second; the amplitude must be no more than
// the mean, or the rate would be negative.
func Sine(mean, amplitude float64, period, length time.Duration) Schedule {
	return regular{wave{mean, amplitude, period.Seconds(), period.String()}, length}
}

type wave struct {
	mean, amplitude, period float64
	words                   string // the period, for people
}

// due is the integral of the rate from 0 to t.
func (w wave) due(t float64) float64 {
	return w.mean*t + w.amplitude*w.period/math.Pi*square(math.Sin(math.Pi*t/w.period))
}

func square(x float64) float64 { return x * x }

// when solves due(t) = count. Whole periods hold mean·period arrivals each; within one, Newton's method is kept inside a
// bracket, which is halved instead where it would leave it: near the trough the rate may be nearly 0.
func (w wave) when(count float64) float64 {
	perPeriod := w.mean * w.period
	if !(perPeriod > 0) {
		return math.Inf(1)
	}
	whole := math.Floor(count / perPeriod)
	rest := count - whole*perPeriod
	low, high := 0.0, w.period
	t := rest / perPeriod * w.period
	const enough = 1e-10 // seconds; instants are in nanoseconds
	for range 100 {
		off := w.due(t) - rest
		if off > 0 {
			high = t
		} else {
			low = t
		}
		next := t - off/(w.mean+w.amplitude*math.Sin(2*math.Pi*t/w.period))
		if !(next > low && next < high) {
			next = (low + high) / 2
		}
		if math.Abs(next-t) < enough || high-low < enough {
			t = next
			break
		}
		t = next
	}
	return whole*w.period + t
}

func (w wave) String() string {
	return perSecond(w.mean) + " ± " + perSecond(w.amplitude) + " every " + w.words
}
