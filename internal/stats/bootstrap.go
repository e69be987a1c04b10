package stats

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// A Bootstrap says how to resample trials.
type Bootstrap struct {
	Quantile   float64 // 0.99 for p99
	Confidence float64 // such as 0.95
	Resamples  int     // 0: 2 000
	Seed       uint64
	Paired     bool // base[i] and head[i] are of one block and are drawn together
}

// A QuantileChange compares a quantile of all requests of base with that of head.
type QuantileChange struct {
	Base, Head float64  // of the merged histograms, in their unit
	Difference Estimate // head − base
	Ratio      Estimate // head ÷ base; not a number when Base is 0
}

// bootstrapTrials is the fewest trials a side for which a bootstrap interval means anything.
const bootstrapTrials = 6

// BootstrapQuantile compares a quantile of merged histograms, one histogram of response times per trial. It resamples
// whole trials (clusters), merges what was drawn and takes the quantile again: requests of one trial are not independent,
// trials are. Percentiles are never averaged.
//
// Intervals are expanded percentile intervals: the percentiles are moved outwards as far as Student's t is from the normal
// distribution at this number of trials, and by √(n/(n−1)), because plain percentile intervals of few clusters are too
// narrow. They are approximate all the same, most of all for extreme quantiles and fewer than ten trials; for verdicts use
// SignedRank on the quantile of each trial. Below six trials a side the bounds are infinite and Reason says so.
//
// Sources: Davison and Hinkley 1997, §3.8 (resampling of clusters); Hesterberg 2015, What Teachers Should Know about the
// Bootstrap, §4.1 (expanded percentile interval).
func BootstrapQuantile(base, head []*hdrhistogram.Histogram, b Bootstrap) (QuantileChange, error) {
	if err := b.check(base, head); err != nil {
		return QuantileChange{}, err
	}
	values := binValues(base, head)
	a, h := newPile(values, base), newPile(values, head)
	everyBase, everyHead := indices(len(base)), indices(len(head))
	c := QuantileChange{Base: a.quantile(b.Quantile, everyBase), Head: h.quantile(b.Quantile, everyHead)}
	n := min(len(base), len(head))
	c.Difference = Estimate{Point: c.Head - c.Base, N: n}
	c.Ratio = Estimate{Point: c.Head / c.Base, N: n}
	if n < bootstrapTrials {
		reason := fmt.Sprintf("need at least %d trials a side for a bootstrap interval, have %d", bootstrapTrials, n)
		c.Difference.Low, c.Difference.High, c.Difference.Confidence, c.Difference.Reason = math.Inf(-1), math.Inf(1), 1, reason
		c.Ratio.Low, c.Ratio.High, c.Ratio.Confidence, c.Ratio.Reason = 0, math.Inf(1), 1, reason
		return c, nil
	}
	resamples := b.Resamples
	if resamples == 0 {
		resamples = 2000
	}
	rng := rand.New(rand.NewPCG(b.Seed, 0))
	differences, ratios := make([]float64, resamples), make([]float64, resamples)
	for i := range resamples {
		draw(rng, everyBase)
		if b.Paired {
			copy(everyHead, everyBase)
		} else {
			draw(rng, everyHead)
		}
		x, y := a.quantile(b.Quantile, everyBase), h.quantile(b.Quantile, everyHead)
		differences[i], ratios[i] = y-x, y/x
	}
	b.bound(&c.Difference, differences)
	b.bound(&c.Ratio, ratios)
	return c, nil
}

func (b Bootstrap) check(base, head []*hdrhistogram.Histogram) error {
	if err := checkConfidence(b.Confidence); err != nil {
		return err
	}
	if !(b.Quantile > 0 && b.Quantile < 1) {
		return fmt.Errorf("quantile %v is not between 0 and 1: ask for 0.99 to get p99", b.Quantile)
	}
	if b.Resamples < 0 || b.Resamples > 0 && b.Resamples < 200 {
		return fmt.Errorf("%d resamples are too few for an interval: ask for 2000", b.Resamples)
	}
	if b.Paired && len(base) != len(head) {
		return fmt.Errorf("base has %d trials, head %d: pair them by block and leave out blocks where one is missing", len(base), len(head))
	}
	if len(base) == 0 || len(head) == 0 {
		return fmt.Errorf("base has %d trials, head %d: run at least one of each", len(base), len(head))
	}
	for i, h := range slices.Concat(base, head) {
		if h == nil || h.TotalCount() == 0 {
			return fmt.Errorf("histogram %d is empty: leave out trials without a success", i+1)
		}
	}
	return nil
}

// bound sets the expanded percentile interval from the resampled figures.
func (b Bootstrap) bound(e *Estimate, figures []float64) {
	slices.Sort(figures)
	n := float64(e.N)
	tail := normalCDF(math.Sqrt(n/(n-1)) * studentQuantile((1-b.Confidence)/2, e.N-1))
	k := min(max(1, int(tail*float64(len(figures)+1))), len(figures)/2)
	e.Low, e.High, e.Confidence = min(e.Point, figures[k-1]), max(e.Point, figures[len(figures)-k]), b.Confidence
}

// draw fills picks with trials drawn with replacement.
func draw(rng *rand.Rand, picks []int) {
	for i := range picks {
		picks[i] = rng.IntN(len(picks))
	}
}

func indices(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}
