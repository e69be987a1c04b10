package main

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wsgibench/wsgibench/internal/bars"
	"github.com/wsgibench/wsgibench/internal/bench"
	"github.com/wsgibench/wsgibench/scenarios"
)

// Every workload is a scenario that can be run, and every figure compares servers that are measured.
func TestWorkloads(t *testing.T) {
	labels := map[string]string{}
	for _, w := range workloads {
		text := w.scenario(settings{blocks: 2, length: time.Second})
		if _, err := scenarios.Parse("hostbench.yaml", []byte(text), nil, bench.Names()); err != nil {
			t.Errorf("%s: %v", w.name, err)
		}
		labels[w.name] = text
	}
	for _, f := range figures {
		for _, server := range []string{f.host, f.than} {
			if !strings.Contains(labels[f.workload], server) {
				t.Errorf("%s: %s is not measured", f.what(), server)
			}
		}
	}
}

func TestFigures(t *testing.T) {
	measured := map[string]rates{"hello": {"pool": {cpu: 200, wall: 150}, "gunicorn-gthread": {cpu: 100, wall: 100}, "wsgo": {why: "not here"}}}
	for _, test := range []struct {
		figure figure
		want   bars.Row
	}{
		{figure{"hello", "pool", "gunicorn-gthread", false, 2}, bars.Row{Reached: "2.00 ×", Bar: "≥ 2 ×", OK: true}},
		{figure{"hello", "pool", "gunicorn-gthread", true, 2}, bars.Row{Reached: "1.50 ×", Bar: "≥ 2 ×"}},
		{figure{"hello", "gunicorn-gthread", "gunicorn-gthread", true, 1}, bars.Row{Reached: "1.00 ×", Bar: "> 1 ×"}},
		{figure{"hello", "pool", "wsgo", false, 1}, bars.Row{Reached: "not measured", Bar: "> 1 ×"}},
		{figure{"hello", "pool", "bjoern", false, 1}, bars.Row{Reached: "not measured", Bar: "> 1 ×"}},
	} {
		test.want.What = test.figure.what()
		if diff := cmp.Diff([]bars.Row{test.want}, rows([]figure{test.figure}, measured)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}
