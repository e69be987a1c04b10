package compare

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/wsgibench/wsgibench/internal/stats"
	"github.com/wsgibench/wsgibench/results"
)

// record makes a run of the given goodputs: cell → a value per block; NaN is an invalid trial.
func record(values map[string][]float64, cells ...string) *results.Record {
	run := &results.Run{Phases: []results.Phase{{Name: "warm", Warmup: true}, {Name: "full", Model: "closed", Clients: 4, Schedule: "4 clients"}}}
	r := &results.Record{Run: run, Complete: true}
	for _, c := range cells {
		run.Cells = append(run.Cells, results.Cell{ID: c, Label: strings.ToUpper(c)})
		run.Blocks = max(run.Blocks, len(values[c]))
		for b, v := range values[c] {
			m := results.Known("goodput", "1/s", v)
			m.Phase = "full"
			t := &results.Trial{ID: fmt.Sprintf("%s-%d", c, b+1), Cell: c, Block: b + 1, Verdict: results.Valid, Metrics: []results.Metric{m}}
			if math.IsNaN(v) {
				t.Verdict, t.Metrics = results.Invalid, nil
				t.Reasons = []results.Notice{{Code: "generator-limited", Text: "the generator was at its limit"}}
			}
			r.Trials = append(r.Trials, t)
			run.Order = append(run.Order, results.Slot{Block: b + 1, Cell: c})
		}
	}
	return r
}

func steady(v float64, n int) []float64 {
	vs := make([]float64, n)
	for i := range vs {
		vs[i] = v * (1 + 0.01*math.Sin(float64(i)))
	}
	return vs
}

