package stats

import (
	"math"
	"math/bits"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// The permeability data of Hollander and Wolfe, the ozone of May and August in airquality, and ToothGrowth: the data of
// R's own examples.
var (
	permeabilityTerm  = []float64{0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46}
	permeabilityEarly = []float64{1.15, 0.88, 0.90, 0.74, 1.21}
	ozoneMay          = []float64{41, 36, 12, 18, 28, 23, 19, 8, 7, 16, 11, 14, 18, 14, 34, 6, 30, 11, 1, 11, 4, 32, 23, 45, 115, 37}
	ozoneAugust       = []float64{39, 9, 16, 78, 35, 66, 122, 89, 110, 44, 28, 65, 22, 59, 23, 31, 44, 21, 9, 45, 168, 73, 76, 118, 84, 85}
	toothOJ           = []float64{15.2, 21.5, 17.6, 9.7, 14.5, 10, 8.2, 9.4, 16.5, 9.7, 19.7, 23.3, 23.6, 26.4, 20, 25.2, 25.8, 21.2, 14.5, 27.3, 25.5, 26.4, 22.4, 24.5, 24.8, 30.9, 26.4, 27.3, 29.4, 23}
	toothVC           = []float64{4.2, 11.5, 7.3, 5.8, 6.4, 10, 11.2, 11.2, 5.2, 7, 16.5, 16.5, 15.2, 17.3, 22.5, 17.3, 13.6, 14.5, 18.8, 15.5, 23.6, 18.5, 33.9, 25.5, 26.4, 32.5, 26.7, 21.5, 23.3, 29.5}
)

// Statistics and p-values as R prints them.
func TestMannWhitneyPublished(t *testing.T) {
	for name, c := range map[string]struct {
		base, head []float64
		u, p, tol  float64
		exact      bool
	}{
		"permeability": {permeabilityEarly, permeabilityTerm, 35, 2 * 0.1272, 1e-4, true}, // alternative = "greater": 0.1272
		"airquality":   {ozoneAugust, ozoneMay, 127.5, 0.0001208, 5e-8, false},
		"ToothGrowth":  {toothVC, toothOJ, 575.5, 0.06449, 5e-6, false},
	} {
		s, err := MannWhitney(c.base, c.head, 0.95)
		if err != nil || s.U != c.u || math.Abs(s.P-c.p) > c.tol || s.Exact != c.exact {
			t.Errorf("%s: U = %v, p = %v, exact %v, %v; want %v, %v, %v", name, s.U, s.P, s.Exact, err, c.u, c.p, c.exact)
		}
	}
	// coin's wilcox_test, exact: difference in location 0.305, 95 percent interval −0.15 to 0.76.
	s, _ := MannWhitney(permeabilityEarly, permeabilityTerm, 0.95)
	if !near(s.Point, 0.305, 1e-9) || !near(s.Low, -0.15, 1e-9) || !near(s.High, 0.76, 1e-9) {
		t.Errorf("permeability: %+v, want 0.305 from -0.15 to 0.76", s.Estimate)
	}
}

// Two-sided 5 % critical values of U (reject when the smaller U is at most that) as in the usual tables.
func TestMannWhitneyCriticalValues(t *testing.T) {
	for _, c := range []struct{ m, n, critical int }{
		{4, 4, 0}, {5, 5, 2}, {6, 6, 5}, {7, 7, 8}, {8, 8, 13}, {9, 9, 17}, {10, 10, 23}, {12, 12, 37}, {15, 15, 64},
		{20, 20, 127}, {3, 5, 0}, {4, 6, 2}, {5, 8, 6}, {6, 10, 11}, {8, 12, 22}, {10, 15, 39}, {2, 8, 0},
	} {
		for _, swap := range []bool{false, true} {
			m, n := c.m, c.n
			if swap {
				m, n = n, m
			}
			if k, _ := mannWhitneyRank(m, n, 0.025); k-1 != c.critical {
				t.Errorf("%d and %d: critical value %d, want %d", m, n, k-1, c.critical)
			}
		}
	}
}

func TestMannWhitneyNullByEnumeration(t *testing.T) {
	for m := 1; m <= 6; m++ {
		for n := 1; n <= 6; n++ {
			count := make([]int, m*n+1)
			total := 0
			for set := uint(0); set < 1<<(m+n); set++ {
				if bits.OnesCount(set) != m {
					continue
				}
				u, headSeen := 0, 0
				for i := range m + n {
					if set&(1<<i) != 0 {
						u += headSeen
					} else {
						headSeen++
					}
				}
				count[u]++
				total++
			}
			below := 0
			for u, c := range count {
				below += c
				if got, want := mannWhitneyCDF(m, n, u), float64(below)/float64(total); !near(got, want, 1e-14) {
					t.Fatalf("%d and %d: P(U ≤ %d) = %v, want %v", m, n, u, got, want)
				}
			}
		}
	}
}

func TestMannWhitneyLargeSamples(t *testing.T) {
	exact := mannWhitneyCumulative(50, 50)
	k, _ := mannWhitneyRank(50, 50, 0.025)
	sd := math.Sqrt(2500.0 * 101 / 12)
	if approx := normalCDF((float64(k-1) + 0.5 - 1250) / sd); math.Abs(approx-exact[k-1]) > 5e-4 {
		t.Errorf("exact tail %v, approximation %v", exact[k-1], approx)
	}
	if next, _ := mannWhitneyRank(51, 51, 0.025); next <= k || next > k+51 {
		t.Errorf("rank %d at 50 a side, %d at 51", k, next)
	}
}

func TestMinTrials(t *testing.T) {
	for _, c := range []float64{0.5, 0.9, 0.95, 0.99, 0.999, 0.99999} {
		n := MinTrials(c)
		enough, _ := mannWhitneyRank(n, n, (1-c)/2)
		short, _ := mannWhitneyRank(n-1, n-1, (1-c)/2)
		if enough == 0 || short != 0 {
			t.Errorf("confidence %v: %d is not the smallest number", c, n)
		}
	}
	s, err := MannWhitney([]float64{1, 2, 3}, []float64{7, 8, 9}, 0.95)
	want := "need at least 4 trials a side for a 95 % interval, have 3 and 3"
	if err != nil || s.Finite() || s.Reason != want || s.Point != 6 {
		t.Errorf("got %+v, %v; want point 6 and %q", s, err, want)
	}
}

func TestMannWhitneyProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := logRatios(1).Draw(t, "base"), logRatios(1).Draw(t, "head")
		c := rapid.SampledFrom([]float64{0.9, 0.95, 0.999}).Draw(t, "confidence")
		s, err := MannWhitney(a, b, c)
		if err != nil {
			t.Fatal(err)
		}
		if !(s.Low <= s.Point && s.Point <= s.High) || s.Confidence < c-1e-9 || s.P < 0 || s.P > 1 {
			t.Fatalf("implausible %+v", s)
		}
		w, _ := MannWhitney(b, a, c)
		if m := w.Mirror(); !sameButReason(m, s.Estimate) || w.U != float64(len(a)*len(b))-s.U || !near(w.P, s.P, 1e-12) {
			t.Fatalf("swapped %+v from %+v", w, s)
		}
		slices.Reverse(a)
		slices.Sort(b)
		if r, _ := MannWhitney(a, b, c); r != s {
			t.Fatalf("reordered %+v from %+v", r, s)
		}
		if s.Exact && s.Finite() && s.Excludes(0) != atMost(s.P, 1-c) {
			t.Fatalf("interval and p-value disagree: %+v", s)
		}
	})
}

func TestUnpairedRatio(t *testing.T) {
	base := []float64{10, 11, 12, 13, 14}
	s, err := UnpairedRatio(base, []float64{20, 22, 24, 26, 28}, 0.95)
	if err != nil || !near(s.Point, 2, 1e-12) || s.Low >= 2 || s.High <= 2 || s.Low <= 1 {
		t.Errorf("got %+v, %v; want 2 with an interval around it", s, err)
	}
	if _, err := UnpairedRatio(base, []float64{0, 1}, 0.95); err == nil {
		t.Error("a value of 0: no error")
	}
}
