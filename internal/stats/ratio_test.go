package stats

import (
	"testing"

	"pgregory.net/rapid"
)

func TestRatioOfScaledTrials(t *testing.T) {
	base := []float64{10, 12, 11, 9, 10.5, 13, 10, 9.5}
	head := make([]float64, len(base))
	for i, v := range base {
		head[i] = v * 1.05
	}
	e, err := Ratio(base, head, 0.95)
	if err != nil || !near(e.Point, 1.05, 1e-12) || !near(e.Low, 1.05, 1e-12) || !near(e.High, 1.05, 1e-12) {
		t.Errorf("got %+v, %v; want 1.05 without spread", e, err)
	}
}

func TestRatioProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 25).Draw(t, "n")
		positive := rapid.SliceOfN(rapid.Float64Range(1e-6, 1e6), n, n)
		a, b := positive.Draw(t, "base"), positive.Draw(t, "head")
		scale := rapid.Float64Range(1e-3, 1e3).Draw(t, "scale")
		e, err := Ratio(a, b, 0.95)
		if err != nil {
			t.Fatal(err)
		}
		swapped, _ := Ratio(b, a, 0.95)
		if !near(swapped.Point, 1/e.Point, 1e-9) || !near(swapped.Low, 1/e.High, 1e-9) || !near(swapped.High, 1/e.Low, 1e-9) {
			t.Fatalf("swapped %+v, want the inverse of %+v", swapped, e)
		}
		scaled := make([]float64, n)
		for i := range b {
			scaled[i] = scale * b[i]
		}
		if s, _ := Ratio(a, scaled, 0.95); !near(s.Point, scale*e.Point, 1e-9) || !near(s.Low, scale*e.Low, 1e-9) {
			t.Fatalf("scaled by %v: %+v from %+v", scale, s, e)
		}
	})
}

func TestRatioRefuses(t *testing.T) {
	for _, c := range []struct {
		base, head []float64
		want       string
	}{
		{[]float64{1, 2}, []float64{1}, "base has 2 trials, head 1: pair them by block and leave out blocks where one is missing"},
		{[]float64{1, 0}, []float64{1, 1}, "base value 2 is 0: a ratio needs values above 0, compare the differences instead"},
		{[]float64{1}, []float64{-3}, "head value 1 is -3: a ratio needs values above 0, compare the differences instead"},
		{nil, nil, "no base value to compare: run at least one trial"},
	} {
		if _, err := Ratio(c.base, c.head, 0.95); err == nil || err.Error() != c.want {
			t.Errorf("Ratio(%v, %v): error %v, want %q", c.base, c.head, err, c.want)
		}
	}
}
