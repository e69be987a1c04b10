package stats

import (
	"fmt"
	"math"
	"slices"
	"sort"

	"gonum.org/v1/gonum/stat/distuv"
)

// Median estimates the median of the distribution that one sample of independent trials comes from, in the unit of x.
// The interval is exact for every continuous distribution: two order statistics, their level from the binomial
// distribution. 95 % needs 6 trials; with fewer the bounds are infinite and Reason says so.
// Source: Hollander, Wolfe and Chicken §3.6 (Thompson's interval).
func Median(x []float64, confidence float64) (Estimate, error) {
	e, err := Quantile(x, 0.5, confidence)
	if err == nil {
		e.Point = median(slices.Sorted(slices.Values(x)))
	}
	return e, err
}

// Quantile estimates the q-quantile (0.99 for p99) of the distribution that the independent values x come from: the
// ⌈q·n⌉-th smallest value, between two order statistics of exact binomial level. A tail without an order statistic that
// is sure enough has an infinite bound on that side; 95 % bounds of p99 are finite from 368 values, of p99.9 from 3 688.
//
// The level holds for independent values. Response times of one trial are not: at 90 % utilisation a nominal 95 %
// interval covers 6 %. Show it for one trial with that warning, and compare servers over trials.
// Source: David and Nagaraja, Order Statistics, 3rd ed., §7.1.
func Quantile(x []float64, q, confidence float64) (Estimate, error) {
	if err := checkSample("value", x); err != nil {
		return Estimate{}, err
	}
	r, err := QuantileRanks(len(x), q, confidence)
	if err != nil {
		return Estimate{}, err
	}
	s := slices.Sorted(slices.Values(x))
	return r.estimate(func(rank int) float64 { return s[rank-1] }), nil
}

// Ranks are the order statistics, counted from 1, that estimate and bound a quantile.
type Ranks struct {
	N          int     // size of the sample
	Point      int     // ⌈q·n⌉
	Low        int     // 0: no lower bound
	High       int     // N+1: no upper bound
	Confidence float64 // achieved
	Reason     string  // why a bound is missing; empty otherwise
}

// QuantileRanks returns which order statistics of n independent values bound the q-quantile with the confidence asked
// for: the largest Low with P(Bin(n,q) < Low) ≤ α/2 and the smallest High with P(Bin(n,q) ≥ High) ≤ α/2.
func QuantileRanks(n int, q, confidence float64) (Ranks, error) {
	if err := checkConfidence(confidence); err != nil {
		return Ranks{}, err
	}
	if !(q > 0 && q < 1) {
		return Ranks{}, fmt.Errorf("quantile %v is not between 0 and 1: ask for 0.99 to get p99", q)
	}
	if n < 1 {
		return Ranks{}, fmt.Errorf("no values: a quantile needs at least one")
	}
	limit := (1 - confidence) / 2
	// P(X < l) grows with l, P(X ≥ u) = P(n−X ≤ n−u) falls with u; each tail is summed from its own side to keep digits.
	low := sort.Search(n, func(k int) bool { return !atMost(binomialCDF(n, q, k), limit) })
	gap := sort.Search(n, func(k int) bool { return !atMost(binomialCDF(n, 1-q, k), limit) })
	r := Ranks{N: n, Point: min(n, max(1, int(math.Ceil(q*float64(n)*(1-1e-12))))), Low: low, High: n + 1 - gap}
	r.Confidence = 1 - binomialCDF(n, q, low-1) - binomialCDF(n, 1-q, gap-1)
	if low == 0 || gap == 0 {
		r.Reason = fmt.Sprintf("need at least %d values for %s bounds of the %v quantile, have %d", MinValues(q, confidence), percent(confidence), q, n)
	}
	return r, nil
}

// MinValues is the smallest number of independent values for which both bounds of the q-quantile are finite:
// qⁿ ≤ α/2 and (1−q)ⁿ ≤ α/2. 6 for the median at 0.95, 368 for p99, 3 688 for p99.9.
func MinValues(q, confidence float64) int {
	limit := math.Log((1 - confidence) / 2)
	return int(math.Ceil(limit/math.Log(max(q, 1-q)) - fuzz))
}

// estimate looks the ranks up with at, which returns the order statistic of a rank from 1 to N.
func (r Ranks) estimate(at func(rank int) float64) Estimate {
	e := Estimate{Point: at(r.Point), Low: math.Inf(-1), High: math.Inf(1), N: r.N, Confidence: r.Confidence, Reason: r.Reason}
	if r.Low > 0 {
		e.Low = at(r.Low)
	}
	if r.High <= r.N {
		e.High = at(r.High)
	}
	return e
}

// binomialCDF is P(Bin(n,p) ≤ k).
func binomialCDF(n int, p float64, k int) float64 {
	if k < 0 {
		return 0
	}
	return distuv.Binomial{N: float64(n), P: p}.CDF(float64(k))
}
