package stats

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// around returns n log ratios at centre ± spread, evenly laid out.
func around(centre, spread float64, n int) []float64 {
	d := make([]float64, n)
	for i := range d {
		d[i] = centre + spread*(2*float64(i)/float64(n-1)-1)
	}
	return d
}

func TestVerdicts(t *testing.T) {
	rule := Rule{Confidence: 0.95, Margin: 0.02}
	more := rule
	more.Direction = HigherIsBetter
	for name, c := range map[string]struct {
		rule   Rule
		d      []float64
		want   Verdict
		reason string
	}{
		"worse":               {rule, around(0.05, 0.02, 12), Worse, ""},
		"better":              {rule, around(-0.05, 0.02, 12), Better, ""},
		"more throughput":     {more, around(0.05, 0.02, 12), Better, ""},
		"less throughput":     {more, around(-0.05, 0.02, 12), Worse, ""},
		"same":                {rule, around(0, 0.02, 12), Equivalent, ""},
		"small and certain":   {rule, around(0.01, 0.005, 12), Equivalent, "a difference is certain, but it is below the margin of 2 %"},
		"near the margin":     {rule, around(0.018, 0.02, 12), Inconclusive, "a difference is certain, but whether it reaches the margin of 2 % is open"},
		"open":                {rule, around(0.015, 0.04, 12), Inconclusive, "neither a difference nor equivalence within 2 % is certain"},
		"few pairs":           {rule, around(0.5, 0.01, 5), Inconclusive, "need at least 6 pairs for a 95 % interval, have 5"},
		"one pair":            {rule, []float64{0.5}, Inconclusive, "need at least 6 pairs for a 95 % interval, have 1"},
		"noisy":               {rule, around(0.01, 0.3, 12), Noisy, "the trials vary so much that only a change of 26 % is sure to be seen, more than twice 2 %"},
		"noisy, but clear":    {rule, around(0.9, 0.3, 12), Worse, ""},
		"budget helps":        {Rule{Confidence: 0.95, Margin: 0.02, Budget: 5000}, around(0.01, 0.3, 12), Inconclusive, "neither a difference nor equivalence within 2 % is certain"},
		"wide sight suffices": {Rule{Confidence: 0.95, Margin: 0.02, Sees: 0.2}, around(0.01, 0.3, 12), Inconclusive, "neither a difference nor equivalence within 2 % is certain"},
	} {
		got, err := c.rule.Paired(c.d)
		if err != nil || got.Verdict != c.want || got.Reason != c.reason {
			t.Errorf("%s: %s (%q), %v; want %s (%q); log ratio %+v", name, got.Verdict, got.Reason, err, c.want, c.reason, got.Log)
		}
	}
}

func negate(d []float64) []float64 {
	out := make([]float64, len(d))
	for i, v := range d {
		out[i] = -v
	}
	return out
}

func TestUnpairedVerdict(t *testing.T) {
	rule := Rule{Confidence: 0.95, Margin: 0.02}
	base := around(1, 0.02, 10)
	for shift, want := range map[float64]Verdict{0.08: Worse, -0.08: Better, 0: Equivalent} {
		head := around(1+shift, 0.01, 10)
		if shift == 0 {
			base = around(1, 0.01, 30)
			head = around(1, 0.01, 30)
		}
		got, err := rule.Unpaired(base, head)
		if err != nil || got.Verdict != want {
			t.Errorf("shift %v: %+v, %v; want %s", shift, got, err, want)
		}
	}
	got, err := rule.Unpaired(base[:3], base[:3])
	if want := "need at least 4 trials a side for a 95 % interval, have 3 and 3"; err != nil || got.Reason != want {
		t.Errorf("got %+v, %v; want %q", got, err, want)
	}
}

func TestRuleRefuses(t *testing.T) {
	for _, r := range []Rule{{}, {Confidence: 1}, {Confidence: 0.95, Margin: -1}, {Confidence: 0.95, Sees: math.NaN()}} {
		if _, err := r.Paired([]float64{1}); err == nil {
			t.Errorf("Paired by %+v: no error", r)
		}
		if _, err := r.Unpaired([]float64{1}, []float64{1}); err == nil {
			t.Errorf("Unpaired by %+v: no error", r)
		}
	}
}

