package stats

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestGateCheck(t *testing.T) {
	good := Gate{Confidence: 0.95, Margins: []float64{0.03, 0.05}, Looks: []int{8, 12, 20}, Confirm: 8}
	if err := good.Check(); err != nil {
		t.Errorf("good gate: %v", err)
	}
	for name, c := range map[string]struct {
		change func(*Gate)
		want   string
	}{
		"confidence":   {func(g *Gate) { g.Confidence = 95 }, "confidence 95 is not between 0.5 and 1: ask for 0.95"},
		"no metric":    {func(g *Gate) { g.Margins = nil }, "gate with 0 metrics and 3 looks: declare at least one of each"},
		"margin":       {func(g *Gate) { g.Margins[1] = -0.1 }, "margin 2 is -0.1: give a share such as 0.03"},
		"order":        {func(g *Gate) { g.Looks = []int{12, 8} }, "looks [12 8] are not ascending"},
		"never speaks": {func(g *Gate) { g.Looks = []int{6} }, "2 metrics with 1 looks need at least 7 pairs, the last look has 6: raise it or gate fewer metrics"},
		"confirmation": {func(g *Gate) { g.Confirm = 5 }, "a confirmation needs at least 6 pairs, have 5"},
	} {
		g := good
		g.Margins = []float64{0.03, 0.05}
		c.change(&g)
		if err := g.Check(); err == nil || err.Error() != c.want {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestGateLook(t *testing.T) {
	g := Gate{Confidence: 0.95, Margins: []float64{0.03, 0.03, 0}, Looks: []int{12}}
	good, bad, open := around(0, 0.01, 12), around(0.1, 0.01, 12), around(0.03, 0.02, 12)
	for name, c := range map[string]struct {
		d    [][]float64
		want GateState
		each []GateState
	}{
		"all good":     {[][]float64{good, good, around(-0.1, 0.01, 12)}, Passed, []GateState{Passed, Passed, Passed}},
		"one bad":      {[][]float64{good, bad, open}, Flagged, []GateState{Passed, Flagged, Flagged}},
		"one open":     {[][]float64{good, open, around(-0.1, 0.01, 12)}, Open, []GateState{Passed, Open, Passed}},
		"bad and open": {[][]float64{bad, open, good}, Flagged, []GateState{Flagged, Open, Open}},
	} {
		state, metrics, err := g.Look(c.d)
		if err != nil || state != c.want {
			t.Errorf("%s: %s, %v; want %s", name, state, err, c.want)
		}
		for i, m := range metrics {
			if m.State != c.each[i] {
				t.Errorf("%s, metric %d: %+v; want %s", name, i+1, m, c.each[i])
			}
			if flagged := m.P <= 0.05; flagged != (m.State == Flagged) {
				t.Errorf("%s, metric %d: p = %v, %s", name, i+1, m.P, m.State)
			}
		}
	}
	if _, _, err := g.Look([][]float64{good}); err == nil {
		t.Error("one metric for three margins: no error")
	}
}

func TestGateConfirms(t *testing.T) {
	g := Gate{Confidence: 0.95, Margins: []float64{0.03}, Looks: []int{12}, Confirm: 10}
	for centre, want := range map[float64]bool{0.05: true, 0.02: false, 0: false, -0.05: false} {
		if got, err := g.Confirms(0, around(centre, 0.01, 10)); err != nil || got != want {
			t.Errorf("centre %v: %v, %v; want %v", centre, got, err, want)
		}
	}
}

// The operating characteristic of one metric, 20 pairs, trial sd 2 %, margin 3 %, simulated elsewhere: 0 %, 2.5 %,
// 79.7 %, 98.7 % and 100 % at true changes of 0, 3, 5, 6 and 8 %; the sixth figure comes from the normal approximation.
func TestGateCurve(t *testing.T) {
	g := Gate{Confidence: 0.95, Margins: []float64{0.03}, Looks: []int{20}}
	c, err := g.Curve(0, 0.02*math.Sqrt2, 1)
	if err != nil {
		t.Fatal(err)
	}
	last := -1.0
	for _, want := range []GatePoint{{Effect: 0}, {Effect: 0.03, Failed: 0.025}, {Effect: 0.05, Failed: 0.797}, {Effect: 0.06, Failed: 0.987}, {Effect: 0.08, Failed: 1}} {
		got := c.At(want.Effect)
		if math.Abs(got.Failed-want.Failed) > 0.02 || got.Flagged != got.Failed || got.Pairs != 20 {
			t.Errorf("%+v, want %+v", got, want)
		}
		if got.Failed < last {
			t.Errorf("curve falls at %v", want.Effect)
		}
		last = got.Failed
	}
	// The rule of thumb for 95 % power, T ≤ ln(1+e) − 3.6·s/√n, solved for e: 5.4 %.
	if sees := c.Sees(0.95); math.Abs(sees-0.0544) > 0.004 {
		t.Errorf("sees %v, want about 0.054", sees)
	}
}

// lehmannPower approximates the power of a one-sided signed-rank test of n normal differences with mean mu (in standard
// deviations) whose critical count of Walsh averages at or below 0 is k−1: Lehmann 1975, §4.2, eq. 4.14. It ignores the
// skewness of T, which costs it up to two points in the middle of the curve.
func lehmannPower(mu float64, n, k int, p3 float64) float64 {
	p1, p2 := normalCDF(mu), normalCDF(mu*math.Sqrt2)
	f := float64(n)
	mean := f*(f-1)/2*p2 + f*p1
	variance := f*(f-1)*(f-2)*(p3-p2*p2) + f*(f-1)/2*(2*(p1-p2)*(p1-p2)+3*p2*(1-p2)) + f*p1*(1-p1)
	return normalCDF((mean - (f*(f+1)/2 - float64(k-1) - 0.5)) / math.Sqrt(variance))
}

func TestGateCurveAgainstAsymptotics(t *testing.T) {
	const n, sd, margin = 30, 0.05, 0.02
	g := Gate{Confidence: 0.95, Margins: []float64{margin}, Looks: []int{n}}
	c, err := g.Curve(0, sd, 2)
	if err != nil {
		t.Fatal(err)
	}
	k, _ := signedRankRank(n, 0.025)
	rng := rand.New(rand.NewPCG(1, 2))
	for _, effect := range []float64{0.03, 0.04, 0.05, 0.06} {
		mu := (math.Log1p(effect) - math.Log1p(margin)) / sd
		both := 0 // P(z1 + z2 > 0 and z1 + z3 > 0)
		const draws = 400_000
		for range draws {
			if z, a, b := 2*mu+rng.NormFloat64(), rng.NormFloat64(), rng.NormFloat64(); z+a > 0 && z+b > 0 {
				both++
			}
		}
		want := lehmannPower(mu, n, k, float64(both)/draws)
		if got := c.At(effect).Flagged; math.Abs(got-want) > 0.03 {
			t.Errorf("effect %v: simulated %v, Lehmann's approximation %v", effect, got, want)
		}
	}
}

func TestGateCurveDetails(t *testing.T) {
	one := Gate{Confidence: 0.95, Margins: []float64{0.03}, Looks: []int{20}}
	family := Gate{Confidence: 0.95, Margins: []float64{0.03, 0.05, 0.1}, Looks: []int{12, 20}, Confirm: 10}
	a, _ := one.Curve(0, 0.03, 1)
	b, err := family.Curve(0, 0.03, 1)
	if err != nil {
		t.Fatal(err)
	}
	again, _ := family.Curve(0, 0.03, 1)
	for _, effect := range []float64{-0.05, 0, 0.04, 0.06, 0.1} {
		pa, pb := a.At(effect), b.At(effect)
		if pb != again.At(effect) {
			t.Errorf("effect %v: not reproducible", effect)
		}
		if pb.Flagged > pa.Flagged+0.01 || pb.Failed > pb.Flagged || pb.Pairs < 12 || pb.Pairs > 20 {
			t.Errorf("effect %v: family %+v, single metric %+v", effect, pb, pa)
		}
	}
	exact, err := family.Curve(0, 0, 1)
	if err != nil || exact.At(0.031).Failed != 1 || exact.At(0.029).Failed != 0 {
		t.Errorf("without noise: %+v and %+v, %v; want 1 and 0", exact.At(0.031), exact.At(0.029), err)
	}
	if _, err := one.Curve(1, 0.03, 1); err == nil {
		t.Error("second metric of one: no error")
	}
	if _, err := one.Curve(0, math.NaN(), 1); err == nil {
		t.Error("unknown noise: no error")
	}
	wild, _ := one.Curve(0, 100, 1)
	if got := wild.Sees(0.95); !math.IsInf(got, 1) {
		t.Errorf("hopeless noise: sees %v, want +Inf", got)
	}
}
