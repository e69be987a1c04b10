package main

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/wsgibench/wsgibench/internal/bars"
)

// table runs figures with few repetitions: enough to go through all the code, too few to judge by.
func table(t *testing.T, figures []figure, workers int) []string {
	t.Helper()
	var out strings.Builder
	err := run(t.Context(), &out, figures, simulation{reps: 4, workers: workers})
	var short bars.Short
	if err != nil && !errors.As(err, &short) {
		t.Fatal(err)
	}
	if got := strings.Count(out.String(), "short\n"); got != int(short) {
		t.Errorf("%d rows say short, %d counted", got, short)
	}
	return strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
}

func TestTableHasARowPerFigure(t *testing.T) {
	all := figures()
	lines := table(t, all, 2)
	if len(lines) != len(all)+1 {
		t.Fatalf("%d lines for %d figures", len(lines), len(all))
	}
	seen := map[string]bool{}
	for i, line := range lines[1:] {
		if !strings.HasPrefix(line, all[i].what) || !(strings.HasSuffix(line, "  ok") || strings.HasSuffix(line, "  short")) {
			t.Errorf("row %q of figure %q", line, all[i].what)
		}
		if seen[all[i].what] {
			t.Errorf("two figures are called %q, so they share their seed", all[i].what)
		}
		seen[all[i].what] = true
	}
}

func TestTableDoesNotDependOnWorkers(t *testing.T) {
	some := append(coverage(), power()...)
	one, three := table(t, some, 1), table(t, some, 3)
	for i := range one {
		if one[i] != three[i] {
			t.Errorf("one worker %q, three %q", one[i], three[i])
		}
	}
}

func TestBars(t *testing.T) {
	constant := func(v float64) func(simulation) float64 { return func(simulation) float64 { return v } }
	for _, c := range []struct {
		f     figure
		short error
		row   string
	}{
		{figure{"a", constant(0.95), atLeast(0.94, "%")}, nil, "a       95.00 %  ≥ 94.00 %  ok"},
		{figure{"a", constant(0.93), atLeast(0.94, "%")}, bars.Short(1), "a       93.00 %  ≥ 94.00 %  short"},
		{figure{"a", constant(2), atMost(2, "points")}, nil, "a       2.00 points  ≤ 2.00 points  ok"},
		{figure{"a", constant(2.01), atMost(2, "points")}, bars.Short(1), "a       2.01 points  ≤ 2.00 points  short"},
	} {
		var out strings.Builder
		err := run(t.Context(), &out, []figure{c.f}, simulation{reps: 1, workers: 1})
		if row := strings.Split(out.String(), "\n")[1]; err != c.short || row != c.row {
			t.Errorf("%v, %q; want %v, %q", err, row, c.short, c.row)
		}
	}
	if err := run(t.Context(), io.Discard, nil, simulation{}); err == nil {
		t.Error("no repetitions: no error")
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if err := run(over, io.Discard, figures(), simulation{reps: 1, workers: 1}); !errors.Is(err, context.Canceled) {
		t.Errorf("told to end: got %v, want that it was", err)
	}
}

func TestMeanCountsEveryRepetition(t *testing.T) {
	s := simulation{reps: 1001, workers: 4}.named("x")
	want := 0.0
	for i := range s.reps {
		want += rand.New(rand.NewPCG(s.seed, uint64(i))).Float64()
	}
	if got := s.mean(func(rng *rand.Rand) float64 { return rng.Float64() }); got != want/float64(s.reps) {
		t.Errorf("mean %v, want %v", got, want/float64(s.reps))
	}
	if s.named("x").seed == s.named("y").seed {
		t.Error("two figures share a seed")
	}
}
