package calibrate

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/wsgibench/wsgibench/targets/process"
)

func TestMain(m *testing.M) {
	process.KeeperMain()
	ServerMain()
	os.Exit(m.Run())
}

// What is measured has the order that it must have on any machine, however slow; nothing here asserts a time.
func TestMeasure(t *testing.T) {
	cpus, err := process.Available()
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Server: cpus[len(cpus)-1:], Stretches: 2, Ceiling: 100 * time.Millisecond, Lag: 300 * time.Millisecond, Single: 50 * time.Millisecond}
	c, err := Measure(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	for name, ordered := range map[string]bool{
		"a ceiling, and a capacity above it":        c.Ceiling > 0 && c.Capacity >= c.Ceiling,
		"CPU time per request":                      c.CPUPerRequest > 0 && c.CPUPerRequest < 1,
		"quantiles of the lag in order":             c.SendLagP50 > 0 && c.SendLagP50 <= c.SendLagP90 && c.SendLagP90 <= c.SendLagP99,
		"a response time, the shortest at most p50": c.ResponseMin > 0 && c.ResponseMin <= c.ResponseP50*1.001, // a histogram's three digits
		"a share of stalls":                         c.Stalled >= 0 && c.Stalled <= 1,
		"what was asked for":                        c.Clients == 16 && c.BodyBytes == 12 && c.Rate == 1000 && c.ServerCPUs == process.FormatCPUs(o.Server) && c.LoadCPUs == "",
	} {
		if !ordered {
			t.Errorf("want %s, got %+v", name, *c)
		}
	}
}

// An interrupted calibration says so, and gives no figures.
func TestMeasureInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if c, err := Measure(ctx, Short()); !errors.Is(err, context.Canceled) || c != nil {
		t.Errorf("Measure = %v, %v; want %v", c, err, context.Canceled)
	}
}

func TestMeasureOnNoSuchCPU(t *testing.T) {
	o := Short()
	o.Server = []int{1023}
	if c, err := Measure(t.Context(), o); err == nil {
		t.Errorf("Measure on processor 1023 = %+v, want an error", c)
	}
}

// A program that does not call ServerMain re-executes itself as what it is, and must not go on doing so.
func TestMeasureWithoutServerMain(t *testing.T) {
	t.Setenv(serverEnv, "127.0.0.1:1")
	if _, err := Measure(t.Context(), Short()); err == nil || !strings.Contains(err.Error(), "ServerMain") {
		t.Errorf("Measure = %v; want it to ask for ServerMain", err)
	}
}
