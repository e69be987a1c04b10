package main

import (
	"strings"
	"testing"
	"time"

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
		want   string
	}{
		{figure{"hello", "pool", "gunicorn-gthread", false, 2}, "2.00 ×  ≥ 2 ×  ok"},
		{figure{"hello", "pool", "gunicorn-gthread", true, 2}, "1.50 ×  ≥ 2 ×  short"},
		{figure{"hello", "gunicorn-gthread", "gunicorn-gthread", true, 1}, "1.00 ×  > 1 ×  short"},
		{figure{"hello", "pool", "wsgo", false, 1}, "not measured  > 1 ×  short"},
		{figure{"hello", "pool", "bjoern", false, 1}, "not measured  > 1 ×  short"},
	} {
		var out strings.Builder
		short := writeFigures(&out, []figure{test.figure}, measured)
		if !strings.Contains(out.String(), test.want) || (short > 0) != strings.HasSuffix(test.want, "short") {
			t.Errorf("got %q and %d short, want %q", out.String(), short, test.want)
		}
	}
}

func TestMedian(t *testing.T) {
	for _, test := range []struct {
		values []float64
		want   float64
	}{{[]float64{3}, 3}, {[]float64{9, 1, 2}, 2}, {[]float64{4, 1, 2, 9}, 3}} {
		if got := median(test.values); got != test.want {
			t.Errorf("median of %v: got %v, want %v", test.values, got, test.want)
		}
	}
}
