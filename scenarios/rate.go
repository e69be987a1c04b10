package scenarios

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// A Rate is an arrival schedule: constant where From equals To, a linear ramp where not; or, where they are set, Steps,
// Sine or Burst.
type Rate struct {
	From, To float64 // 1/s
	Arrivals string  // "constant" (default) or "poisson"

	Steps []float64     // 1/s, one after the other; the last holds
	Each  time.Duration // how long each step lasts
	Sine  *Sine
	Burst int // requests that are due at once, from the beginning of the phase
	Every time.Duration
}

// A Sine is the rate Mean + Amplitude·sin(2πt/Period), in 1/s.
type Sine struct {
	Mean, Amplitude float64
	Period          time.Duration
}

// most is the highest rate; of bursts, the mean.
func (r *Rate) most() float64 {
	switch {
	case r.Steps != nil:
		most := 0.0
		for _, step := range r.Steps {
			most = max(most, step)
		}
		return most
	case r.Sine != nil:
		return r.Sine.Mean + r.Sine.Amplitude
	case r.Burst > 0:
		return float64(r.Burst) / max(r.Every.Seconds(), 1e-9)
	}
	return max(r.From, r.To)
}

// Mean is the mean rate over a phase of some length, 1/s: the integral of the rate, by the length. Of bursts it counts
// every one that begins within the phase.
func (r *Rate) Mean(length time.Duration) float64 {
	t := length.Seconds()
	if t <= 0 {
		return 0
	}
	switch {
	case r.Steps != nil:
		due, each := 0.0, r.Each.Seconds()
		for i, step := range r.Steps {
			begins, ends := float64(i)*each, float64(i+1)*each
			if i == len(r.Steps)-1 {
				ends = t
			}
			due += step * max(0, min(ends, t)-begins)
		}
		return due / t
	case r.Sine != nil:
		period := r.Sine.Period.Seconds()
		return r.Sine.Mean + r.Sine.Amplitude*period/(2*math.Pi)*(1-math.Cos(2*math.Pi*t/period))/t
	case r.Burst > 0:
		bursts := (length-1)/r.Every + 1
		return float64(r.Burst) * float64(bursts) / t
	}
	return (r.From + r.To) / 2
}

// String is the schedule in words: "500/s", "500/s poisson", "100/s to 2000/s".
func (r Rate) String() string {
	s := formatRate(r.From)
	switch {
	case r.Steps != nil:
		words := make([]string, len(r.Steps))
		for i, step := range r.Steps {
			words[i] = formatRate(step)
		}
		s = fmt.Sprintf("%s each %v", strings.Join(words, ", "), r.Each)
	case r.Sine != nil:
		s = fmt.Sprintf("%s ± %s in %v", formatRate(r.Sine.Mean), formatRate(r.Sine.Amplitude), r.Sine.Period)
	case r.Burst > 0:
		return fmt.Sprintf("%d at once every %v", r.Burst, r.Every)
	case r.To != r.From:
		s += " to " + formatRate(r.To)
	}
	if r.Arrivals != "" && r.Arrivals != "constant" {
		s += " " + r.Arrivals
	}
	return s
}

// A Replay is the requests of an access log, at the times at which they came.
type Replay struct {
	Log   string  // absolute path
	Speed float64 // times as fast; default 1
}

// A Think is the law of a pause. Pause is the mean of the constant and the exponential law, and the median of the
// lognormal one, whose Sigma is the standard deviation of the pause's natural logarithm.
type Think struct {
	Law   string // "constant", "exponential" or "lognormal"
	Pause time.Duration
	Sigma float64
}
