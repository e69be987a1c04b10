package stats

import (
	"fmt"
	"math"
	"slices"
)

// A Shift is the comparison of two unpaired samples: by how much head is above base.
type Shift struct {
	Estimate
	U     float64 // pairs (base, head) with head above base; ties count one half
	P     float64 // two-sided p-value of the Mann–Whitney test of no shift
	Exact bool    // P comes from the exact null distribution
}

// MannWhitney compares two independent samples, such as the same cell in two stored runs: the Hodges–Lehmann shift
// (median of all differences head[j] − base[i], in the unit of the input) with the interval of shifts that the
// Mann–Whitney test does not reject. Pass logarithms to compare by ratio, or call UnpairedRatio.
//
// Unlike SignedRank it cannot cancel a drift of the machine between the two samples: say "unpaired" beside its result.
//
// Up to 50 values a side the interval is exact for two distributions of one shape, and ties make it wider, never too
// narrow; with more, its ranks come from the normal approximation. P is exact up to 50 values a side without ties,
// otherwise from the normal approximation with corrections for ties and continuity, as in R's wilcox.test; there it may
// disagree with the interval at the edge, and the interval decides. Too few values for the confidence: infinite bounds
// and a Reason.
//
// Sources: Mann and Whitney 1947; Hollander, Wolfe and Chicken §4.1–4.3 (Moses's interval); Lehmann 1975, §1.4 for ties.
func MannWhitney(base, head []float64, confidence float64) (Shift, error) {
	if err := checkConfidence(confidence); err != nil {
		return Shift{}, err
	}
	if err := checkTrials("base value", base); err != nil {
		return Shift{}, err
	}
	if err := checkTrials("head value", head); err != nil {
		return Shift{}, err
	}
	m, n := len(base), len(head)
	diffs := make([]float64, 0, m*n)
	for _, a := range base {
		for _, b := range head {
			diffs = append(diffs, b-a)
		}
	}
	slices.Sort(diffs)
	s := Shift{Estimate: Estimate{Point: median(diffs), N: m + n}}
	s.U, s.P, s.Exact = mannWhitneyP(base, head)
	k, tail := mannWhitneyRank(m, n, (1-confidence)/2)
	if k == 0 {
		s.Low, s.High, s.Confidence = math.Inf(-1), math.Inf(1), 1
		s.Reason = fmt.Sprintf("need at least %d trials a side for a %s interval, have %d and %d", MinTrials(confidence), percent(confidence), m, n)
		return s, nil
	}
	s.Low, s.High, s.Confidence = diffs[k-1], diffs[m*n-k], 1-2*tail
	return s, nil
}

// UnpairedRatio is MannWhitney on logarithms, put back on the scale of ratios head ÷ base. All values must be positive.
func UnpairedRatio(base, head []float64, confidence float64) (Shift, error) {
	a, err := Logs("base value", base)
	if err != nil {
		return Shift{}, err
	}
	b, err := Logs("head value", head)
	if err != nil {
		return Shift{}, err
	}
	s, err := MannWhitney(a, b, confidence)
	s.Estimate = s.Exp()
	return s, err
}

// MinTrials is the smallest number of trials a side, both sides equal, for which MannWhitney can give a finite interval:
// 1 ÷ C(2n, n) ≤ (1−confidence)/2. 4 for 0.95.
func MinTrials(confidence float64) int {
	n := 1
	for p := 0.5; !atMost(p, (1-confidence)/2) && n < 500; n++ {
		p *= float64(n+1) / float64(2*(2*n+1)) // C(2n,n) to C(2n+2,n+1)
	}
	return n
}

// mannWhitneyP returns the statistic and the two-sided p-value of no shift.
func mannWhitneyP(base, head []float64) (u, p float64, exact bool) {
	m, n := len(base), len(head)
	all := slices.Concat(base, head)
	slices.Sort(all)
	ties := 0.0 // Σ t³ − t over groups of equal values
	for i := 0; i < len(all); {
		j := i
		for j < len(all) && all[j] == all[i] {
			j++
		}
		t := float64(j - i)
		ties += t*t*t - t
		i = j
	}
	for _, a := range base {
		for _, b := range head {
			switch {
			case b > a:
				u++
			case b == a:
				u += 0.5
			}
		}
	}
	if ties == 0 && m <= mannWhitneyExact && n <= mannWhitneyExact {
		tail := min(u, float64(m*n)-u)
		return u, min(1, 2*mannWhitneyCDF(m, n, int(tail))), true
	}
	f := float64(m + n)
	variance := float64(m*n) / 12 * (f + 1 - ties/(f*(f-1)))
	if variance <= 0 { // all values equal
		return u, 1, false
	}
	distance := max(0, math.Abs(u-float64(m*n)/2)-0.5)
	return u, min(1, 2*normalCDF(-distance/math.Sqrt(variance))), false
}
