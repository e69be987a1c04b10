package compare

import (
	"math"
	"strings"
	"testing"

	"github.com/wsgibench/wsgibench/results"
)

// record makes a run of the given goodputs: cell → a value per block; NaN is an invalid trial.
func record(values map[string][]float64, cells ...string) *results.Record {
	run := &results.Run{Phases: []results.Phase{{Name: "warm", Warmup: true}, {Name: "full", Model: "closed", Clients: 4, Schedule: "4 clients"}}}
	r := &results.Record{Run: run}
	for _, c := range cells {
		run.Cells = append(run.Cells, results.Cell{ID: c, Label: strings.ToUpper(c)})
		run.Blocks = max(run.Blocks, len(values[c]))
		for b, v := range values[c] {
			m := results.Known("goodput", "1/s", v)
			m.Phase = "full"
			t := &results.Trial{Cell: c, Block: b + 1, Verdict: results.Valid, Metrics: []results.Metric{m}}
			if math.IsNaN(v) {
				t.Verdict, t.Metrics = results.Invalid, nil
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

func find(t *testing.T, ps []Pair, head, metric string) Pair {
	t.Helper()
	for _, p := range ps {
		if p.Head == head && p.Name == metric {
			return p
		}
	}
	t.Fatalf("no pair of %s in %s", head, metric)
	return Pair{}
}

func TestAgainst(t *testing.T) {
	nan := math.NaN()
	r := record(map[string][]float64{
		"base": steady(1000, 8), "fast": steady(2000, 8), "same": {1010, 990, 1000, 985, 1002, 1020, 980, 999},
		"few": {1500, 1500, nan, nan, nan, nan, nan, nan}, "dead": {nan, nan},
	}, "base", "fast", "same", "few", "dead")
	ps := Against(r, "base")
	for _, tt := range []struct {
		cell, word string
		pairs      int
	}{{"fast", Higher, 8}, {"same", Unresolved, 8}, {"few", TooFew, 2}, {"dead", NoData, 0}} {
		p := find(t, ps, tt.cell, "goodput")
		if p.Word != tt.word || p.Pairs != tt.pairs {
			t.Errorf("%s: %q of %d pairs, want %q of %d", tt.cell, p.Word, p.Pairs, tt.word, tt.pairs)
		}
		if (p.Word == TooFew || p.Word == NoData) == (p.Why == "") {
			t.Errorf("%s: %q with reason %q", tt.cell, p.Word, p.Why)
		}
	}
	if p := find(t, ps, "fast", "goodput"); math.Abs(p.Ratio.Point-2) > 0.05 || *p.Ratio.Low > 2 || *p.Ratio.High < 2 {
		t.Errorf("ratio of fast = %+v, want about 2", *p.Ratio)
	}
	if p := find(t, ps, "fast", "pss"); p.Word != NoData {
		t.Errorf("pss that nobody measured: %q, want %q", p.Word, NoData)
	}
}

func TestSentenceClaimsOnlyWhatTheIntervalDoes(t *testing.T) {
	for _, tt := range []struct {
		name   string
		values map[string][]float64
		cells  []string
		has    []string
		hasNot []string
	}{
		{"clear", map[string][]float64{"a": steady(1000, 6), "b": steady(2000, 6)}, []string{"a", "b"},
			[]string{"B answered 2000", "2.00 times A's", "95 % interval", "6 pairs"}, []string{"not clearly"}},
		{"unresolved", map[string][]float64{"a": {100, 101, 99, 100, 102, 98}, "b": {101, 99, 100, 102, 98, 100.5}}, []string{"a", "b"},
			[]string{"not clearly different from"}, []string{"times"}},
		{"too few", map[string][]float64{"a": steady(1000, 3), "b": steady(2000, 3)}, []string{"a", "b"},
			[]string{"without a 95 % interval, which takes 6 pairs", "2.00 times A's"}, []string{"95 % interval 1"}},
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
	r := record(map[string][]float64{"a": {1}}, "a")
	if id, err := Find(r, "A"); err != nil || id != "a" {
		t.Errorf("Find(A) = %q, %v, want a", id, err)
	}
	if _, err := Find(r, "nobody"); err == nil || !strings.Contains(err.Error(), "A") {
		t.Errorf("Find(nobody) = %v, want an error that names A", err)
	}
}
