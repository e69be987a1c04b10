package stats

import (
	"math"
	"math/bits"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func near(got, want, tolerance float64) bool {
	return got == want || math.Abs(got-want) <= tolerance*max(1, math.Abs(want))
}

// The depression data of Hollander and Wolfe, as in the examples of R's wilcox.test.
var (
	depressionBefore = []float64{1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30}
	depressionAfter  = []float64{0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29}
)

func differences(a, b []float64) []float64 {
	d := make([]float64, len(a))
	for i := range a {
		d[i] = b[i] - a[i]
	}
	return d
}

func TestSignedRankDepressionData(t *testing.T) {
	// R: wilcox.test(x, y, paired = TRUE, alternative = "greater"): V = 40, p-value = 0.01953.
	p, err := SignedRankP(differences(depressionAfter, depressionBefore), 0)
	if err != nil || !near(p, 0.01953125, 1e-12) {
		t.Errorf("p = %v, %v; want 0.01953125 (R prints 0.01953)", p, err)
	}
	// Hollander and Wolfe, examples 3.3 and 3.4: point −0.46, 96.1 % interval from −0.786 to −0.010.
	e, err := SignedRank(differences(depressionBefore, depressionAfter), 0.95)
	if err != nil {
		t.Fatal(err)
	}
	want := Estimate{Point: -0.46, Low: -0.786, High: -0.010, N: 9, Confidence: 0.9609375}
	if !near(e.Point, want.Point, 1e-9) || !near(e.Low, want.Low, 1e-9) || !near(e.High, want.High, 1e-9) ||
		e.N != want.N || !near(e.Confidence, want.Confidence, 1e-12) {
		t.Errorf("got %+v, want %+v", e, want)
	}
}

// Outputs of R's wilcox.test, two-sided and one-sided, without ties.
func TestSignedRankPublishedP(t *testing.T) {
	x := depressionBefore
	traffic := differences(
		[]float64{159, 135, 141, 101, 102, 168, 62, 167, 174, 159, 66, 118, 181, 171, 112},
		[]float64{214, 159, 169, 202, 103, 119, 200, 109, 132, 142, 194, 104, 219, 119, 234})
	for name, c := range map[string]struct {
		d         []float64
		null      float64
		twoSided  bool
		want, tol float64
	}{
		"x, mu = 1.6":                          {x, 1.6, true, 0.4961, 5e-5},
		"x, mu = 3, alternative = \"greater\"": {x, 3, false, 0.998, 5e-4},
		"traffic, paired":                      {traffic, 0, true, 0.2769, 5e-5},
	} {
		p, err := SignedRankP(c.d, c.null)
		if c.twoSided {
			p *= 2
		}
		if err != nil || math.Abs(p-c.want) > c.tol {
			t.Errorf("%s: p = %v, %v; want %v", name, p, err, c.want)
		}
	}
}

// Two-sided 5 % critical values T (reject when the smaller rank sum is ≤ T) as in the usual tables, e.g. Siegel 1956,
// table G, and McCornack 1965.
func TestSignedRankCriticalValues(t *testing.T) {
	want := map[int]int{6: 0, 7: 2, 8: 3, 9: 5, 10: 8, 11: 10, 12: 13, 13: 17, 14: 21, 15: 25, 16: 29, 17: 34, 18: 40,
		19: 46, 20: 52, 21: 58, 22: 65, 23: 73, 24: 81, 25: 89, 30: 137, 40: 264, 50: 434, 100: 1955}
	for n, critical := range want {
		if k, _ := signedRankRank(n, 0.025); k-1 != critical {
			t.Errorf("n=%d: critical value %d, want %d", n, k-1, critical)
		}
	}
	for n := 1; n < 6; n++ {
		if k, _ := signedRankRank(n, 0.025); k != 0 {
			t.Errorf("n=%d: k = %d, want none", n, k)
		}
	}
}

func TestSignedRankNullByEnumeration(t *testing.T) {
	for n := 1; n <= 12; n++ {
		count := make([]int, n*(n+1)/2+1)
		for signs := uint(0); signs < 1<<n; signs++ {
			sum := 0
			for s := signs; s != 0; s &= s - 1 {
				sum += bits.TrailingZeros(s) + 1
			}
			count[sum]++
		}
		below := 0
		for v, c := range count {
			below += c
			if got, want := signedRankCDF(n, v), float64(below)/float64(int(1)<<n); !near(got, want, 1e-14) {
				t.Fatalf("n=%d: P(T ≤ %d) = %v, want %v", n, v, got, want)
			}
		}
	}
}

func TestSignedRankLargeSamples(t *testing.T) {
	// The approximation takes over at 201 pairs: its ranks must continue those of the exact distribution.
	mean, sd := signedRankMoments(200)
	for _, limit := range []float64{0.05, 0.025, 0.00625, 0.001} {
		exact, _ := signedRankRank(200, limit)
		c := signedRankCumulative(200)[exact-1]
		if z := (float64(exact-1) + 0.5 - mean) / sd; math.Abs(normalCDF(z)-c) > 2e-4 {
			t.Errorf("limit %v: exact tail %v, approximation %v", limit, c, normalCDF(z))
		}
		next, _ := signedRankRank(201, limit)
		if next <= exact || next > exact+201 {
			t.Errorf("limit %v: rank %d at 200 pairs, %d at 201", limit, exact, next)
		}
	}
}

func TestSignedRankTooFewPairs(t *testing.T) {
	e, err := SignedRank([]float64{1, 2, 4}, 0.95)
	if err != nil {
		t.Fatal(err)
	}
	want := Estimate{Point: 2.25, Low: math.Inf(-1), High: math.Inf(1), N: 3, Confidence: 1,
		Reason: "need at least 6 pairs for a 95 % interval, have 3"}
	if e != want || e.Finite() {
		t.Errorf("got %+v, want %+v", e, want)
	}
	for confidence, want := range map[float64]int{0.5: 2, 0.9: 5, 0.95: 6, 0.9875: 8, 0.99: 8, 0.999: 11, 1 - 0.05/12: 9} {
		if got := MinPairs(confidence); got != want {
			t.Errorf("MinPairs(%v) = %d, want %d", confidence, got, want)
		}
	}
}

func TestSignedRankRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		d          []float64
		confidence float64
		want       string
	}{
		"empty":      {nil, 0.95, "no difference to compare: run at least one trial"},
		"not number": {[]float64{1, math.NaN()}, 0.95, "difference 2 is NaN: leave out trials without a value"},
		"infinite":   {[]float64{math.Inf(1)}, 0.95, "difference 1 is +Inf: leave out trials without a value"},
		"requests":   {make([]float64, 5001), 0.95, "5001 differences, more than 5000: give one figure per trial, not per request"},
		"confidence": {[]float64{1}, 95, "confidence 95 is not between 0 and 1: ask for 0.95"},
	} {
		if _, err := SignedRank(c.d, c.confidence); err == nil || err.Error() != c.want {
			t.Errorf("%s: error %v, want %q", name, err, c.want)
		}
	}
}

