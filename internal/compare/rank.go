package compare

import (
	"cmp"
	"slices"

	"github.com/wsgibench/wsgibench/results"
)

// medianOf is the median of a metric over the valid trials of a cell.
func medianOf(r *results.Record, cell, phase, metric string) (float64, bool) {
	var vs []float64
	for _, v := range r.Values(cell, metric, phase, "") {
		if v.Verdict == results.Valid && v.Value != nil {
			vs = append(vs, *v.Value)
		}
	}
	if len(vs) == 0 {
		return 0, false
	}
	slices.Sort(vs)
	n := len(vs)
	return (vs[(n-1)/2] + vs[n/2]) / 2, true
}

func sortBest(s []standing, higherBetter bool) {
	slices.SortStableFunc(s, func(a, b standing) int {
		if higherBetter {
			return cmp.Compare(b.median, a.median)
		}
		return cmp.Compare(a.median, b.median)
	})
}
