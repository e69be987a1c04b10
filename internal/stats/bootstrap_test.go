package stats

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/HdrHistogram/hdrhistogram-go"
	"pgregory.net/rapid"
)

// recorded makes one histogram per trial: n exponential response times around scale, each trial off by its own factor.
func recorded(rng *rand.Rand, trials, n int, scale float64) []*hdrhistogram.Histogram {
	hs := make([]*hdrhistogram.Histogram, trials)
	for i := range hs {
		hs[i] = hdrhistogram.New(1, 1e9, 3)
		trial := scale * math.Exp(0.02*rng.NormFloat64())
		for range n {
			_ = hs[i].RecordValue(int64(trial*rng.ExpFloat64()) + 1)
		}
	}
	return hs
}

func TestPileIsMergedHistogram(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		trials := recorded(rng, rapid.IntRange(1, 6).Draw(t, "trials"), rapid.IntRange(1, 400).Draw(t, "n"), 1e5)
		picks := rapid.SliceOfN(rapid.IntRange(0, len(trials)-1), 1, 8).Draw(t, "picks")
		merged := hdrhistogram.New(1, 1e9, 3)
		for _, p := range picks {
			merged.Merge(trials[p])
		}
		pile := newPile(binValues(trials), trials)
		for _, q := range []float64{0.01, 0.5, 0.9, 0.99, 0.999} {
			if got, want := pile.quantile(q, picks), float64(merged.ValueAtQuantile(100*q)); got != want {
				t.Fatalf("quantile %v: %v, merged histogram %v", q, got, want)
			}
		}
	})
}

func TestBootstrapQuantile(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	base, head := recorded(rng, 12, 2000, 1e5), recorded(rng, 12, 2000, 1.2e5)
	for _, paired := range []bool{false, true} {
		b := Bootstrap{Quantile: 0.9, Confidence: 0.95, Seed: 7, Paired: paired}
		c, err := BootstrapQuantile(base, head, b)
		if err != nil {
			t.Fatal(err)
		}
		if c.Ratio.Low > 1.2 || c.Ratio.High < 1.2 || c.Ratio.Low < 1.1 || c.Ratio.High > 1.3 || c.Ratio.N != 12 {
			t.Errorf("paired %v: ratio %+v, want about 1.2", paired, c.Ratio)
		}
		if c.Difference.Point != c.Head-c.Base || c.Difference.Low <= 0 || !c.Difference.Finite() {
			t.Errorf("paired %v: difference %+v, want above 0", paired, c.Difference)
		}
		if again, _ := BootstrapQuantile(base, head, b); again != c {
			t.Errorf("paired %v: same seed, %+v and %+v", paired, c, again)
		}
	}
	same, err := BootstrapQuantile(base, base, Bootstrap{Quantile: 0.9, Confidence: 0.95, Paired: true})
	if err != nil || same.Ratio.Low != 1 || same.Ratio.High != 1 || same.Difference.Low != 0 {
		t.Errorf("base against itself, paired: %+v, %v", same, err)
	}
	few, err := BootstrapQuantile(base[:5], head, Bootstrap{Quantile: 0.9, Confidence: 0.95})
	if want := "need at least 6 trials a side for a bootstrap interval, have 5"; err != nil || few.Ratio.Reason != want || few.Difference.Finite() {
		t.Errorf("5 trials: %+v, %v; want %q", few, err, want)
	}
}

func TestBootstrapRefuses(t *testing.T) {
	h := recorded(rand.New(rand.NewPCG(1, 2)), 6, 10, 1e5)
	good := Bootstrap{Quantile: 0.9, Confidence: 0.95}
	for name, c := range map[string]struct {
		base, head []*hdrhistogram.Histogram
		b          Bootstrap
	}{
		"quantile":   {h, h, Bootstrap{Quantile: 99, Confidence: 0.95}},
		"confidence": {h, h, Bootstrap{Quantile: 0.9}},
		"resamples":  {h, h, Bootstrap{Quantile: 0.9, Confidence: 0.95, Resamples: 10}},
		"pairs":      {h, h[:5], Bootstrap{Quantile: 0.9, Confidence: 0.95, Paired: true}},
		"none":       {nil, h, good},
		"empty":      {h, []*hdrhistogram.Histogram{hdrhistogram.New(1, 1e9, 3)}, good},
		"nil":        {h, []*hdrhistogram.Histogram{nil}, good},
	} {
		if _, err := BootstrapQuantile(c.base, c.head, c.b); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestHistogramQuantile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// Below 2 048 a histogram of three digits is exact, so it must agree with the sample itself.
		values := rapid.SliceOfN(rapid.IntRange(1, 2000), 1, 600).Draw(t, "values")
		h := hdrhistogram.New(1, 1e9, 3)
		x := make([]float64, len(values))
		for i, v := range values {
			_ = h.RecordValue(int64(v))
			x[i] = float64(v)
		}
		q := rapid.SampledFrom([]float64{0.5, 0.9, 0.99}).Draw(t, "q")
		got, err := HistogramQuantile(h, q, 0.95)
		want, _ := Quantile(x, q, 0.95)
		if err != nil || got != want {
			t.Fatalf("got %+v, %v; want %+v", got, err, want)
		}
	})
	if _, err := HistogramQuantile(hdrhistogram.New(1, 1e9, 3), 0.5, 0.95); err == nil {
		t.Error("empty histogram: no error")
	}
}
