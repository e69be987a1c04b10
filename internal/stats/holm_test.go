package stats

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

func TestHolmPublished(t *testing.T) {
	// R: p.adjust(c(0.01, 0.02, 0.03, 0.04, 0.05), "holm") and with an order that is not sorted.
	for _, c := range []struct{ p, want []float64 }{
		{[]float64{0.01, 0.02, 0.03, 0.04, 0.05}, []float64{0.05, 0.08, 0.09, 0.09, 0.09}},
		{[]float64{0.04, 0.01, 0.5, 0.005}, []float64{0.08, 0.03, 0.5, 0.02}},
		{[]float64{0.6, 0.9}, []float64{1, 1}},
		{nil, nil},
	} {
		got := Holm(c.p)
		for i := range c.want {
			if !near(got[i], c.want[i], 1e-12) {
				t.Errorf("Holm(%v) = %v, want %v", c.p, got, c.want)
				break
			}
		}
	}
	// R: pairwise.wilcox.test(Ozone, Month) prints 0.0011 for August against May, the second smallest of ten.
	s, _ := MannWhitney(ozoneMay, ozoneAugust, 0.95)
	if adjusted := 9 * s.P; math.Abs(adjusted-0.0011) > 5e-5 {
		t.Errorf("adjusted %v, want 0.0011", adjusted)
	}
}

func TestHolmProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SliceOfN(rapid.OneOf(rapid.Float64Range(0, 1), rapid.Float64Range(0, 0.01)), 1, 15).Draw(t, "p")
		adjusted := Holm(p)
		levels := HolmConfidence(p, 0.95)
		for i := range p {
			if adjusted[i] < p[i] || adjusted[i] > 1 || adjusted[i] > float64(len(p))*p[i]+1e-12 {
				t.Fatalf("p %v adjusted to %v", p[i], adjusted[i])
			}
			for j := range p {
				if p[i] < p[j] && adjusted[i] > adjusted[j] {
					t.Fatalf("order lost: %v to %v", p, adjusted)
				}
			}
			if rejected := atMost(adjusted[i], 0.05); rejected != atMost(p[i], 1-levels[i]) {
				t.Fatalf("p %v: adjusted %v, level %v", p[i], adjusted[i], levels[i])
			}
			if levels[i] < 0.95-1e-12 || levels[i] > 1-0.05/float64(len(p))+1e-12 {
				t.Fatalf("level %v of %d comparisons", levels[i], len(p))
			}
		}
	})
}

func TestHolmBounds(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 5))
	sample := func(centre float64) []float64 {
		d := make([]float64, 20)
		for i := range d {
			d[i] = centre + 0.02*rng.NormFloat64()
		}
		return d
	}
	nulls := []float64{0, 0, 0.03}
	clear := [][]float64{sample(0.1), sample(0.2), sample(0.3)}
	bounds, err := HolmBounds(clear, nulls, 0.95)
	if err != nil {
		t.Fatal(err)
	}
	for i, b := range bounds { // all rejected: informative bounds
		if e, _ := SignedRank(clear[i], 1-0.05/3); b != e.Low || b <= nulls[i] {
			t.Errorf("bound %d = %v, want %v", i, b, e.Low)
		}
	}
	mixed := [][]float64{sample(0.1), sample(0), sample(0.03)}
	bounds, _ = HolmBounds(mixed, nulls, 0.95)
	if bounds[0] != 0 || bounds[1] >= 0 || bounds[2] >= 0.03 {
		t.Errorf("bounds %v, want 0 for the rejected and less than the null for the others", bounds)
	}
	if few, _ := HolmBounds([][]float64{{1, 2}}, []float64{0}, 0.95); !math.IsInf(few[0], -1) {
		t.Errorf("two pairs: bound %v, want -Inf", few[0])
	}
	if _, err := HolmBounds(mixed, nulls[:1], 0.95); err == nil {
		t.Error("one null for three comparisons: no error")
	}
}

// Joint coverage under independence, with one true null among real effects: the case that plain step-down intervals miss.
func TestHolmBoundsHoldJointly(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 11))
	centres, nulls := []float64{0, 0.02, 0.03, -0.01}, make([]float64, 4)
	const reps = 2000
	missed := 0
	for range reps {
		d := make([][]float64, len(centres))
		for i, c := range centres {
			for range 14 {
				d[i] = append(d[i], c+0.03*rng.NormFloat64())
			}
		}
		bounds, _ := HolmBounds(d, nulls, 0.95)
		for i, b := range bounds {
			if b > centres[i] {
				missed++
				break
			}
		}
	}
	if share := float64(missed) / reps; share > 0.025+3*math.Sqrt(0.025*0.975/reps) {
		t.Errorf("missed in %.3f of the repetitions, want at most 0.025", share)
	}
}
