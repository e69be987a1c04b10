package bench

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wsgibench/wsgibench/internal/traffic"
	"github.com/wsgibench/wsgibench/results"
)

// Streams near what the generator can take of them are the generator's figure, by the rule of requests; where that is not
// known, for this phase and undisturbed, nothing is claimed.
func TestJudgeStreams(t *testing.T) {
	capacity := func(v float64) *float64 { return &v }
	for name, tt := range map[string]struct {
		floors  []results.StreamFloor
		server  float64 // its share of its processor
		reasons []string
	}{
		"near it":                       {[]results.StreamFloor{{Phase: "many", Capacity: capacity(124e6)}}, 0.5, []string{"generator-limited"}},
		"far from it":                   {[]results.StreamFloor{{Phase: "many", Capacity: capacity(126e6)}}, 0.5, nil},
		"near that of one of several":   {[]results.StreamFloor{{Phase: "many", Capacity: capacity(9e9)}, {Phase: "many", Capacity: capacity(110e6)}}, 0.5, []string{"generator-limited"}},
		"paced":                         {[]results.StreamFloor{{Phase: "many"}}, 0.5, nil},
		"another phase":                 {[]results.StreamFloor{{Phase: "few", Capacity: capacity(1)}}, 0.5, nil},
		"starved while it was measured": {[]results.StreamFloor{{Phase: "many", Capacity: capacity(110e6), Stalled: 0.5}}, 0.5, nil},
		"crowded out meanwhile":         {[]results.StreamFloor{{Phase: "many", Capacity: capacity(110e6), Waited: 0.9}}, 0.5, nil},
		"near it, at its own limit":     {[]results.StreamFloor{{Phase: "many", Capacity: capacity(124e6)}}, 0.97, nil},
		"not measured":                  {nil, 0.5, nil},
	} {
		trial := &results.Trial{Verdict: results.Failed, Obtained: results.Obtained{ServerCPUs: "1"}}
		for k, v := range healthy() {
			trial.Metrics = append(trial.Metrics, in("many", results.Known(k, "1", v)))
		}
		trial.Metrics = append(trial.Metrics, in("many", results.Known("body_rate", "B/s", 100e6)), in("many", results.Known("cpu", "s", tt.server)))
		run := &results.Run{
			Phases:      []results.Phase{{Name: "many", Model: "closed", Clients: 8, Duration: 1}},
			Calibration: &results.Calibration{Capacity: 1e6, Streams: tt.floors},
		}
		judge(trial, run, []traffic.Report{{Due: 1000, Sent: 1000}})
		if diff := cmp.Diff(tt.reasons, codes(trial.Reasons)); diff != "" {
			t.Errorf("%s: reasons (-want +got):\n%s", name, diff)
		}
	}
}

func in(phase string, m results.Metric) results.Metric {
	m.Phase = phase
	return m
}
