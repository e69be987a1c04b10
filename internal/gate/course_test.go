package gate

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"github.com/wsgibench/wsgibench/internal/stats"
)

func newCourse(t testing.TB, metrics, fresh int, looks ...int) *Course {
	t.Helper()
	g := stats.Gate{Confidence: 0.95, Looks: looks, Confirm: fresh}
	for range metrics {
		g.Margins = append(g.Margins, 0.03)
	}
	c, err := NewCourse(g)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// feed plays a course of which the pairs come from draw, and returns what it finds.
func feed(t testing.TB, c *Course, draw func(n int) []float64) []Finding {
	t.Helper()
	for n := 0; c.Needs() != Done; n++ {
		if n > 200 {
			t.Fatal("the course does not end")
		}
		if _, err := c.Add(draw(n)); err != nil {
			t.Fatal(err)
		}
	}
	f, err := c.Findings()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// steady draws pairs with so much change and a little noise.
func steady(change ...float64) func(int) []float64 {
	return func(n int) []float64 {
		d := make([]float64, len(change))
		for i, c := range change {
			d[i] = c + 0.002*math.Sin(float64(7*n+i))
		}
		return d
	}
}

func TestVerdicts(t *testing.T) {
	for _, c := range []struct {
		name         string
		change       float64
		want         Verdict
		pairs, fresh int
	}{
		{"none", 0, OK, 8, 0},
		{"worse", 0.08, Regression, 8, 8},
		{"better", -0.08, Improvement, 8, 8},
		{"worse within the margin", 0.015, OK, 8, 0},
		{"at the margin", math.Log(1.03), Inconclusive, 30, 0},
	} {
		course := newCourse(t, 1, 8, 8, 12, 20, 30)
		got := feed(t, course, steady(c.change))[0]
		if got.Verdict != c.want || course.Pairs() != c.pairs || course.Fresh() != c.fresh {
			t.Errorf("%s: got %s after %d + %d pairs, want %s after %d + %d (%s)", c.name, got.Verdict, course.Pairs(), course.Fresh(), c.want, c.pairs, c.fresh, got.Reason)
		}
	}
}

// What was found and does not show again is not red.
func TestUnconfirmed(t *testing.T) {
	for change, want := range map[float64]Verdict{0.08: Inconclusive, -0.08: OK} {
		c := newCourse(t, 1, 8, 8)
		got := feed(t, c, func(n int) []float64 {
			if n < 8 {
				return steady(change)(n)
			}
			return steady(0)(n)
		})[0]
		if got.Verdict != want || c.Fresh() != 8 {
			t.Errorf("change of %v that fresh pairs do not show: got %s with %d fresh pairs, want %s with 8", change, got.Verdict, c.Fresh(), want)
		}
	}
}

// Swapping base and head mirrors the verdict of a single metric, whatever the pairs are.
func TestMirrored(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		change := rapid.Float64Range(-0.1, 0.1).Draw(t, "change")
		sd := rapid.Float64Range(0.0001, 0.05).Draw(t, "sd")
		seed := rapid.Uint64().Draw(t, "seed")
		play := func(sign float64) Finding {
			rng := rand.New(rand.NewPCG(seed, 1))
			c, err := NewCourse(stats.Gate{Confidence: 0.95, Looks: []int{8, 12, 20}, Margins: []float64{0.03}, Confirm: 8})
			if err != nil {
				t.Fatal(err)
			}
			for c.Needs() != Done {
				if _, err := c.Add([]float64{sign * (change + sd*rng.NormFloat64())}); err != nil {
					t.Fatal(err)
				}
			}
			f, err := c.Findings()
			if err != nil {
				t.Fatal(err)
			}
			return f[0]
		}
		a, b := play(1).Verdict, play(-1).Verdict
		want := map[Verdict]Verdict{Regression: Improvement, Improvement: Regression}
		if w, ok := want[a]; ok && b != w {
			// An improvement that fresh pairs do not confirm is ok, a regression that they do not is inconclusive.
			t.Errorf("got %s, and %s with base and head swapped; want %s", a, b, w)
		}
	})
}

// One metric that a tenth of the pairs do not know is invalid; the others keep their verdict.
func TestUnknownMetric(t *testing.T) {
	c := newCourse(t, 2, 8, 12)
	got := feed(t, c, func(n int) []float64 {
		d := steady(0.08, 0)(n)
		if n%4 == 0 { // three of twelve
			d[1] = math.NaN()
		}
		return d
	})
	if got[0].Verdict != Regression || got[1].Verdict != Invalid {
		t.Errorf("got %s and %s, want a regression and an invalid metric", got[0].Verdict, got[1].Verdict)
	}
}

func TestLimitAndStop(t *testing.T) {
	c := newCourse(t, 1, 0, 8, 12, 20, 30)
	c.Limit(15)
	if got := feed(t, c, steady(math.Log(1.03)))[0]; got.Verdict != Inconclusive || c.Pairs() != 15 {
		t.Errorf("limited to 15 pairs: got %s after %d", got.Verdict, c.Pairs())
	}
	c = newCourse(t, 1, 0, 8)
	if _, err := c.Add([]float64{0.2}); err != nil {
		t.Fatal(err)
	}
	c.Stop("the budget is spent")
	f, err := c.Findings()
	if err != nil {
		t.Fatal(err)
	}
	if want := "the budget is spent: 1 pairs, and the first look is at 8"; f[0].Verdict != Inconclusive || f[0].Reason != want {
		t.Errorf("got %s (%s), want inconclusive (%s)", f[0].Verdict, f[0].Reason, want)
	}
}

func TestRuleIsChecked(t *testing.T) {
	if _, err := NewCourse(stats.Gate{Confidence: 0.95, Looks: []int{4}, Margins: []float64{0.03}}); err == nil {
		t.Error("got a course that can never be red, want an error")
	}
	c := newCourse(t, 1, 0, 8)
	if _, err := c.Add([]float64{1, 2}); err == nil {
		t.Error("got a pair of two metrics into a gate on one, want an error")
	}
}
