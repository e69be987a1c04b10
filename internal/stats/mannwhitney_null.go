package stats

import (
	"math"
	"sort"
)

// mannWhitneyExact is the most values a side for which the exact null distribution is computed, as in R.
const mannWhitneyExact = 50

// mannWhitneyCumulative returns P(U ≤ u) for u = 0 … m·n under the null, by the recurrence of Mann and Whitney 1947 on
// probabilities: the largest of all values belongs to the first sample, and then exceeds all n of the second, or to the second.
func mannWhitneyCumulative(m, n int) []float64 {
	// previous[j] is the distribution for i−1 and j values, row[j] the one for i and j.
	previous := make([][]float64, n+1)
	for j := range previous {
		previous[j] = []float64{1}
	}
	for i := 1; i <= m; i++ {
		row := make([][]float64, n+1)
		row[0] = []float64{1}
		for j := 1; j <= n; j++ {
			p := make([]float64, i*j+1)
			share := float64(i) / float64(i+j)
			for u, v := range previous[j] {
				p[u+j] += share * v
			}
			for u, v := range row[j-1] {
				p[u] += (1 - share) * v
			}
			row[j] = p
		}
		previous = row
	}
	return cumulate(previous[n])
}

// mannWhitneyNull returns u ↦ P(U ≤ u) for m and n values: exact, or the normal approximation beyond mannWhitneyExact.
func mannWhitneyNull(m, n int) func(u int) float64 {
	if m <= mannWhitneyExact && n <= mannWhitneyExact {
		c := mannWhitneyCumulative(min(m, n), max(m, n)) // one order, so that swapped samples agree to the last bit
		return func(u int) float64 { return c[min(u, len(c)-1)] }
	}
	f := float64(m) * float64(n)
	sd := math.Sqrt(f * float64(m+n+1) / 12)
	return func(u int) float64 { return normalCDF((float64(u) + 0.5 - f/2) / sd) }
}

func mannWhitneyCDF(m, n, u int) float64 { return mannWhitneyNull(m, n)(u) }

// mannWhitneyRank returns the largest k with tail = P(U ≤ k−1) ≤ limit; 0 when there is none.
func mannWhitneyRank(m, n int, limit float64) (k int, tail float64) {
	cdf := mannWhitneyNull(m, n)
	k = sort.Search(m*n, func(u int) bool { return !atMost(cdf(u), limit) })
	if k == 0 {
		return 0, 0
	}
	return k, cdf(k - 1)
}
