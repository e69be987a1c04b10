package bench

import (
	"strings"
	"testing"

	"github.com/wsgibench/wsgibench/results"
	"github.com/wsgibench/wsgibench/results/resultstest"
	"github.com/wsgibench/wsgibench/scenarios"
)

// Thresholds are held against the example record; the bounds are taken from its own figures, a little to either side.
func TestCheckThresholds(t *testing.T) {
	r, err := resultstest.Example(t.TempDir(), resultstest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	phase := r.Measured()[0].Name
	cell := r.Run.Cells[0]
	row := results.Row(r.Summaries(), cell.ID, phase)
	p99, goodput := *row.Quantile("p99").Value, *row.Goodput.Median
	for _, tt := range []struct {
		name      string
		threshold scenarios.Threshold
		met       bool
		detail    string
	}{
		{"p99 below", scenarios.Threshold{Metric: "response_p99", Op: "<", Limit: p99 * 1.01}, true, "is "},
		{"p99 above", scenarios.Threshold{Metric: "response_p99", Op: "<", Limit: p99 / 2}, false, "misses"},
		{"a percentile that is no metric", scenarios.Threshold{Metric: "response_p95", Op: "<", Limit: p99}, true, "is "},
		{"goodput", scenarios.Threshold{Metric: "goodput", Op: ">=", Limit: goodput}, true, "is "},
		{"goodput just not", scenarios.Threshold{Metric: "goodput", Op: ">", Limit: goodput}, false, "misses"},
		{"nobody measured it", scenarios.Threshold{Metric: "beauty", Op: "<=", Limit: 1}, false, "unknown: "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.threshold.Phase = phase
			for _, o := range CheckThresholds(r, []scenarios.Threshold{tt.threshold}) {
				if o.Cell != cell.ID {
					continue
				}
				if o.Met != tt.met || !strings.Contains(o.Detail, tt.detail) {
					t.Errorf("met %v, %q; want %v, with %q", o.Met, o.Detail, tt.met, tt.detail)
				}
			}
		})
	}
}

// A threshold without a phase holds in every measured phase, for every cell.
func TestThresholdOfEveryPhase(t *testing.T) {
	r, err := resultstest.Example(t.TempDir(), resultstest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := CheckThresholds(r, []scenarios.Threshold{{Metric: "errors", Op: "<", Limit: 2}})
	if want := len(r.Measured()) * len(r.Run.Cells); len(got) != want {
		t.Errorf("%d outcomes, want %d", len(got), want)
	}
	for _, o := range got {
		if !o.Met && !strings.HasPrefix(o.Detail, "unknown") {
			t.Errorf("%s %s: %s, want met: no share of errors is 2", o.Label, o.Phase, o.Detail)
		}
	}
}

// A percentile of as many values as it needs is known, of one less it is not.
func TestValuesForPercentiles(t *testing.T) {
	for p, want := range map[float64]float64{50: 2, 75: 4, 90: 10, 95: 20, 97.5: 40, 99: 100, 99.9: 1000, 99.99: 10_000, 100: 1, 33: 2} {
		if got := valuesFor(p); got != want {
			t.Errorf("p%v: got %v, want %v", p, got, want)
		}
	}
}
