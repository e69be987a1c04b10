package stats

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sort"

	"gonum.org/v1/gonum/stat"
)

// A GatePoint says what the gate does to one true change of one metric.
type GatePoint struct {
	Effect  float64 // true relative change for the worse, such as 0.05
	Flagged float64 // chance that the metric is flagged
	Failed  float64 // chance that it is flagged and confirmed: the gate is red
	Pairs   float64 // pairs to expect before the confirmation
}

// A GateCurve is the operating characteristic of a gate for one metric at one level of noise: what it can and cannot see.
type GateCurve struct {
	margin, sd float64
	gate       Gate
	looks      [][]bounds // per simulated run, per look
	confirm    []bounds   // per simulated run; empty without confirmation
}

// bounds are those of differences before they are multiplied by sd.
type bounds struct{ low, point, high float64 }

// curveRuns is how many gates are simulated; the standard error of a share is then at most half a point.
const curveRuns = 10_000

// Curve computes the operating characteristic of metric i when its log ratios have standard deviation sd and the other
// metrics have not changed. The signed-rank interval moves with the data, so gates on standard normal differences,
// simulated once from the seed, give the whole curve: a true log ratio μ is flagged at a look where μ + sd·low is above the
// margin. The metric is judged at α ÷ (metrics × looks), Holm's level for the first to be flagged.
//
// Normal noise without drift between the arms of a pair is assumed. Heavier tails at the same sd are seen better.
func (g Gate) Curve(i int, sd float64, seed uint64) (*GateCurve, error) {
	return g.curve(i, sd, seed, (*rand.Rand).NormFloat64)
}

// CurveFrom is Curve for noise as it was found: log ratios of pairs of equal sides, of which each simulated pair draws
// one. Their mean is taken away. With fewer than a hundred or so the tails are missing, and Curve says more.
func (g Gate) CurveFrom(i int, noise []float64, seed uint64) (*GateCurve, error) {
	if err := checkSample("log ratio", noise); err != nil {
		return nil, err
	}
	mean := stat.Mean(noise, nil)
	return g.curve(i, 1, seed, func(rng *rand.Rand) float64 { return noise[rng.IntN(len(noise))] - mean })
}

// curve simulates gates on differences drawn by draw and multiplied by sd.
func (g Gate) curve(i int, sd float64, seed uint64, draw func(*rand.Rand) float64) (*GateCurve, error) {
	if err := g.Check(); err != nil {
		return nil, err
	}
	if i < 0 || i >= len(g.Margins) || !(sd >= 0) || math.IsInf(sd, 1) {
		return nil, fmt.Errorf("curve of metric %d at standard deviation %v: there are %d metrics, and it must be a number from 0", i, sd, len(g.Margins))
	}
	c := &GateCurve{margin: math.Log1p(g.Margins[i]), sd: sd, gate: g}
	rng := rand.New(rand.NewPCG(seed, uint64(i)))
	adjusted := (1 - g.level()) / 2 / float64(len(g.Margins))
	plain := (1 - g.level()) / 2
	for range curveRuns {
		var z []float64
		looks := make([]bounds, len(g.Looks))
		for k, n := range g.Looks {
			z = appendDrawn(rng, draw, z, n)
			w := walsh(z)
			low, _ := walshBounds(w, n, adjusted)
			_, high := walshBounds(w, n, plain)
			looks[k] = bounds{low: low, high: high}
		}
		c.looks = append(c.looks, looks)
		if g.Confirm > 0 {
			w := walsh(appendDrawn(rng, draw, nil, g.Confirm))
			low, _ := walshBounds(w, g.Confirm, (1-g.Confidence)/2)
			c.confirm = append(c.confirm, bounds{low: low, point: median(w)})
		}
	}
	return c, nil
}

// appendDrawn extends z to n drawn values.
func appendDrawn(rng *rand.Rand, draw func(*rand.Rand) float64, z []float64, n int) []float64 {
	for len(z) < n {
		z = append(z, draw(rng))
	}
	return z
}

// walshBounds are the bounds among sorted Walsh averages w of n pairs with the given one-sided tail; infinite for too few.
func walshBounds(w []float64, n int, tail float64) (low, high float64) {
	k, _ := signedRankRank(n, tail)
	if k == 0 {
		return math.Inf(-1), math.Inf(1)
	}
	return w[k-1], w[len(w)-k]
}

// At returns the point of the curve at a true relative change for the worse; negative for an improvement.
func (c *GateCurve) At(effect float64) GatePoint {
	mu := math.Log1p(effect)
	flagged, pairs := 0, 0
	for _, looks := range c.looks {
		for k, b := range looks {
			last := k == len(looks)-1
			if flag := mu+c.sd*b.low > c.margin; flag || last || mu+c.sd*b.high < c.margin {
				pairs += c.gate.Looks[k]
				if flag {
					flagged++
				}
				break
			}
		}
	}
	runs := float64(len(c.looks))
	p := GatePoint{Effect: effect, Flagged: float64(flagged) / runs, Pairs: float64(pairs) / runs}
	p.Failed = p.Flagged * c.confirmed(mu)
	return p
}

// confirmed is the chance that fresh pairs confirm a flag at true log ratio mu.
func (c *GateCurve) confirmed(mu float64) float64 {
	if len(c.confirm) == 0 {
		return 1
	}
	n := 0
	for _, b := range c.confirm {
		if mu+c.sd*b.low > 0 && mu+c.sd*b.point >= c.margin {
			n++
		}
	}
	return float64(n) / float64(len(c.confirm))
}

// Sees returns the smallest true relative change, to a hundredth of a percent, at which the gate fails with at least the
// given chance, such as 0.95; +Inf when a tenfold figure would not do.
func (c *GateCurve) Sees(power float64) float64 {
	const step, most = 1e-4, 9.0
	k := sort.Search(int(most/step), func(k int) bool { return c.At(float64(k)*step).Failed >= power })
	if float64(k)*step >= most {
		return math.Inf(1)
	}
	return float64(k) * step
}
