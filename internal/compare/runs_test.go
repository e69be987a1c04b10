package compare

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/wsgibench/wsgibench/internal/stats"
	"github.com/wsgibench/wsgibench/results"
)

func TestRuns(t *testing.T) {
	a := record(map[string][]float64{"x": steady(1000, 12), "y": steady(100, 12), "dead": {math.NaN(), math.NaN()}, "old": {1}}, "x", "y", "dead", "old")
	b := record(map[string][]float64{"x": {1100, 1120, 1130, 1115, 1090, 1105, 1111, 1133, 1099, 1125, 1107}, "y": steady(100, 12), "dead": {1, 1}, "new": {1}}, "y", "x", "dead", "new")
	a.Run.ID, b.Run.ID = "one", "two"
	kernel := "6.1"
	b.Run.Host.Kernel = &kernel
	c, err := Runs(a, b, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if row := find(t, c.Rows, "x", "goodput"); row.Verdict != stats.Better || math.Abs(row.Ratio.Point-1.11) > 0.01 || row.Pairs != 0 || row.BaseTrials != 12 || row.HeadTrials != 11 {
		t.Errorf("x = %+v, want better, 1.11 times, unpaired", row)
	}
	if row := find(t, c.Rows, "y", "goodput"); row.Verdict != stats.Equivalent {
		t.Errorf("y = %+v, want equivalent", row)
	}
	if row := find(t, c.Rows, "dead", "goodput"); row.Verdict != stats.Invalid || row.Ratio != nil {
		t.Errorf("dead = %+v, want invalid without a figure", row)
	}
	cautions := strings.Join(c.Cautions, " ")
	for _, want := range []string{"not paired", "Only run one has OLD", "Only run two has NEW", "kernel is unknown in one run and 6.1 in the other"} {
		if !strings.Contains(cautions, want) {
			t.Errorf("cautions %q do not say %q", cautions, want)
		}
	}
	for _, want := range []string{"unpaired", "goodput of X is better, 1.11 times what it was", "of Y is equivalent", "of DEAD cannot be compared"} {
		if !strings.Contains(c.Sentence, want) {
			t.Errorf("sentence %q does not say %q", c.Sentence, want)
		}
	}
}

// Only what is the same in both runs is compared.
func TestRunsOfDifferentScenarios(t *testing.T) {
	a := record(map[string][]float64{"x": steady(1, 6)}, "x")
	b := record(map[string][]float64{"x": steady(1, 6)}, "x")
	b.Run.Scenario.SHA256 = "other"
	b.Run.Phases = append(b.Run.Phases, results.Phase{Name: "more", Model: "open"})
	c, err := Runs(a, b, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"The scenarios are not the same", "has a phase more"} {
		if !slices.ContainsFunc(c.Cautions, func(s string) bool { return strings.Contains(s, want) }) {
			t.Errorf("cautions %q do not say %q", c.Cautions, want)
		}
	}
	b.Run.Phases = slices.Clone(b.Run.Phases)
	b.Run.Phases[1].Clients = 8
	b.Run.Phases[1].Schedule = "8 clients"
	if _, err := Runs(a, b, Options{}); err == nil || !strings.Contains(err.Error(), "no phase in common") || !strings.Contains(err.Error(), "4 clients for 0 s in one run and 8 clients") {
		t.Errorf("runs without a common phase: %v", err)
	}
	b = record(map[string][]float64{"z": steady(1, 6)}, "z")
	if _, err := Runs(a, b, Options{}); err == nil || !strings.Contains(err.Error(), "no target in common") {
		t.Errorf("runs without a common target: %v", err)
	}
	if _, err := Runs(a, a, Options{Baseline: "x"}); err == nil || !strings.Contains(err.Error(), "no baseline") {
		t.Errorf("a baseline between two runs: %v", err)
	}
}

// Errors can be 0, so their differences are compared.
func TestErrors(t *testing.T) {
	r := record(map[string][]float64{"a": steady(1, 12), "b": steady(1, 12), "c": steady(1, 12)}, "a", "b", "c")
	for i, tr := range r.Trials {
		share := map[string]float64{"a": 0, "b": 0, "c": 0.01 + 0.0001*float64(i)}[tr.Cell]
		m := results.Known("errors", "1", share)
		m.Phase = "full"
		tr.Metrics = append(tr.Metrics, m)
	}
	c := targets(t, r, Options{Metrics: []string{"errors"}})
	if row := find(t, c.Rows, "b", "errors"); row.Verdict != stats.Equivalent || row.Ratio != nil || row.Difference.Point != 0 {
		t.Errorf("no errors on either side: %+v, want equivalent by their difference", row)
	}
	if row := find(t, c.Rows, "c", "errors"); row.Verdict != stats.Worse || row.Difference.Point < 0.01 {
		t.Errorf("errors on one side: %+v, want worse", row)
	}
	if c.Ranking != nil {
		t.Errorf("ranking %+v by errors, want none", c.Ranking)
	}
}
