package stats

import (
	"fmt"
	"math"
)

// An Estimate is a figure with the interval around it, in the unit of the input (log ratios for SignedRank, 1 for Ratio).
type Estimate struct {
	Point float64
	// Low and High bound the interval, both ends included. They are −Inf (0 for a ratio) and +Inf when there are too
	// few trials for the confidence asked for; encoding/json refuses infinities, so look at Finite before writing them.
	Low, High float64
	// N is the number of trials or pairs that speak.
	N int
	// Confidence is what the interval achieves. Exact intervals jump from rank to rank and are seldom at the level asked
	// for, but never below it: 0.969 for six pairs at 0.95. It is 1 when the bounds are infinite.
	Confidence float64
	// Reason says why a bound is infinite and what to do; empty otherwise.
	Reason string
}

// Finite reports whether both bounds say something.
func (e Estimate) Finite() bool { return e.Reason == "" }

// Excludes reports whether v lies outside the interval.
func (e Estimate) Excludes(v float64) bool { return v < e.Low || v > e.High }

// Within reports whether the whole interval lies strictly between low and high.
func (e Estimate) Within(low, high float64) bool { return e.Low > low && e.High < high }

// Exp turns an estimate of a log ratio into one of the ratio. Unknown bounds become 0 and +Inf.
func (e Estimate) Exp() Estimate {
	e.Point, e.Low, e.High = math.Exp(e.Point), math.Exp(e.Low), math.Exp(e.High)
	return e
}

// Mirror is the estimate with base and head swapped, for log ratios and differences.
func (e Estimate) Mirror() Estimate {
	e.Point, e.Low, e.High = -e.Point, -e.High, -e.Low
	return e
}

// fuzz keeps 1 − 0.9 = 0.09999999999999998 from losing a rank whose tail is exactly 0.05.
const fuzz = 1e-9

// atMost reports p ≤ limit, rounding errors forgiven.
func atMost(p, limit float64) bool { return p <= limit*(1+fuzz) }

func checkConfidence(c float64) error {
	if !(c > 0 && c < 1) {
		return fmt.Errorf("confidence %v is not between 0 and 1: ask for 0.95", c)
	}
	return nil
}

// checkSample refuses an empty sample and values that are not numbers.
func checkSample(what string, x []float64) error {
	if len(x) == 0 {
		return fmt.Errorf("no %s to compare: run at least one trial", what)
	}
	for i, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("%s %d is %v: leave out trials without a value", what, i+1, v)
		}
	}
	return nil
}

// mostTrials bounds the samples whose pairwise averages or differences are formed: n² of them.
const mostTrials = 5000

// checkTrials is checkSample for figures of trials. More than mostTrials of them are requests in disguise.
func checkTrials(what string, x []float64) error {
	if len(x) > mostTrials {
		return fmt.Errorf("%d %ss, more than %d: give one figure per trial, not per request", len(x), what, mostTrials)
	}
	return checkSample(what, x)
}

// percent writes a confidence as people read it: 0.95 → "95 %", 0.9875 → "98.75 %".
func percent(c float64) string { return fmt.Sprintf("%.4g %%", 100*c) }
