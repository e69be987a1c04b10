package bench

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/wsgibench/wsgibench/results"
)

// A run has a calibration, or the reason why it has none; only an interruption ends it.
func TestRunIsCalibrated(t *testing.T) {
	t.Run("measured", func(t *testing.T) {
		p := &Plan{}
		if err := p.calibrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		if c := p.Run.Calibration; c == nil || c.Capacity <= 0 || p.Run.CalibrationReason != "" {
			t.Errorf("calibration = %+v, reason %q; want figures and no reason", c, p.Run.CalibrationReason)
		}
	})
	t.Run("skipped", func(t *testing.T) {
		p := &Plan{config: Config{NoCalibrate: true}}
		if err := p.calibrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		if p.Run.Calibration != nil || !strings.Contains(p.Run.CalibrationReason, "--no-calibrate") {
			t.Errorf("calibration = %+v, reason %q; want none because of --no-calibrate", p.Run.Calibration, p.Run.CalibrationReason)
		}
	})
	t.Run("failed", func(t *testing.T) {
		note := ""
		p := &Plan{server: []int{1023}, config: Config{Progress: func(e Event) { note = e.Note }}}
		if err := p.calibrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		if p.Run.Calibration != nil || !strings.Contains(p.Run.CalibrationReason, "1023") || !strings.Contains(note, p.Run.CalibrationReason) {
			t.Errorf("calibration = %+v, reason %q, told %q; want none because of processor 1023", p.Run.Calibration, p.Run.CalibrationReason, note)
		}
	})
	t.Run("interrupted", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		p := &Plan{config: Config{Out: t.TempDir()}, Run: results.Run{}}
		if dir, err := p.Execute(ctx); !errors.Is(err, context.Canceled) || dir != "" {
			t.Errorf("Execute = %q, %v; want %v", dir, err, context.Canceled)
		}
	})
}