// logRatios draws a sample of plausible differences; from a coarse grid, so that ties and zeros are frequent.
func logRatios(least int) *rapid.Generator[[]float64] {
	value := rapid.OneOf(
		rapid.Float64Range(-2, 2),
		rapid.Map(rapid.IntRange(-8, 8), func(i int) float64 { return float64(i) / 8 }))
	return rapid.SliceOfN(value, least, 40)
}

func TestSignedRankProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := logRatios(1).Draw(t, "d")
		c := rapid.SampledFrom([]float64{0.5, 0.9, 0.95, 0.9875, 0.999}).Draw(t, "confidence")
		e, _ := SignedRank(d, c)
		if !(e.Low <= e.Point && e.Point <= e.High) {
			t.Fatalf("point outside the interval: %+v", e)
		}
		if e.Confidence < c-1e-9 {
			t.Fatalf("achieves %v, asked for %v", e.Confidence, c)
		}
		if e.Finite() != (len(d) >= MinPairs(c)) {
			t.Fatalf("finite %v with %d pairs, need %d", e.Finite(), len(d), MinPairs(c))
		}
		// Swapped arms mirror exactly, and the order of the pairs does not matter.
		mirrored := make([]float64, len(d))
		for i := range d {
			mirrored[len(d)-1-i] = -d[i]
		}
		if m, _ := SignedRank(mirrored, c); m.Mirror() != e && !sameButReason(m.Mirror(), e) {
			t.Fatalf("mirrored %+v, want %+v", m.Mirror(), e)
		}
		// A shift of all differences shifts the estimate.
		shifted := slices.Clone(d)
		for i := range shifted {
			shifted[i] += 0.25
		}
		if s, _ := SignedRank(shifted, c); !near(s.Point, e.Point+0.25, 1e-12) || !near(s.Low, e.Low+0.25, 1e-12) {
			t.Fatalf("shifted %+v from %+v", s, e)
		}
		// More confidence, wider interval.
		if wide, _ := SignedRank(d, 1-(1-c)/4); wide.Low > e.Low || wide.High < e.High {
			t.Fatalf("at more confidence %+v is narrower than %+v", wide, e)
		}
	})
}

