package compare

import (
	"math"
	"testing"

	"github.com/wsgibench/wsgibench/results/resultstest"
)

// Percentiles over all requests are those of the merged histograms of the trials that were compared.
func TestMerged(t *testing.T) {
	r, err := resultstest.Example(t.TempDir(), resultstest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c := targets(t, r, Options{Merged: true})
	compared := 0
	for _, row := range c.Rows {
		m, err := MetricNamed(row.Metric)
		if err != nil {
			t.Fatal(err)
		}
		if (row.Merged != nil) != (m.Quantile > 0 && row.Known()) {
			t.Errorf("%s of %s (%s): merged %+v", row.Metric, row.Head, row.Verdict, row.Merged)
		}
		if row.Merged == nil {
			continue
		}
		h, err := r.Histogram(row.Head, row.Phase, "response", "")
		if err != nil {
			t.Fatal(err)
		}
		if want := float64(h.ValueAtPercentile(100*m.Quantile)) / 1e9; math.Abs(row.Merged.Head-want) > 1e-4*want {
			t.Errorf("%s of %s in %s: merged %v, want %v", row.Metric, row.Head, row.Phase, row.Merged.Head, want)
		}
		if row.Merged.Ratio.Low != nil {
			t.Errorf("%s of %s has an interval from %d blocks", row.Metric, row.Head, resultstest.Blocks)
		}
		compared++
	}
	if compared == 0 {
		t.Error("no percentile was compared")
	}
	if lines := c.MergedLines("steady"); len(lines) == 0 || len(lines[0]) != len(MergedHeader) {
		t.Errorf("%d lines %q, want some with %d columns", len(lines), lines, len(MergedHeader))
	}
}
