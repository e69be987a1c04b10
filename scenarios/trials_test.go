package scenarios

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestUntil(t *testing.T) {
	seed := uint64(1)
	written := Trials{Blocks: 20, Until: &Until{Precision: 0.03, Margin: 0.015, Metric: "response_p99", Phase: "steady"}, Budget: 10 * time.Minute, Seed: &seed}
	for _, tt := range []struct {
		name string
		set  []string
		want Trials
	}{
		{"as written", nil, written},
		{"shorthand", []string{"trials={until: verdict}"}, Trials{Blocks: 30, Until: &Until{Margin: 0.02}}},
		{"blocks win over the file", []string{"trials.blocks=3"}, Trials{Blocks: 3, Budget: 10 * time.Minute, Seed: &seed}},
		{"the last one wins", []string{"trials.blocks=3", "trials.until.precision=5%"}, Trials{Blocks: 30, Until: &Until{Precision: 0.05, Margin: 0.02}, Budget: 10 * time.Minute, Seed: &seed}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, parseGood(t, "trials.yaml", tt.set...).Trials); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestVerify(t *testing.T) {
	for set, want := range map[string]Verify{"verify=true": {}, "verify=false": {Off: true}, "verify=[date]": {Only: []string{"date"}}} {
		if diff := cmp.Diff(want, parseGood(t, "trials.yaml", set).Verify); diff != "" {
			t.Errorf("%s (-want +got):\n%s", set, diff)
		}
	}
	if got := parseGood(t, "short.yaml").Verify; got.Off || got.Only != nil {
		t.Errorf("without the key: %+v, want every check", got)
	}
}

// The one measured phase need not be named.
func TestGatePhase(t *testing.T) {
	want := []GateMetric{
		{Word: "cpu_per_request", Metric: "cpu_per_request", Phase: "steady", Margin: 0.03, Line: 9, Column: 25},
		{Word: "errors", Metric: "errors", Phase: "steady", Line: 9, Column: 37},
	}
	if diff := cmp.Diff(want, parseGood(t, "trials.yaml").Gate); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
