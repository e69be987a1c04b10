package traffic

import (
	"math"
	"math/rand/v2"
	"time"
)

// A Think is a law of the pause that a client of the closed model makes between an answer and its next request.
type Think interface {
	Draw(rng *rand.Rand) time.Duration
	String() string
}

// ThinkConstant is always the same pause.
type ThinkConstant time.Duration

// Draw returns the pause.
func (t ThinkConstant) Draw(*rand.Rand) time.Duration { return time.Duration(t) }

func (t ThinkConstant) String() string { return "think " + time.Duration(t).String() }

// ThinkExponential draws from the exponential distribution with this mean.
type ThinkExponential time.Duration

// Draw returns the next pause.
func (t ThinkExponential) Draw(rng *rand.Rand) time.Duration {
	return seconds(rng.ExpFloat64() * time.Duration(t).Seconds())
}

func (t ThinkExponential) String() string { return "think exponential " + time.Duration(t).String() }

// ThinkLognormal draws from the lognormal distribution: Median is that of the pause, Sigma the standard deviation of
// its natural logarithm. The mean is Median·exp(Sigma²/2).
type ThinkLognormal struct {
	Median time.Duration
	Sigma  float64
}

// Draw returns the next pause.
func (t ThinkLognormal) Draw(rng *rand.Rand) time.Duration {
	return seconds(t.Median.Seconds() * math.Exp(t.Sigma*rng.NormFloat64()))
}

func (t ThinkLognormal) String() string { return "think lognormal " + t.Median.String() }
