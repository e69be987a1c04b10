package bench

import (
	"strings"
	"testing"

	"github.com/wsgibench/wsgibench/results"
)

func TestHeldMemory(t *testing.T) {
	phases := []results.Phase{
		{Name: "early"}, {Name: "early held", Beside: "early"}, // nothing without held streams before
		{Name: "warmup", Warmup: true}, {Name: "L0"},
		{Name: "L4"}, {Name: "L4 held", Beside: "L4"},
		{Name: "L8"}, {Name: "L8 held", Beside: "L8"},
		{Name: "L9"}, {Name: "L9 held", Beside: "L9"}, // not reached
	}
	trial := &results.Trial{}
	for phase, pss := range map[string]float64{"early": 10e6, "warmup": 19e6, "L0": 20e6, "L4": 20.4e6, "L8": 19.9e6} {
		trial.Metrics = append(trial.Metrics, in(phase, results.Known("pss", "B", pss)))
	}
	for phase, open := range map[string]float64{"early held": 1, "L4 held": 4, "L8 held": 5} {
		trial.Metrics = append(trial.Metrics, in(phase, results.Known("streams_open", "1", open)))
	}
	heldMemory(trial, phases)
	for phase, want := range map[string]float64{"L4": 100e3, "L8": -20e3} { // beside the last phase without, by the streams that were open
		if got := trial.Metric("held_pss", phase, ""); got == nil || *got != want {
			t.Errorf("%s: got %v, want %v", phase, got, want)
		}
	}
	for _, m := range trial.Metrics {
		if m.Name != "held_pss" {
			continue
		}
		if m.Phase == "early" && (m.Value != nil || !strings.Contains(m.Reason, "a warm-up is enough")) {
			t.Errorf("early: got %+v, want the reason why it is unknown", m)
		}
		if m.Phase == "L0" || m.Phase == "warmup" || m.Phase == "L9" {
			t.Errorf("%s has held_pss, and held nothing", m.Phase)
		}
	}
}

// Without figures of the processes, or without a stream that got a block, it is unknown.
func TestHeldMemoryUnknown(t *testing.T) {
	phases := []results.Phase{{Name: "L0"}, {Name: "L1"}, {Name: "L1 held", Beside: "L1"}}
	for open, why := range map[float64]string{0: "no held stream", 1: "PSS is not known"} {
		trial := &results.Trial{Metrics: []results.Metric{in("L1 held", results.Known("streams_open", "1", open))}}
		if open == 0 {
			trial.Metrics = append(trial.Metrics, in("L0", results.Known("pss", "B", 1)), in("L1", results.Known("pss", "B", 2)))
		}
		heldMemory(trial, phases)
		last := trial.Metrics[len(trial.Metrics)-1]
		if last.Name != "held_pss" || last.Value != nil || !strings.Contains(last.Reason, why) {
			t.Errorf("%v open: got %+v, want it unknown because %s", open, last, why)
		}
	}
}
