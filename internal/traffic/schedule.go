package traffic

import (
	"math"
	"strconv"
	"time"
)

// A Schedule says when requests are due: At returns the instant of arrival n (from 0), and false when there is none
// within the phase. The answer is the same whenever it is asked, so that the plan can be recomputed. Instants never
// decrease with n. At is cheapest when n goes up by one from call to call.
type Schedule interface {
	At(n uint64) (time.Duration, bool)
	String() string
}

// A shape is a rate that changes in time, by the inverse of its integral: when returns the seconds after which count
// arrivals were due, +Inf if there never are so many.
type shape interface {
	when(count float64) float64
	String() string
}

// A regular schedule has arrival n exactly when n arrivals are due by its shape, so the first at 0.
type regular struct {
	shape
	length time.Duration
}

func (s regular) At(n uint64) (time.Duration, bool) {
	t := seconds(s.when(float64(n)))
	return t, t < s.length
}

// seconds turns a number of seconds into a Duration, rounded to the nearest nanosecond; what no Duration can hold is
// the longest one.
func seconds(s float64) time.Duration {
	if !(s < float64(math.MaxInt64)/1e9) {
		return math.MaxInt64
	}
	return time.Duration(math.Round(s * 1e9))
}

// perSecond writes a rate: "500/s".
func perSecond(rate float64) string { return strconv.FormatFloat(rate, 'g', -1, 64) + "/s" }

// Constant returns arrivals at equal distances, rate per second, the first at 0.
func Constant(rate float64, length time.Duration) Schedule { return regular{level(rate), length} }

// Ramp returns arrivals whose rate goes in a straight line from one to the other.
func Ramp(from, to float64, length time.Duration) Schedule {
	return regular{slope{from, to, length.Seconds()}, length}
}

// level is a constant rate, 1/s.
type level float64

func (l level) when(count float64) float64 {
	if l <= 0 {
		return math.Inf(1)
	}
	return count / float64(l)
}

func (l level) String() string { return perSecond(float64(l)) }

// slope is a rate that changes in a straight line over a number of seconds.
type slope struct{ from, to, over float64 }

// when solves count = from·t + ½k·t² for the first such t, in the form that does not lose digits where k is small.
func (s slope) when(count float64) float64 {
	if count == 0 && s.from > 0 {
		return 0
	}
	k := (s.to - s.from) / s.over
	root := s.from*s.from + 2*k*count
	if root < 0 || s.from <= 0 && k <= 0 {
		return math.Inf(1)
	}
	if d := s.from + math.Sqrt(root); d > 0 {
		return 2 * count / d
	}
	return 0
}

func (s slope) String() string { return perSecond(s.from) + " → " + perSecond(s.to) }
