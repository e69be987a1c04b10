package bench

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wsgibench/wsgibench/internal/traffic"
	"github.com/wsgibench/wsgibench/results"
)

// healthy are the figures of a trial that has nothing wrong with it.
func healthy() map[string]float64 {
	return map[string]float64{
		"requests": 1000, "errors_count": 0, "errors": 0, "throughput": 1000, "response_mean": 0.008, "response_p99": 0.010,
		"send_lag_p99": 0.0002, "engine_lag_p99": 0.0002, "generator_cpu": 0.3, "generator_stalled": 0.01,
		"generator_wait": 0.2, "generator_wait_share": 0.5, "steal": 0, "eof_framed": 0, "listen_overflows": 0,
	}
}

func TestJudge(t *testing.T) {
	open := results.Phase{Name: "steady", Model: "open", Duration: 1}
	closed := results.Phase{Name: "steady", Model: "closed", Clients: 8, Duration: 1}
	pausing := results.Phase{Name: "steady", Model: "closed", Clients: 8, Pauses: true, Duration: 1}
	sent := traffic.Report{Due: 1000, Sent: 1000}
	for _, tt := range []struct {
		name     string
		phase    results.Phase
		report   traffic.Report
		capacity float64 // 0: not calibrated
		starved  bool    // while it was calibrated
		change   map[string]float64
		verdict  string
		reasons  []string
		warnings []string
		ladders  []results.Climb
	}{
		{name: "healthy open", phase: open, report: sent, verdict: results.Valid},
		{name: "healthy closed", phase: closed, report: sent, verdict: results.Valid},
		{name: "held, and nothing ended", phase: results.Phase{Name: "steady", Model: "closed", Clients: 6, Pauses: true, Beside: "short", Duration: 1}, change: map[string]float64{"requests": 0}, verdict: results.Valid},
		{name: "nothing ended", phase: open, report: sent, change: map[string]float64{"requests": 0}, verdict: results.Invalid, reasons: []string{"no-success"}},
		{name: "no success", phase: open, report: sent, change: map[string]float64{"errors": 1, "errors_count": 1000}, verdict: results.Invalid, reasons: []string{"no-success"}},
		{name: "errors", phase: open, report: sent, change: map[string]float64{"errors": 0.02, "errors_count": 20}, verdict: results.Invalid, reasons: []string{"errors"}},
		{name: "one error", phase: open, report: sent, change: map[string]float64{"errors": 0.001, "errors_count": 1}, verdict: results.Valid, warnings: []string{"some-errors"}},
		{name: "generator", phase: closed, report: sent, change: map[string]float64{"generator_cpu": 0.95}, verdict: results.Invalid, reasons: []string{"generator-limited"}},
		{name: "busy beside a server at its limit", phase: closed, report: sent, change: map[string]float64{"generator_cpu": 0.9, "cpu": 0.95}, verdict: results.Valid},
		{name: "busier than that", phase: closed, report: sent, change: map[string]float64{"generator_cpu": 0.97, "cpu": 0.95}, verdict: results.Invalid, reasons: []string{"generator-limited"}},
		{name: "busy beside a server that is not", phase: closed, report: sent, change: map[string]float64{"generator_cpu": 0.9, "cpu": 0.6}, verdict: results.Invalid, reasons: []string{"generator-limited"}},
		{name: "near what the generator can do", phase: closed, report: sent, capacity: 1900, verdict: results.Invalid, reasons: []string{"generator-limited"}},
		{name: "starved while it was calibrated", phase: closed, report: sent, capacity: 1900, starved: true, verdict: results.Valid},
		{name: "below half of what the generator can do", phase: closed, report: sent, capacity: 2001, verdict: results.Valid},
		{name: "stalled", phase: closed, report: sent, change: map[string]float64{"generator_stalled": 0.88, "generator_wait_share": 0.5}, verdict: results.Invalid, reasons: []string{"generator-starved"}},
		{name: "one hiccup in a short phase", phase: results.Phase{Name: "steady", Model: "open", Duration: 0.3}, report: sent, change: map[string]float64{"generator_stalled": 0.4, "generator_wait": 0.2, "generator_wait_share": 0.97}, verdict: results.Valid},
		{name: "crowded out", phase: closed, report: sent, change: map[string]float64{"generator_stalled": 0.07, "generator_wait": 0.5, "generator_wait_share": 0.93}, verdict: results.Invalid, reasons: []string{"generator-starved"}},
		{name: "idle beside a neighbour", phase: open, report: sent, change: map[string]float64{"generator_wait": 0.2, "generator_wait_share": 0.97}, verdict: results.Valid},
		{name: "some noise", phase: closed, report: sent, change: map[string]float64{"generator_stalled": 0.1, "generator_wait": 0.8, "generator_wait_share": 0.6}, verdict: results.Valid},
		{name: "late because of the server alone", phase: open, report: sent, change: map[string]float64{"send_lag_p99": 0.5, "response_p99": 0.6}, verdict: results.Valid},
		{name: "unsent", phase: open, report: traffic.Report{Due: 1000, Sent: 900, Unsent: 100}, verdict: results.Invalid, reasons: []string{"schedule-missed"}},
		{name: "late", phase: open, report: sent, change: map[string]float64{"send_lag_p99": 0.5, "engine_lag_p99": 0.5, "response_p99": 0.6}, verdict: results.Invalid, reasons: []string{"schedule-missed"}},
		{name: "slow server is not blamed on the generator", phase: open, report: sent, change: map[string]float64{"response_p99": 3, "response_mean": 2}, verdict: results.Valid},
		{name: "server at its limit", phase: open, report: traffic.Report{Due: 1000, Sent: 700, Unsent: 300, Blocked: 300}, verdict: results.Invalid, reasons: []string{"overloaded"}},
		{name: "Little's law", phase: closed, report: sent, change: map[string]float64{"response_mean": 0.004}, verdict: results.Invalid, reasons: []string{"littles-law"}},
		{name: "clients who pause", phase: pausing, report: sent, change: map[string]float64{"response_mean": 0.001}, verdict: results.Valid},
		{name: "more than the clients who pause", phase: pausing, report: sent, change: map[string]float64{"response_mean": 0.02}, verdict: results.Invalid, reasons: []string{"littles-law"}},
		{name: "what gave at a step", phase: open, report: sent, ladders: []results.Climb{{Ladder: "l", Gave: "steady", Clients: 4}}, change: map[string]float64{"errors": 1, "errors_count": 1000}, verdict: results.Valid},
		{name: "some that failed where something gave", phase: open, report: sent, ladders: []results.Climb{{Ladder: "l", Gave: "steady", Clients: 4}}, change: map[string]float64{"errors": 0.5, "errors_count": 500}, verdict: results.Valid},
		{name: "what gave beside nobody", phase: open, report: sent, ladders: []results.Climb{{Ladder: "l", Gave: "steady"}}, change: map[string]float64{"errors": 1, "errors_count": 1000}, verdict: results.Invalid, reasons: []string{"no-success"}},
		{name: "a step that was not reached", phase: open, ladders: []results.Climb{{Ladder: "l", Gave: "other", Clients: 4, Unreached: []string{"steady"}}}, change: map[string]float64{"errors": 1, "errors_count": 1000}, verdict: results.Valid},
		{name: "noise", phase: open, report: sent, change: map[string]float64{"steal": 0.2, "eof_framed": 3, "listen_overflows": 2}, verdict: results.Valid, warnings: []string{"noisy", "eof-framed", "listen-overflow"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			figures := healthy()
			for k, v := range tt.change {
				figures[k] = v
			}
			trial := &results.Trial{Verdict: results.Failed, Obtained: results.Obtained{ServerCPUs: "1"}}
			for k, v := range figures {
				m := results.Known(k, "1", v)
				m.Phase = "steady"
				trial.Metrics = append(trial.Metrics, m)
			}
			warm := results.Phase{Name: "warm", Warmup: true}
			run := &results.Run{Phases: []results.Phase{warm, tt.phase}}
			if tt.capacity > 0 {
				run.Calibration = &results.Calibration{Capacity: tt.capacity}
				if tt.starved {
					run.Calibration.Stalled = 0.4
				}
			}
			trial.Ladders = tt.ladders
			judge(trial, run, []traffic.Report{{}, tt.report})
			if trial.Verdict != tt.verdict {
				t.Errorf("verdict = %s, want %s", trial.Verdict, tt.verdict)
			}
			if diff := cmp.Diff(tt.reasons, codes(trial.Reasons)); diff != "" {
				t.Errorf("reasons (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.warnings, codes(trial.Warnings)); diff != "" {
				t.Errorf("warnings (-want +got):\n%s", diff)
			}
			for _, n := range trial.Reasons {
				if n.Hint == "" || n.Text == "" {
					t.Errorf("%s says not what to do: %+v", n.Code, n)
				}
			}
		})
	}
}

func TestFailedTrialStaysFailed(t *testing.T) {
	trial := &results.Trial{Verdict: results.Failed, Failure: &results.Failure{Stage: "ready", Text: "it died"}}
	judge(trial, &results.Run{Phases: []results.Phase{{Name: "steady", Model: "open"}}}, nil)
	if trial.Verdict != results.Failed || trial.Reasons != nil {
		t.Errorf("verdict = %s, reasons = %v, want failed without reasons", trial.Verdict, trial.Reasons)
	}
}

func codes(ns []results.Notice) []string {
	var cs []string
	for _, n := range ns {
		cs = append(cs, n.Code)
	}
	return cs
}
