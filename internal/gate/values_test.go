package gate

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/wsgibench/wsgibench/internal/bench"
	"github.com/wsgibench/wsgibench/internal/stats"
	"github.com/wsgibench/wsgibench/results"
	"github.com/wsgibench/wsgibench/scenarios"
)

// gateOf holds a metric of every kind: smaller is better, larger is better, timed, a share.
var gateOf = []scenarios.GateMetric{
	{Word: "cpu_per_request", Phase: "steady", Margin: 0.03}, {Word: "goodput", Phase: "steady", Margin: 0.05},
	{Word: "p50", Phase: "steady", Margin: 0.05}, {Word: "errors", Phase: "steady"},
}

// trial has all metrics of gateOf; codes are why it does not count.
func trial(cell string, block int, factor float64, codes ...string) *results.Trial {
	t := &results.Trial{ID: cell + string(rune('0'+block)), Cell: cell, Block: block, Verdict: results.Valid, Hist: "hist/of-it.hlog"}
	for name, v := range map[string]float64{"cpu_per_request": 1e-3 * factor, "goodput": 1000 / factor, "response_p50": 2e-3 * factor, "errors": 0.01 * (factor - 1)} {
		m := results.Known(name, "1", v)
		m.Phase = "steady"
		t.Metrics = append(t.Metrics, m)
	}
	for _, c := range codes {
		t.Verdict = results.Invalid
		t.Reasons = append(t.Reasons, results.Notice{Code: c, Text: "because of " + c})
	}
	return t
}