func sameButReason(a, b Estimate) bool {
	a.Reason, b.Reason = "", ""
	return a == b
}

func TestSignedRankPAgreesWithInterval(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := logRatios(6).Draw(t, "d")
		null := rapid.SampledFrom([]float64{0, 0.125, -0.3, d[0]}).Draw(t, "null")
		e, _ := SignedRank(d, 0.95)
		p, _ := SignedRankP(d, null)
		if (e.Low > null) != (p <= 0.025) {
			t.Fatalf("null %v: low %v, p %v", null, e.Low, p)
		}
	})
}

// The interval by the definition: every centre that the test, done by enumeration of all signs, does not reject. Whole
// numbers, and centres off their averages, so that no ranks are tied.
func TestSignedRankIntervalByEnumeration(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole := rapid.SliceOfNDistinct(rapid.IntRange(-1000, 1000), 6, 9, rapid.ID[int]).Draw(t, "d")
		d := make([]float64, len(whole))
		for i, v := range whole {
			d[i] = float64(v)
		}
		e, _ := SignedRank(d, 0.95)
		for _, null := range []float64{e.Low - 0.25, e.Low + 0.25, e.High - 0.25, e.High + 0.25} {
			if rejected := enumeratedP(d, null) <= 0.05; rejected != e.Excludes(null) {
				t.Fatalf("%v rejected by enumeration: %v; interval %+v", null, rejected, e)
			}
		}
	})
}

// enumeratedP is the two-sided p-value of the signed-rank test by flipping all signs of d − null. There
// must be no ties.
func enumeratedP(d []float64, null float64) float64 {
	n := len(d)
	abs := make([]float64, n)
	for i, v := range d {
		abs[i] = math.Abs(v - null)
	}
	sorted := slices.Sorted(slices.Values(abs))
	observed := 0
	for i, v := range d {
		if v > null {
			r, _ := slices.BinarySearch(sorted, abs[i])
			observed += r + 1
		}
	}
	low, high := 0, 0
	for signs := uint(0); signs < 1<<n; signs++ {
		sum := 0
		for s := signs; s != 0; s &= s - 1 {
			sum += bits.TrailingZeros(s) + 1
		}
		if sum <= observed {
			low++
		}
		if sum >= observed {
			high++
		}
	}
	return min(1, 2*float64(min(low, high))/float64(int(1)<<n))
}
