//go:build linux

package main

import (
	"bytes"
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/wsgibench/wsgibench/internal/bars"
	"github.com/wsgibench/wsgibench/internal/traffic/truth"
)

func TestQuantile(t *testing.T) {
	xs := []float64{10, 20, 30, 40}
	for q, want := range map[float64]float64{0: 10, 0.25: 10, 0.26: 20, 0.5: 20, 0.99: 40, 1: 40} {
		if got := quantile(xs, q); got != want {
			t.Errorf("quantile %g: %g, want %g", q, got, want)
		}
	}
}

// TestKS compares p-values with the table of the asymptotic distribution, and finds what it is there to find.
func TestKS(t *testing.T) {
	const n = 10_000
	even := make([]float64, n)
	for i := range even {
		even[i] = (float64(i) + 0.5) / n
	}
	if p := ksUniform(even); p < 0.999 {
		t.Errorf("evenly spread: p = %g, want 1", p)
	}
	// Shifting by d makes the distance d: 1.6276/√n is the 1 % point.
	shifted := make([]float64, n)
	for i := range shifted {
		shifted[i] = math.Max(0, even[i]-1.6276/math.Sqrt(n))
	}
	if p := ksUniform(shifted); p < 0.008 || p > 0.012 {
		t.Errorf("at the 1 %% point: p = %g", p)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	var log, bursts []truth.Entry
	var at time.Duration
	for range n {
		at += time.Duration(rng.ExpFloat64() * 2e6)
		log = append(log, truth.Entry{Arrived: at})
		bursts = append(bursts, truth.Entry{Arrived: at.Truncate(time.Millisecond)})
	}
	if gaps, places := arrivalPs(log, 500); gaps < 0.01 || places < 0.01 {
		t.Errorf("a Poisson process is rejected: p = %g, %g", gaps, places)
	}
	if gaps, places := arrivalPs(bursts, 500); gaps > 1e-6 || places > 1e-6 {
		t.Errorf("bursts at every millisecond pass: p = %g, %g", gaps, places)
	}
}

// TestTable: a figure that cannot be measured is short, and does not keep the others from being printed.
func TestTable(t *testing.T) {
	old := figures
	defer func() { figures = old }()
	figures = []figure{
		{"broken", func(context.Context, *setting) ([]bars.Row, error) { return nil, errors.New("wrk is missing") }},
		{"good", func(context.Context, *setting) ([]bars.Row, error) {
			return []bars.Row{{What: "lag", Reached: "1 µs", Bar: "≤ 60 µs", OK: true}}, nil
		}},
	}
	var out bytes.Buffer
	if err := run(context.Background(), nil, nil, &out, &out); err != bars.Short(1) {
		t.Errorf("error %v, want %v", err, bars.Short(1))
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 3 || !strings.HasSuffix(lines[1], "short") || !strings.Contains(lines[1], "wrk is missing") || !strings.HasSuffix(lines[2], "ok") {
		t.Errorf("table:\n%s", out.String())
	}
	out.Reset()
	if err := run(context.Background(), []string{"-only", "good"}, nil, &out, &out); err != nil || strings.Contains(out.String(), "broken") {
		t.Errorf("only one figure: %v\n%s", err, out.String())
	}
}
