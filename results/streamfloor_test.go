package results_test

import (
	"testing"

	"github.com/wsgibench/wsgibench/results"
)

// A phase's floor is that of its slowest request, and one that is not known all through is not known.
func TestFloor(t *testing.T) {
	run := &results.Run{Calibration: &results.Calibration{Streams: []results.StreamFloor{
		{Phase: "events", Metrics: []results.Metric{results.Known("delivery_p50", "s", 80e-6), results.Unknown("delivery_p99", "s", "12 values, needs 100")}},
		{Phase: "events", Metrics: []results.Metric{results.Known("delivery_p50", "s", 90e-6), results.Known("delivery_p99", "s", 200e-6)}},
		{Phase: "many", Reason: "the time for calibration was over"},
	}}}
	for _, tt := range []struct {
		phase, metric string
		want          float64 // 0: not known
		why           string
	}{
		{"events", "delivery_p50", 90e-6, ""},
		{"events", "delivery_p99", 0, "12 values, needs 100"},
		{"many", "delivery_p50", 0, "the time for calibration was over"},
		{"none", "delivery_p50", 0, "the calibration had no streams of this phase"},
	} {
		got, why := run.Floor(tt.phase, tt.metric)
		if why != tt.why || (got == nil) != (tt.want == 0) || got != nil && *got != tt.want {
			t.Errorf("%s of %s: got %v, %q; want %v, %q", tt.metric, tt.phase, got, why, tt.want, tt.why)
		}
	}
	skipped := &results.Run{CalibrationReason: "skipped: --no-calibrate"}
	if got, why := skipped.Floor("events", "delivery_p50"); got != nil || why != "skipped: --no-calibrate" {
		t.Errorf("without a calibration: got %v, %q", got, why)
	}
}