func targets(t *testing.T, r *results.Record, o Options) *Comparison {
	t.Helper()
	c, err := Targets(r, o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func find(t *testing.T, rows []Row, head, metric string) Row {
	t.Helper()
	for _, r := range rows {
		if r.Head == head && r.Metric == metric {
			return r
		}
	}
	t.Fatalf("no row of %s in %s", head, metric)
	return Row{}
}

var goodputOnly = Options{Metrics: []string{"goodput"}}

func TestVerdicts(t *testing.T) {
	nan := math.NaN()
	r := record(map[string][]float64{
		"base": steady(1000, 12), "fast": steady(2000, 12), "slow": steady(900, 12), "same": {1001, 999, 1000, 1009, 1000.5, 991, 996, 1006, 1009, 1003, 995, 990},
		"open": {1010, 990, 1070, 985, 1002, 1020, 980, 1090, 1000, 935, 1040, 1000}, "wild": {500, 2000, 1000, 300, 4000, 700, 1800, 900, 1000, 600, 2500, 1200},
		"few": {1500, 1500, nan, nan, nan, nan, nan, nan}, "dead": {nan, nan}, "zero": {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
	}, "base", "fast", "slow", "same", "open", "wild", "few", "dead", "zero")
	c := targets(t, r, goodputOnly)
	for _, tt := range []struct {
		cell, reason string
		want         stats.Verdict
		pairs        int
	}{
		{"fast", "", stats.Better, 12}, {"slow", "", stats.Worse, 12}, {"same", "", stats.Equivalent, 12},
		{"open", "neither a difference nor equivalence", stats.Inconclusive, 12}, {"wild", "vary so much", stats.Noisy, 12},
		{"few", "6 of 8 trials of head are invalid", stats.Invalid, 0}, {"dead", "generator-limited", stats.Invalid, 0},
		{"zero", "no request succeeded", stats.Invalid, 0},
	} {
		row := find(t, c.Rows, tt.cell, "goodput")
		if row.Verdict != tt.want || row.Pairs != tt.pairs || !strings.Contains(row.Reason, tt.reason) {
			t.Errorf("%s: %q of %d pairs because %q, want %q of %d because %q", tt.cell, row.Verdict, row.Pairs, row.Reason, tt.want, tt.pairs, tt.reason)
		}
		if tt.want == stats.Invalid && (row.Ratio != nil || row.HeadMedian != nil || row.MDE != nil) {
			t.Errorf("%s is invalid and has figures: %+v", tt.cell, row)
		}
	}
	if row := find(t, c.Rows, "fast", "goodput"); math.Abs(row.Ratio.Point-2) > 0.05 || *row.Ratio.Low > 2 || *row.Ratio.High < 2 {
		t.Errorf("fast = %+v, want a ratio of about 2", *row.Ratio)
	}
	if row := find(t, c.Rows, "open", "goodput"); *row.MDE < 0.05 || *row.MDE > 0.08 || *row.Needed < 13 || *row.Needed > 25 {
		t.Errorf("open shows changes of %v and needs %d pairs for 5 %%, want about 8 %% and some 40 pairs", *row.MDE, *row.Needed)
	}
	ranked := map[string]int{}
	for _, p := range c.Ranking.Places {
		ranked[p.Cell] = p.Rank
	}
	want := map[string]int{"fast": 1, "base": 2, "same": 2, "open": 2, "slow": 5, "wild": 1}
	if diff := cmp.Diff(want, ranked); diff != "" {
		t.Errorf("ranks (-want +got):\n%s", diff)
	}
	if len(c.Ranking.Unranked) != 3 {
		t.Errorf("without a rank: %+v, want few, dead and zero", c.Ranking.Unranked)
	}
}

// What nobody measured has no verdict, and does not count among the comparisons.
func TestUnknown(t *testing.T) {
	c := targets(t, record(map[string][]float64{"a": steady(1, 8), "b": steady(2, 8)}, "a", "b"), Options{})
	if row := find(t, c.Rows, "b", "pss"); row.Verdict != Unknown || !strings.Contains(row.Reason, "not measured") {
		t.Errorf("pss: %+v, want unknown because it was not measured", row)
	}
	if c.Family != 1 {
		t.Errorf("family of %d, want 1", c.Family)
	}
}

// Among many targets a difference needs more pairs than alone, and the reason says how many.
func TestCorrected(t *testing.T) {
	values := map[string][]float64{}
	cells := []string{"a", "b", "c", "d", "e"}
	for i, cell := range cells {
		values[cell] = steady(100*float64(i+1), 6)
	}
	r := record(values, cells...)
	row := find(t, targets(t, r, goodputOnly).Rows, "e", "goodput")
	if row.Verdict != stats.Inconclusive || !row.Ratio.Excludes(1) || !strings.Contains(row.Reason, "one of 10 comparisons") || !strings.Contains(row.Reason, "takes 9 pairs, there are 6") {
		t.Errorf("five-fold with 6 pairs among 10 comparisons: %+v", row)
	}
	two := record(map[string][]float64{"a": values["a"], "b": values["b"]}, "a", "b")
	if row := find(t, targets(t, two, Options{}).Rows, "b", "goodput"); row.Verdict != stats.Better {
		t.Errorf("two-fold with 6 pairs alone: %+v, want better", row)
	}
}

// With no true difference in any of many metrics, a false verdict is as rare as promised. Heavy tails, and metrics that
// move together as percentiles do.
func TestFalseAlarms(t *testing.T) {
	const runs = 300
	alarms := 0
	rng := newNoise(7)
	for range runs {
		r := nothing(rng, 12)
		if slices.ContainsFunc(targets(t, r, Options{}).Rows, Row.Clear) {
			alarms++
		}
	}
	// 5 % of 300 is 15, with a standard deviation of 3.8.
	if alarms > 24 {
		t.Errorf("%d of %d runs without any difference have a verdict of one, want about 15 at most", alarms, runs)
	}
}

func TestBytesAreTheSame(t *testing.T) {
	r := record(map[string][]float64{"a": steady(1000, 12), "b": {1010, 990, 1070, 985, 1002, 1020, 980, 1090, 1000, 935, 1040, 1000}}, "a", "b")
	var first []byte
	for range 3 {
		text, err := json.Marshal(targets(t, r, Options{}))
		if err != nil {
			t.Fatal(err)
		}
		if first != nil && string(first) != string(text) {
			t.Fatalf("got\n%s\nafter\n%s", text, first)
		}
		first = text
	}
}

// Swapping the baseline mirrors every verdict and interval.
func TestMirrored(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 14).Draw(t, "blocks")
		draw := rapid.SliceOfN(rapid.Float64Range(0.5, 2), n, n)
		r := record(map[string][]float64{"a": draw.Draw(t, "a"), "b": draw.Draw(t, "b")}, "a", "b")
		forth, err := Targets(r, goodputOnly)
		back, err2 := Targets(r, Options{Metrics: goodputOnly.Metrics, Baseline: "b"})
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		compareMirrored(t, forth.Rows[0], back.Rows[0])
		a, b := r, record(map[string][]float64{"a": draw.Draw(t, "c")}, "a")
		there, err := Runs(a, b, goodputOnly)
		here, err2 := Runs(b, a, goodputOnly)
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		compareMirrored(t, there.Rows[0], here.Rows[0])
	})
}

