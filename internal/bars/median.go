package bars

import "slices"

// Median is that of at least one value, the mean of the middle two of an even number.
func Median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