func metricsOf(t *testing.T) []metric {
	t.Helper()
	m, err := gated(gateOf)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Worse is above 0 in every metric, whichever way is good.
func TestPair(t *testing.T) {
	d, why := pair(metricsOf(t), trial("base", 1, 1), trial("head", 1, 1.1), bench.InTurn)
	for i, want := range []float64{math.Log(1.1), math.Log(1.1), math.Log(1.1), math.Log1p(0.001)} {
		if math.Abs(d[i]-want) > 1e-12 || why[i] != "" {
			t.Errorf("%s: got %v (%s), want %v", gateOf[i].Word, d[i], why[i], want)
		}
	}
}

// A starved generator takes response times and rates out of a duet, and everything where one side ran after the other.
func TestStarvedPairs(t *testing.T) {
	for _, c := range []struct {
		how   bench.Pairing
		codes []string
		known []bool
	}{
		{bench.AtOnce, []string{starved}, []bool{true, false, false, true}},
		{bench.InTurn, []string{starved}, []bool{false, false, false, false}},
		{bench.AtOnce, []string{starved, "errors"}, []bool{false, false, false, false}},
	} {
		d, why := pair(metricsOf(t), trial("base", 1, 1), trial("head", 1, 1, c.codes...), c.how)
		for i, known := range c.known {
			if math.IsNaN(d[i]) == known || known != (why[i] == "") {
				t.Errorf("%s, %v: %s is %v (%s), want it known: %v", c.how, c.codes, gateOf[i].Word, d[i], why[i], known)
			}
		}
	}
}

func TestReportedRatios(t *testing.T) {
	m := metricsOf(t)
	e := stats.Estimate{Point: math.Log(1.1), Low: math.Log(1.05), High: math.Inf(1), N: 8}
	for i, want := range []float64{1.1, 1 / 1.1, 1.1, 0.1} {
		r := m[i].report(Finding{Verdict: Regression, Log: e})
		if math.Abs(*r.Ratio-want) > 1e-12 {
			t.Errorf("%s: got %v, want %v", r.Word, *r.Ratio, want)
		}
		if open := r.High == nil; open == (r.Word == "goodput") {
			t.Errorf("%s: bounds %v and %v, of which the one for the worse is not known", r.Word, r.Low, r.High)
		}
	}
}

func TestDifferences(t *testing.T) {
	r := &results.Record{Run: &results.Run{ID: "x"}}
	for b := 1; b <= 4; b++ {
		r.Trials = append(r.Trials, trial("head", b, 1.1), trial("base", b, 1))
	}
	r.Trials = append(r.Trials, trial("base", 5, 1), trial("head", 6, 1), trial("base", 7, 1, "errors"), trial("head", 7, 1))
	d, err := Differences(r, gateOf, bench.AtOnce)
	if err != nil || len(d) != 4 || len(d[0]) != 4 || math.Abs(d[0][3]-math.Log(1.1)) > 1e-12 {
		t.Errorf("got %v, %v; want four pairs of 1.1", d, err)
	}
	r.Trials = r.Trials[:2]
	if _, err := Differences(r, gateOf, bench.AtOnce); err == nil {
		t.Error("one pair: want an error, no spread can come from it")
	}
}

// What --explain announces is what the gate does.
func TestExplainedAndSimulated(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	noise := make([][]float64, len(gateOf))
	for i, sd := range []float64{0.02, 0.02, 0.05, 0} {
		for range 40 {
			noise[i] = append(noise[i], sd*rng.NormFloat64())
		}
	}
	o := Options{Gate: gateOf}
	sights, err := Explain(o, noise)
	if err != nil {
		t.Fatal(err)
	}
	effect := sights[0].Sees(0.5)
	const reps = 1000
	red := 0
	for range reps {
		failed, err := Simulate(o, 0, func() []float64 {
			d := make([]float64, len(gateOf))
			for i := range d {
				d[i] = sights[i].SD * rng.NormFloat64()
			}
			d[0] += math.Log1p(effect)
			return d
		})
		if err != nil {
			t.Fatal(err)
		}
		red += one(failed)
	}
	if got, want := float64(red)/reps, sights[0].At(effect); math.Abs(got-want) > 0.07 { // four standard errors
		t.Errorf("at +%.1f %%: %v of the simulated gates are red, explained are %v", 100*effect, got, want)
	}
	if _, err := Explain(o, noise[:2]); err == nil {
		t.Error("noise of two metrics for a gate on four, want an error")
	}
}

// One lost pair is an accident; more than a tenth make the gate invalid, and it ends early.
func TestLostPairs(t *testing.T) {
	for lost, want := range map[int]Verdict{0: OK, 1: OK, 9: Invalid} {
		m := metricsOf(t)
		c, err := NewCourse(rule(m, []int{20}, 0))
		if err != nil {
			t.Fatal(err)
		}
		r := newRunner(m, c, bench.AtOnce, Options{Most: 20})
		blocks := 0
		for end := (*results.End)(nil); end == nil; blocks++ {
			head := trial("head", blocks, 1)
			if blocks < lost {
				head = trial("head", blocks, 1, "errors")
			}
			if end, err = r.block([]*results.Trial{trial("base", blocks, 1), head}); err != nil {
				t.Fatal(err)
			}
		}
		report, err := r.report()
		if err != nil || report.Verdict != want {
			t.Errorf("%d lost pairs: got %v (%s) after %d, %v; want %s", lost, report.Verdict, report.Reason, blocks, err, want)
		}
		if want == Invalid && (blocks > 5 || !strings.Contains(report.Reason, "head: because of errors")) {
			t.Errorf("ended after %d blocks: %s", blocks, report.Reason)
		}
	}
}

func TestTallied(t *testing.T) {
	// R: binom.test(2, 30)$conf.int, binom.test(0, 5)$conf.int, binom.test(12, 12)$conf.int
	for _, c := range []struct {
		count, of int
		low, high float64
	}{{2, 30, 0.008178, 0.220735}, {0, 5, 0, 0.521824}, {12, 12, 0.735352, 1}, {0, 0, 0, 1}} {
		got := Tallied(c.count, c.of)
		if math.Abs(got.Low-c.low) > 1e-6 || math.Abs(got.High-c.high) > 1e-6 {
			t.Errorf("%d of %d: got %v to %v, want %v to %v", c.count, c.of, got.Low, got.High, c.low, c.high)
		}
	}
}