func compareMirrored(t *rapid.T, forth, back Row) {
	want := forth.Mirror()
	near := cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) <= 2e-5*math.Abs(a+b) })
	same := cmp.AllowUnexported(Row{})
	if want.Reason == back.Reason || strings.Contains(want.Reason, "trials of") {
		want.Reason = back.Reason
	}
	want.Base, want.Head = back.Base, back.Head
	if diff := cmp.Diff(want, back, near, same); diff != "" {
		t.Fatalf("swapped (-mirrored +got):\n%s", diff)
	}
}

func TestSentenceClaimsOnlyWhatTheVerdictDoes(t *testing.T) {
	for _, tt := range []struct {
		name   string
		values map[string][]float64
		cells  []string
		has    []string
		hasNot []string
	}{
		{"clear", map[string][]float64{"a": steady(1000, 6), "b": steady(2000, 6)}, []string{"a", "b"},
			[]string{"B answered 2000", "2.00 times A's", "95 % interval", "6 pairs"}, []string{"not "}},
		{"unresolved", map[string][]float64{"a": {100, 105, 93, 100, 112, 98}, "b": {101, 99, 107, 102, 95, 100.5}}, []string{"a", "b"},
			[]string{"not clearly different from"}, []string{"times"}},
		{"equivalent", map[string][]float64{"a": {1001, 999, 1000, 1002, 1000.5, 998}, "b": {1000, 1001, 999, 1000, 1002, 1001}}, []string{"a", "b"},
			[]string{"equivalent to", "within 2.00 %"}, []string{"times"}},
		{"too few", map[string][]float64{"a": steady(1000, 3), "b": steady(2000, 3)}, []string{"a", "b"},
			[]string{"with 3 pairs of valid trials no difference to another target can be certain: that takes 6."}, []string{"95 % interval 1", "times"}},
		{"too few among many", map[string][]float64{"a": steady(1000, 6), "b": steady(2000, 6), "c": steady(3000, 6)}, []string{"a", "b", "c"},
			[]string{"with 6 pairs of valid trials no difference to another target can be certain: among 3 comparisons that takes 7."}, []string{"times"}},
		{"alone", map[string][]float64{"a": steady(1000, 6)}, []string{"a"}, []string{"no other valid target"}, []string{"times"}},
		{"none", map[string][]float64{"a": {math.NaN()}}, []string{"a"}, []string{"nothing to compare"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := Sentence(record(tt.values, tt.cells...))
			for _, s := range tt.has {
				if !strings.Contains(strings.ReplaceAll(got, " ", " "), s) {
					t.Errorf("sentence %q does not say %q", got, s)
				}
			}
			for _, s := range tt.hasNot {
				if strings.Contains(got, s) {
					t.Errorf("sentence %q says %q", got, s)
				}
			}
		})
	}
}

func TestFind(t *testing.T) {
	r := record(map[string][]float64{"a": {1}, "b": {1}, "c": {1}}, "a", "b", "c")
	r.Run.Cells[0].Target, r.Run.Cells[1].Target, r.Run.Cells[2].Target = "one", "two", "two"
	for _, name := range []string{"A", "a", "one"} {
		if id, err := Find(r, name); err != nil || id != "a" {
			t.Errorf("Find(%s) = %q, %v, want a", name, id, err)
		}
	}
	for name, want := range map[string]string{"nobody": "it has: A, B, C", "two": "say which: B, C"} {
		if _, err := Find(r, name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Find(%s) = %v, want %q in it", name, err, want)
		}
	}
}

// The words of a scenario's gate are the words here.
func TestMetricWords(t *testing.T) {
	for _, m := range Metrics {
		for _, text := range []string{m.Word, m.Name} {
			if got, err := MetricNamed(text); err != nil || got != m {
				t.Errorf("MetricNamed(%q) = %+v, %v", text, got, err)
			}
		}
	}
	if _, err := MetricNamed("p95"); err == nil || !strings.Contains(err.Error(), "there are: goodput, p50") {
		t.Errorf("MetricNamed(p95): %v, want the known ones", err)
	}
}
