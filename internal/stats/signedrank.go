package stats

import (
	"fmt"
	"math"
	"slices"
	"sort"
)

// SignedRank estimates the centre of paired differences d, usually log ratios ln(head) − ln(base), one per pair: the
// Hodges–Lehmann point (median of the Walsh averages (d[i]+d[j])/2, i ≤ j) and the interval of Walsh averages that
// Wilcoxon's signed-rank test does not reject.
//
// The interval is exact for any distribution of d that is symmetric about the centre, and a difference of two trials
// taken in random order is. Up to 200 pairs its level comes from the exact null distribution; from there on from the
// normal approximation. Ties and zeros make it wider, never too narrow. With fewer than MinPairs(confidence) pairs the
// point stands, the bounds are infinite and Reason says how many pairs are needed.
//
// Sources: Hodges and Lehmann 1963; Hollander, Wolfe and Chicken, Nonparametric Statistical Methods, 3rd ed., §3.2–3.3
// (Tukey's interval).
func SignedRank(d []float64, confidence float64) (Estimate, error) {
	if err := checkConfidence(confidence); err != nil {
		return Estimate{}, err
	}
	if err := checkTrials("difference", d); err != nil {
		return Estimate{}, err
	}
	return walshInterval(walsh(d), len(d), confidence), nil
}

// walshInterval is SignedRank for the sorted Walsh averages w of n pairs: several intervals of the same pairs sort only once.
func walshInterval(w []float64, n int, confidence float64) Estimate {
	e := Estimate{Point: median(w), N: n}
	k, tail := signedRankRank(n, (1-confidence)/2)
	if k == 0 {
		e.Low, e.High, e.Confidence = math.Inf(-1), math.Inf(1), 1
		e.Reason = fmt.Sprintf("need at least %d pairs for a %s interval, have %d", MinPairs(confidence), percent(confidence), n)
		return e
	}
	e.Low, e.High, e.Confidence = w[k-1], w[len(w)-k], 1-2*tail
	return e
}

// MinPairs is the smallest number of pairs for which SignedRank can give a finite interval: 2·2⁻ⁿ ≤ 1 − confidence.
// 6 for 0.95, 5 for 0.90, 8 for 0.9875.
func MinPairs(confidence float64) int {
	n := 1
	for !atMost(math.Ldexp(1, -n), (1-confidence)/2) && n < 1000 {
		n++
	}
	return n
}

// SignedRankP is the one-sided p-value of the signed-rank test that the centre of d is above null: the chance of at most
// as many Walsh averages at or below null if null were the centre. It agrees with SignedRank: Low > null at confidence c
// if and only if p ≤ (1−c)/2. For the other side, negate d and null. Two-sided: twice the smaller of the two, at most 1.
//
// Averages equal to null count against the claim, so ties and zeros make p larger, never too small. Without ties p is
// that of R's wilcox.test(d, mu = null, alternative = "greater", exact = TRUE).
func SignedRankP(d []float64, null float64) (float64, error) {
	if err := checkTrials("difference", d); err != nil {
		return 0, err
	}
	return walshP(walsh(d), len(d), null), nil
}

// walshP is SignedRankP for the sorted Walsh averages w of n pairs.
func walshP(w []float64, n int, null float64) float64 {
	return signedRankCDF(n, sort.Search(len(w), func(i int) bool { return w[i] > null }))
}

// walsh returns the n(n+1)/2 Walsh averages of d, sorted.
func walsh(d []float64) []float64 {
	w := make([]float64, 0, len(d)*(len(d)+1)/2)
	for i, a := range d {
		for _, b := range d[i:] {
			w = append(w, (a+b)/2)
		}
	}
	slices.Sort(w)
	return w
}

// median returns the middle of a sorted, non-empty sample; of an even number the mean of the middle two.
func median(sorted []float64) float64 {
	n := len(sorted)
	if n%2 == 1 {
		return sorted[n/2]
	}
	return (sorted[n/2-1] + sorted[n/2]) / 2
}
