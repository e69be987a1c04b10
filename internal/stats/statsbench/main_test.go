package main

import (
	"io"
	"math/rand/v2"
	"strings"
	"testing"
)

// table runs figures with few repetitions: enough to go through all the code, too few to judge by.
func table(t *testing.T, figures []figure, workers int) []string {
	t.Helper()
	var out strings.Builder
	short, err := run(&out, figures, simulation{reps: 4, workers: workers})
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	if got := strings.Count(out.String(), "short\n"); got != short {
		t.Errorf("%d rows say short, %d counted", got, short)
	}
	return lines
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
		short int
		row   string
	}{
		{figure{"a", constant(0.95), atLeast(0.94, "%")}, 0, "a       95.00 %  ≥ 94.00 %  ok"},
		{figure{"a", constant(0.93), atLeast(0.94, "%")}, 1, "a       93.00 %  ≥ 94.00 %  short"},
		{figure{"a", constant(2), atMost(2, "points")}, 0, "a       2.00 points  ≤ 2.00 points  ok"},
		{figure{"a", constant(2.01), atMost(2, "points")}, 1, "a       2.01 points  ≤ 2.00 points  short"},
	} {
		var out strings.Builder
		short, err := run(&out, []figure{c.f}, simulation{reps: 1, workers: 1})
		if row := strings.Split(out.String(), "\n")[1]; err != nil || short != c.short || row != c.row {
			t.Errorf("%d short, %v, %q; want %d, %q", short, err, row, c.short, c.row)
		}
	}
	if _, err := run(io.Discard, nil, simulation{}); err == nil {
		t.Error("no repetitions: no error")
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
