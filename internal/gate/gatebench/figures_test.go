package main

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wsgibench/wsgibench/internal/gate"
)

// made is a series of outcomes with the verdicts asked for, whose pairs have heavy tails.
func made(kind string, verdicts ...gate.Verdict) []outcome {
	rng := rand.New(rand.NewPCG(1, 2))
	var all []outcome
	for _, v := range verdicts {
		o := outcome{Kind: kind, Seconds: 40, Report: &gate.Report{Verdict: v, Metrics: []gate.MetricReport{
			{Word: "cpu_per_request", Phase: "steady", Margin: 0.03, Verdict: v}, {Word: "p50", Phase: "steady", Margin: 0.05, Verdict: gate.OK},
		}}, Pairs: make([][]float64, 2)}
		for range 12 {
			tail := 1.0
			if rng.IntN(20) == 0 {
				tail = 3
			}
			o.Pairs[0] = append(o.Pairs[0], 0.01*tail*rng.NormFloat64())
			o.Pairs[1] = append(o.Pairs[1], 0.03*tail*rng.NormFloat64())
		}
		all = append(all, o)
	}
	return all
}

func repeat(v gate.Verdict, n int) []gate.Verdict {
	var all []gate.Verdict
	for range n {
		all = append(all, v)
	}
	return all
}

func TestFigures(t *testing.T) {
	for _, c := range []struct {
		name             string
		same, burn, swap []gate.Verdict
		short            string // the rows that are, by their first word after the bar
	}{
		{"all as promised", repeat(gate.OK, 10), repeat(gate.Regression, 12), repeat(gate.Improvement, 12), ""},
		{"a red A/A", append(repeat(gate.OK, 9), gate.Regression), nil, nil, "same code"},
		{"two slower heads not found", nil, append(repeat(gate.Regression, 10), gate.OK, gate.Inconclusive), nil, "burns"},
		{"not mirrored", nil, repeat(gate.Regression, 4), append(repeat(gate.Improvement, 3), gate.OK), "swapped"},
	} {
		s := &series{server: "gunicorn", done: append(append(made(same, c.same...), made(burn, c.burn...)...), made(swap, c.swap...)...)}
		rows, err := s.figures(3000)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		var short []string
		for _, r := range rows {
			if !r.OK {
				short = append(short, r.What+": "+r.Reached)
			}
		}
		if c.short == "" && len(short) > 0 || c.short != "" && (len(short) != 1 || !strings.Contains(short[0], c.short)) {
			t.Errorf("%s: short are %q, want the one with %q", c.name, short, c.short)
		}
	}
}

func TestNothingRun(t *testing.T) {
	if _, err := (&series{}).figures(1); err == nil {
		t.Error("a table of nothing, want an error")
	}
	s := &series{done: made(same, gate.OK)}
	rows, err := s.figures(1)
	if err != nil || rows[2].OK || !strings.Contains(rows[2].Reached, "too few pairs") {
		t.Errorf("the curve of 12 pairs: got %+v, %v; want it short", rows, err)
	}
}

// A series goes on from what its file has, and says which line is no outcome.
func TestLoad(t *testing.T) {
	file := filepath.Join(t.TempDir(), "gates.jsonl")
	s := &series{file: file}
	if err := s.load(); err != nil || len(s.done) != 0 {
		t.Errorf("no file yet: %d outcomes, %v", len(s.done), err)
	}
	if err := os.WriteFile(file, []byte("{\"kind\":\"same\"}\n{\"kind\":\"burn\"}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := s.load(); err != nil || len(s.of(same)) != 1 || len(s.of(burn)) != 1 {
		t.Errorf("got %d outcomes, %v; want one of each kind", len(s.done), err)
	}
	if err := os.WriteFile(file, []byte("{\"kind\":\"same\"}\n{\"ki"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := s.load(); err == nil || !strings.Contains(err.Error(), ":2: ") {
		t.Errorf("a torn line: got %v, want an error that names it", err)
	}
}