func TestVerdictMirrors(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scale := rapid.SampledFrom([]float64{0.01, 0.05, 0.5}).Draw(t, "scale")
		shift := rapid.SampledFrom([]float64{0, 0.02, -0.05}).Draw(t, "shift")
		d := logRatios(1).Draw(t, "d")
		for i := range d {
			d[i] = shift + scale*d[i]
		}
		rule := Rule{Confidence: 0.95, Margin: 0.02, Direction: Direction(rapid.IntRange(0, 1).Draw(t, "direction"))}
		got, err := rule.Paired(d)
		if err != nil {
			t.Fatal(err)
		}
		swapped, _ := rule.Paired(negate(d))
		if swapped.Verdict != got.Verdict.Mirror() || swapped.Pairs != got.Pairs {
			t.Fatalf("swapped %s, want the mirror of %s", swapped.Verdict, got.Verdict)
		}
		other := rule
		other.Direction = 1 - rule.Direction
		if turned, _ := other.Paired(d); turned.Verdict != got.Verdict.Mirror() {
			t.Fatalf("in the other direction %s, want the mirror of %s", turned.Verdict, got.Verdict)
		}
		if got.Verdict == Equivalent && (got.Log.Point > math.Log(1.02) || got.Log.Point < -math.Log(1.02)) {
			t.Fatalf("equivalent at %v", got.Log.Point)
		}
	})
}

func TestUnusable(t *testing.T) {
	for _, c := range []struct {
		base, head Arm
		want       string
	}{
		{Arm{20, 0}, Arm{20, 0}, ""},
		{Arm{20, 2}, Arm{20, 1}, ""},
		{Arm{20, 3}, Arm{20, 3}, "3 of 20 trials of base are invalid, more than 10 %"},
		{Arm{20, 0}, Arm{5, 1}, "1 of 5 trials of head are invalid, more than 10 %"},
		{Arm{0, 0}, Arm{5, 0}, "base has no trials"},
		{Arm{100, 0}, Arm{100, 8}, "0 of 100 trials of base are invalid and 8 of 100 of head: chance does not explain the difference (p = 0.0068)"},
	} {
		if got := Unusable(c.base, c.head); got != c.want {
			t.Errorf("Unusable(%v, %v) = %q, want %q", c.base, c.head, got, c.want)
		}
	}
	// Fisher's tea: R's fisher.test(matrix(c(3, 1, 1, 3), 2)) prints p-value = 0.4857.
	if p := fisherP(Arm{4, 3}, Arm{4, 1}); math.Abs(p-0.4857) > 5e-5 {
		t.Errorf("tea: p = %v, want 0.4857", p)
	}
}

func TestPlannedLooks(t *testing.T) {
	for most, want := range map[int][]int{6: {6}, 8: {8}, 12: {8, 12}, 15: {8, 12, 15}, 30: {8, 12, 20, 30}, 50: {8, 12, 20, 30, 50}} {
		looks := PlannedLooks(most)
		if !slices.Equal(looks, want) {
			t.Errorf("PlannedLooks(%d) = %v, want %v", most, looks, want)
		}
		p := Plan{Rule: Rule{Confidence: 0.95}, Looks: looks}
		if !near(1-p.Level(), 0.05/float64(len(looks)), 1e-12) {
			t.Errorf("%d looks: level %v", len(looks), p.Level())
		}
		if need := MinPairs(p.Level()); need > looks[0] && most != 50 {
			t.Errorf("first look at %d cannot speak, needs %d", looks[0], need)
		}
	}
}

func TestPlanStops(t *testing.T) {
	plan := Plan{Rule: Rule{Confidence: 0.95, Margin: 0.02}, Looks: PlannedLooks(30)}
	precise := plan
	precise.Precision = 0.03
	for name, c := range map[string]struct {
		plan Plan
		look int
		d    []float64
		want Stop
	}{
		"clear":                 {plan, 0, around(0.1, 0.02, 8), OnVerdict},
		"equivalent":            {plan, 0, around(0, 0.01, 8), OnVerdict},
		"open":                  {plan, 0, around(0.015, 0.05, 8), GoOn},
		"still promising":       {plan, 1, around(0.02, 0.05, 12), GoOn},
		"futile":                {plan, 1, around(0.001, 0.2, 12), OnFutility},
		"too early for futile":  {plan, 0, around(0.001, 0.2, 8), GoOn},
		"budget":                {plan, 3, around(0.015, 0.08, 30), OnBudget},
		"precise":               {precise, 2, around(0.01, 0.04, 20), OnPrecision},
		"not yet precise":       {precise, 1, around(0.015, 0.06, 12), GoOn},
		"never precise, futile": {precise, 1, around(0.001, 0.2, 12), OnFutility},
		"few were valid":        {plan, 0, around(0.1, 0.02, 7), GoOn},
	} {
		decision, got, err := c.plan.Look(c.look, c.d)
		if err != nil || got != c.want {
			t.Errorf("%s: %q, %v; want %q; %+v", name, got, err, c.want, decision)
		}
	}
	if _, _, err := plan.Look(4, around(0, 1, 40)); err == nil {
		t.Error("a look after the last: no error")
	}
}
