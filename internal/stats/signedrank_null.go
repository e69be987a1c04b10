package stats

import (
	"math"
	"sort"
	"sync"
)

// Up to signedRankTabled pairs the null distribution is computed once per process, up to signedRankExact at every call
// (n³/2 additions), beyond by the normal approximation, which is then right to 2e-4.
const (
	signedRankTabled = 64
	signedRankExact  = 200
)

// signedRankTables holds the cumulative null distributions for 0 … signedRankTabled pairs: constants, computed on first use.
var signedRankTables = sync.OnceValue(func() [][]float64 {
	tables := make([][]float64, signedRankTabled+1)
	pmf := []float64{1}
	tables[0] = []float64{1}
	for n := 1; n <= signedRankTabled; n++ {
		pmf = addRank(pmf, n)
		tables[n] = cumulate(pmf)
	}
	return tables
})

// addRank turns the distribution of the signed-rank sum of n−1 pairs into that of n: rank n is in the sum or not, with
// equal chance.
func addRank(pmf []float64, n int) []float64 {
	next := make([]float64, len(pmf)+n)
	for t, p := range pmf {
		next[t] += p / 2
		next[t+n] += p / 2
	}
	return next
}

func cumulate(pmf []float64) []float64 {
	c := make([]float64, len(pmf))
	sum := 0.0
	for i, p := range pmf {
		sum += p
		c[i] = sum
	}
	return c
}

// signedRankCumulative returns P(T ≤ t) for t = 0 … n(n+1)/2, n ≤ signedRankExact.
func signedRankCumulative(n int) []float64 {
	if n <= signedRankTabled {
		return signedRankTables()[n]
	}
	pmf := []float64{1}
	for i := 1; i <= n; i++ {
		pmf = addRank(pmf, i)
	}
	return cumulate(pmf)
}

// signedRankCDF is P(T ≤ t) for n pairs under the null.
func signedRankCDF(n, t int) float64 {
	top := n * (n + 1) / 2
	switch {
	case t < 0:
		return 0
	case t >= top:
		return 1
	case n <= signedRankExact:
		return signedRankCumulative(n)[t]
	}
	mean, sd := signedRankMoments(n)
	return normalCDF((float64(t) + 0.5 - mean) / sd)
}

// signedRankMoments returns mean and standard deviation of T under the null.
func signedRankMoments(n int) (mean, sd float64) {
	f := float64(n)
	return f * (f + 1) / 4, math.Sqrt(f * (f + 1) * (2*f + 1) / 24)
}

// signedRankRank returns the largest k with tail = P(T ≤ k−1) ≤ limit; 0 when there is none. The k-th smallest and k-th
// largest Walsh averages are the bounds of the interval at confidence 1 − 2·tail.
func signedRankRank(n int, limit float64) (k int, tail float64) {
	cdf := func(t int) float64 { return signedRankCDF(n, t) }
	if n <= signedRankExact {
		c := signedRankCumulative(n) // once, not at every step of the search
		cdf = func(t int) float64 { return c[t] }
	}
	k = sort.Search(n*(n+1)/2, func(t int) bool { return !atMost(cdf(t), limit) })
	if k == 0 {
		return 0, 0
	}
	return k, cdf(k - 1)
}
