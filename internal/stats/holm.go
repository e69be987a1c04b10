package stats

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Holm adjusts the p-values of a family of comparisons: rejecting where the result is at most α keeps the chance of even
// one false rejection at or below α, whatever the dependence between the comparisons. Results are in the order of p and
// never below it. Source: Holm 1979; the adjusted form as in R's p.adjust(method = "holm").
func Holm(p []float64) []float64 {
	adjusted := make([]float64, len(p))
	highest := 0.0
	for rank, i := range ascending(p) {
		highest = max(highest, min(1, float64(len(p)-rank)*p[i]))
		adjusted[i] = highest
	}
	return adjusted
}

// HolmConfidence returns at which confidence to compute the interval of each comparison, so that it excludes its null
// exactly when Holm's test with the two-sided p-values p rejects at 1 − confidence: 1 − α/(m−r+1) for the r-th rejected
// of m, 1 − α/(number not rejected) for the others. These intervals carry the decisions of the family; for bounds that hold jointly
// see HolmBounds.
func HolmConfidence(p []float64, confidence float64) []float64 {
	levels := make([]float64, len(p))
	divisor, stopped := len(p), false
	for _, i := range ascending(p) {
		// The first that is not rejected ends the steps: it and all larger ones are judged at the same level.
		stopped = stopped || !atMost(p[i], (1-confidence)/float64(divisor))
		levels[i] = 1 - (1-confidence)/float64(divisor)
		if !stopped {
			divisor--
		}
	}
	return levels
}

// HolmBounds returns lower bounds that hold jointly: with a chance of at least (1+confidence)/2 the centre of every
// d[i] is at or above bound i, and bound i is at or above nulls[i] exactly when Holm's one-sided signed-rank tests of
// "centre i is above nulls[i]" reject. The price of joint coverage: while some test is not rejected, the rejected ones
// get no more than their null as the bound. A bound is −Inf when there are too few pairs.
// Source: Guilbaud 2008, Simultaneous confidence regions corresponding to Holm's step-down procedure, §3; Strassburger
// and Bretz 2008.
func HolmBounds(d [][]float64, nulls []float64, confidence float64) ([]float64, error) {
	if len(d) != len(nulls) {
		return nil, fmt.Errorf("%d comparisons and %d nulls: give one null for each", len(d), len(nulls))
	}
	p := make([]float64, len(d))
	for i := range d {
		one, err := SignedRankP(d[i], nulls[i])
		if err != nil {
			return nil, err
		}
		p[i] = 2 * one
	}
	rejected := 0
	for _, a := range Holm(p) {
		if atMost(a, 1-confidence) {
			rejected++
		}
	}
	open := len(d) - rejected
	bounds := make([]float64, len(d))
	for i, a := range Holm(p) {
		if atMost(a, 1-confidence) && open > 0 {
			bounds[i] = nulls[i]
			continue
		}
		divisor := open
		if open == 0 {
			divisor = len(d)
		}
		e, err := SignedRank(d[i], 1-(1-confidence)/float64(divisor))
		if err != nil {
			return nil, err
		}
		bounds[i] = e.Low
		if open == 0 {
			bounds[i] = math.Max(e.Low, nulls[i])
		}
	}
	return bounds, nil
}

// ascending returns the indices of p from the smallest value to the largest; equal values keep their order.
func ascending(p []float64) []int {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(p[i], p[j]) })
	return order
}
