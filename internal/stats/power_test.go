package stats

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

func TestPairsNeeded(t *testing.T) {
	// Powers found in 40 000 simulated comparisons each with the pairs wanted: 95.9, 94.8, 95.1 and 95.4 %.
	for _, c := range []struct {
		sd, effect float64
		want       int
	}{
		{0.03 * math.Sqrt2, 0.05, 13},
		{0.02 * math.Sqrt2, 0.05, 7},
		{0.05 * math.Sqrt2, 0.05, 31},
		{0.10 * math.Sqrt2, 0.10, 33},
		{0, 0.01, 6},
	} {
		if got := PairsNeeded(c.sd, c.effect, 0.95, 0.95); got != c.want {
			t.Errorf("sd %.3f, effect %.2f: %d pairs, want %d", c.sd, c.effect, got, c.want)
		}
	}
	for name, got := range map[string]int{
		"no effect":   PairsNeeded(0.1, 0, 0.95, 0.95),
		"hopeless":    PairsNeeded(10, 1e-6, 0.95, 0.95),
		"unknown sd":  PairsNeeded(math.NaN(), 0.05, 0.95, 0.95),
		"not a share": PairsNeeded(0.1, math.NaN(), 0.95, 0.95),
	} {
		if got != 0 {
			t.Errorf("%s: %d pairs, want 0 for no answer", name, got)
		}
	}
}

func TestStudentQuantile(t *testing.T) {
	for _, df := range []int{1, 4, 5, 6, 11, 29, 200, 99_999} {
		for _, p := range []float64{1e-6, 0.0125, 0.3, 0.5, 0.9, 0.95, 0.975, 0.9995, 1 - 1e-6} {
			want := distuv.StudentsT{Sigma: 1, Nu: float64(df)}.Quantile(p)
			if got := studentQuantile(p, df); !near(got, want, 1e-8) {
				t.Errorf("quantile %v of %d degrees of freedom: %v, gonum %v", p, df, got, want)
			}
		}
	}
	if got := studentQuantile(0.975, 11); math.Abs(got-2.2010) > 5e-5 {
		t.Errorf("t table: %v, want 2.2010", got)
	}
}

func TestMDE(t *testing.T) {
	// For many pairs: exp((1.9600 + 1.6449)·sd/√(n·3/π)) − 1.
	if got, want := MDE(0.05, 100_000, 0.95, 0.95), math.Expm1(3.6048*0.05/math.Sqrt(100_000*3/math.Pi)); !near(got/want, 1, 1e-3) {
		t.Errorf("MDE %v, want %v", got, want)
	}
	// The facts of a duet: sd 3.7 %, 20 pairs: about 3 %.
	if got := MDE(0.037, 20, 0.95, 0.95); got < 0.030 || got > 0.034 {
		t.Errorf("MDE %v, want 0.030 to 0.034", got)
	}
	if got := MDE(0.01, 5, 0.95, 0.95); !math.IsInf(got, 1) {
		t.Errorf("5 pairs: MDE %v, want +Inf", got)
	}
	if got := UnpairedMDE(0.01, 0.01, 3, 9, 0.95, 0.95); !math.IsInf(got, 1) {
		t.Errorf("3 trials a side: MDE %v, want +Inf", got)
	}
	paired, unpaired := MDE(0.02*math.Sqrt2, 200, 0.95, 0.95), UnpairedMDE(0.02, 0.02, 200, 200, 0.95, 0.95)
	if !near(paired/unpaired, 1, 0.01) {
		t.Errorf("same noise, no gain by pairing: paired %v, unpaired %v", paired, unpaired)
	}
}

func TestPowerProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sd := rapid.Float64Range(0.001, 0.3).Draw(t, "sd")
		effect := rapid.Float64Range(0.01, 0.5).Draw(t, "effect")
		n := PairsNeeded(sd, effect, 0.95, 0.9)
		if got := MDE(sd, n, 0.95, 0.9); got > effect*(1+1e-6) {
			t.Fatalf("%d pairs needed for %v, but they see only %v", n, effect, got)
		}
		if got := MDE(sd, n-1, 0.95, 0.9); got <= effect {
			t.Fatalf("%d pairs needed for %v, but one fewer sees %v", n, effect, got)
		}
		if MDE(2*sd, n, 0.95, 0.9) <= MDE(sd, n, 0.95, 0.9) || MDE(sd, n, 0.99, 0.9) <= MDE(sd, n, 0.95, 0.9) {
			t.Fatal("more noise or more confidence does not raise the effect that is seen")
		}
	})
}
