package results_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wsgibench/wsgibench/results"
)

// A run records its calibration, or null and why there is none.
func TestCalibrationIsRecorded(t *testing.T) {
	schema := compiled(t, "Run")
	for name, tt := range map[string]struct {
		calibration *results.Calibration
		reason      string
		want        string
	}{
		"measured": {&results.Calibration{Ceiling: 60_000, Clients: 16, BodyBytes: 12, LoadCPUs: "0"}, "", `"ceiling": 60000`},
		"skipped":  {nil, "skipped", `"calibration": null`},
	} {
		run := smallRun()
		run.Calibration, run.CalibrationReason = tt.calibration, tt.reason
		d := create(t, run)
		data, err := os.ReadFile(filepath.Join(d.Path(), "run.json"))
		if err != nil {
			t.Fatal(err)
		}
		if err := validate(t, schema, data); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if !strings.Contains(string(data), tt.want) {
			t.Errorf("%s: run.json has no %s", name, tt.want)
		}
		var back results.Run
		if err := json.Unmarshal(data, &back); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.calibration, back.Calibration); diff != "" || back.CalibrationReason != tt.reason {
			t.Errorf("%s: read back (-want +got):\n%sreason %q, want %q", name, diff, back.CalibrationReason, tt.reason)
		}
	}
}
