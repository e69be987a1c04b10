package stats

import (
	"fmt"
	"math"
)

// Ratio estimates head ÷ base from paired trials, base[i] and head[i] from the same block: SignedRank on the log ratios,
// put back on the scale of ratios. 1 is no change, 1.05 is 5 % more. Swapping base and head gives 1 ÷ Ratio.
// All values must be positive; for figures that can be 0, such as error counts, use SignedRank on the differences.
func Ratio(base, head []float64, confidence float64) (Estimate, error) {
	d, err := LogRatios(base, head)
	if err != nil {
		return Estimate{}, err
	}
	e, err := SignedRank(d, confidence)
	return e.Exp(), err
}

// LogRatios returns ln head[i] − ln base[i] for every pair. It fails when the numbers of trials differ or a value is not
// positive and finite.
func LogRatios(base, head []float64) ([]float64, error) {
	if len(base) != len(head) {
		return nil, fmt.Errorf("base has %d trials, head %d: pair them by block and leave out blocks where one is missing", len(base), len(head))
	}
	a, err := Logs("base value", base)
	if err != nil {
		return nil, err
	}
	b, err := Logs("head value", head)
	if err != nil {
		return nil, err
	}
	for i := range b {
		b[i] -= a[i]
	}
	return b, nil
}

// Logs returns the natural logarithms of x; what names the values in the error about one that is not positive and finite.
func Logs(what string, x []float64) ([]float64, error) {
	if err := checkSample(what, x); err != nil {
		return nil, err
	}
	logs := make([]float64, len(x))
	for i, v := range x {
		if v <= 0 {
			return nil, fmt.Errorf("%s %d is %v: a ratio needs values above 0, compare the differences instead", what, i+1, v)
		}
		logs[i] = math.Log(v)
	}
	return logs, nil
}
