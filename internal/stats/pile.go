package stats

import (
	"math"
	"slices"
	"sort"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// A pile holds the histograms of several trials on common bins, so that the quantile of any choice of trials is a binary
// search over cumulative counts; merging histograms for every resample is a thousand times slower.
type pile struct {
	values     []int64   // highest value of each bin, ascending
	cumulative [][]int64 // per trial: recorded values up to and with each bin
}

// binValues returns the highest values of all bins in use, ascending.
func binValues(sides ...[]*hdrhistogram.Histogram) []int64 {
	var values []int64
	for _, side := range sides {
		for _, h := range side {
			for _, bar := range h.Distribution() {
				if bar.Count > 0 {
					values = append(values, bar.To)
				}
			}
		}
	}
	slices.Sort(values)
	return slices.Compact(values)
}

func newPile(values []int64, trials []*hdrhistogram.Histogram) pile {
	p := pile{values: values}
	for _, h := range trials {
		counts := make([]int64, len(values))
		for _, bar := range h.Distribution() {
			if bar.Count > 0 {
				i, _ := slices.BinarySearch(values, bar.To)
				counts[i] = bar.Count
			}
		}
		for i := 1; i < len(counts); i++ {
			counts[i] += counts[i-1]
		}
		p.cumulative = append(p.cumulative, counts)
	}
	return p
}

// quantile is the q-quantile of the merged histograms of the picked trials, ValueAtQuantile of the merged histogram.
func (p pile) quantile(q float64, picks []int) float64 {
	upTo := func(bin int) int64 {
		sum := int64(0)
		for _, t := range picks {
			sum += p.cumulative[t][bin]
		}
		return sum
	}
	total := upTo(len(p.values) - 1)
	rank := min(total, max(1, int64(math.Floor(q*float64(total)+0.5))))
	return float64(p.values[sort.Search(len(p.values)-1, func(bin int) bool { return upTo(bin) >= rank })])
}

// HistogramQuantile is Quantile for the values recorded in a histogram, in its unit: exact binomial ranks, looked up in the
// bins. Bounds are those of the bins, so they are wider than the ranks by the precision of the histogram. The warning of
// Quantile counts double here: the level ignores that the requests of one trial depend on each other.
func HistogramQuantile(h *hdrhistogram.Histogram, q, confidence float64) (Estimate, error) {
	r, err := QuantileRanks(int(h.TotalCount()), q, confidence)
	if err != nil {
		return Estimate{}, err
	}
	bars := slices.DeleteFunc(h.Distribution(), func(b hdrhistogram.Bar) bool { return b.Count == 0 })
	bar := func(rank int) hdrhistogram.Bar {
		for _, b := range bars {
			if rank -= int(b.Count); rank <= 0 {
				return b
			}
		}
		return bars[len(bars)-1]
	}
	e := r.estimate(func(rank int) float64 { return float64(bar(rank).To) })
	if r.Low > 0 {
		e.Low = float64(bar(r.Low).From)
	}
	return e, nil
}
