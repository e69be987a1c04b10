package stats

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestMinValues(t *testing.T) {
	for q, want := range map[float64]int{0.5: 6, 0.9: 36, 0.95: 72, 0.99: 368, 0.999: 3688, 0.01: 368} {
		if got := MinValues(q, 0.95); got != want {
			t.Errorf("MinValues(%v) = %d, want %d", q, got, want)
		}
		for _, n := range []int{want - 1, want} {
			r, err := QuantileRanks(n, q, 0.95)
			if finite := r.Low > 0 && r.High <= n; err != nil || finite != (n == want) || finite != (r.Reason == "") {
				t.Errorf("quantile %v of %d values: %+v, %v", q, n, r, err)
			}
		}
	}
}

// Sign-test critical values, two-sided 5 %: the median lies between the (c+1)-th smallest and largest values
// (e.g. Conover, Practical Nonparametric Statistics, table A3).
func TestMedianRanks(t *testing.T) {
	for n, low := range map[int]int{6: 1, 8: 1, 9: 2, 11: 2, 12: 3, 15: 4, 17: 5, 20: 6, 25: 8, 30: 10, 50: 18, 100: 40} {
		r, err := QuantileRanks(n, 0.5, 0.95)
		if err != nil || r.Low != low || r.High != n+1-low {
			t.Errorf("n=%d: ranks %d to %d, %v; want %d to %d", n, r.Low, r.High, err, low, n+1-low)
		}
	}
}

func TestMedian(t *testing.T) {
	e, err := Median([]float64{9, 1, 8, 2, 7, 3, 6, 4}, 0.95)
	want := Estimate{Point: 5, Low: 1, High: 9, N: 8, Confidence: 1 - 2.0/256}
	if err != nil || !near(e.Confidence, want.Confidence, 1e-12) {
		t.Fatalf("got %+v, %v; want %+v", e, err, want)
	}
	if e.Confidence = want.Confidence; e != want {
		t.Errorf("got %+v, want %+v", e, want)
	}
	few, err := Median([]float64{3, 1, 2}, 0.95)
	if want := "need at least 6 values for 95 % bounds of the 0.5 quantile, have 3"; err != nil || few.Point != 2 || few.Reason != want || few.Finite() {
		t.Errorf("got %+v, %v; want point 2 and %q", few, err, want)
	}
}

func TestQuantileOfOneSideKnown(t *testing.T) {
	x := make([]float64, 200)
	for i := range x {
		x[i] = float64(200 - i)
	}
	e, err := Quantile(x, 0.99, 0.95)
	if err != nil || e.Point != 198 || math.IsInf(e.Low, -1) || !math.IsInf(e.High, 1) || e.Reason == "" {
		t.Errorf("got %+v, %v; want 198 with a lower bound only", e, err)
	}
}

func TestQuantileRanksProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 3000).Draw(t, "n")
		q := rapid.SampledFrom([]float64{0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999}).Draw(t, "q")
		c := rapid.SampledFrom([]float64{0.5, 0.9, 0.95, 0.99}).Draw(t, "confidence")
		r, err := QuantileRanks(n, q, c)
		if err != nil {
			t.Fatal(err)
		}
		if r.Low > r.Point || r.Point > r.High || r.Point < 1 || r.Point > n {
			t.Fatalf("ranks out of order: %+v", r)
		}
		if r.Confidence < c-1e-9 {
			t.Fatalf("achieves %v, asked for %v", r.Confidence, c)
		}
		// The same ranks from the mirrored quantile.
		m, _ := QuantileRanks(n, 1-q, c)
		if m.Low != n+1-r.High || m.High != n+1-r.Low {
			t.Fatalf("mirrored ranks %+v of %+v", m, r)
		}
		// Both bounds are as narrow as the level allows.
		limit := (1 - c) / 2
		if r.Low < n && binomialCDF(n, q, r.Low) <= limit*(1-1e-6) {
			t.Fatalf("low %d could be higher: %+v", r.Low, r)
		}
	})
}

func TestQuantileRefuses(t *testing.T) {
	for _, q := range []float64{0, 1, -0.5, 99, math.NaN()} {
		if _, err := Quantile([]float64{1}, q, 0.95); err == nil {
			t.Errorf("quantile %v: no error", q)
		}
	}
	if _, err := QuantileRanks(0, 0.5, 0.95); err == nil {
		t.Error("no values: no error")
	}
}
