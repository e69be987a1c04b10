package results_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/perf/benchfmt"
	"golang.org/x/perf/benchmath"
	"golang.org/x/perf/benchproc"

	"github.com/wsgibench/wsgibench/internal/golden"
	"github.com/wsgibench/wsgibench/results"
)

// grouped reads bench.txt as benchstat does: values by target, phase and unit.
func grouped(t *testing.T, text []byte) map[string][]float64 {
	t.Helper()
	var parser benchproc.ProjectionParser
	by, err := parser.Parse("/target,/phase", nil)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]float64{}
	in := benchfmt.NewReader(bytes.NewReader(text), "bench.txt")
	for in.Scan() {
		switch rec := in.Result().(type) {
		case *benchfmt.Result:
			for _, v := range rec.Values {
				key := by.Project(rec)
				k := fmt.Sprintf("%s %s %s", key.Get(by.FlattenedFields()[0]), key.Get(by.FlattenedFields()[1]), v.Unit)
				all[k] = append(all[k], v.Value)
			}
		case *benchfmt.SyntaxError:
			t.Errorf("bench.txt: %v", rec)
		}
	}
	if err := in.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// What benchstat computes from bench.txt is what the table says.
func TestBenchAgreesWithSummaries(t *testing.T) {
	for name, r := range examples() {
		got := grouped(t, write(t, "bench", r))
		known := 0
		for _, s := range r.Summaries() {
			if s.Valid == 0 {
				continue
			}
			known++
			for unit, sp := range map[string]results.Spread{"good-req/s": s.Goodput, "cpu-sec/op": s.CPUPerRequest, "pss-B": s.PSS} {
				k := strings.Join([]string{results.BenchWord(s.Target, false), results.BenchWord(s.Phase, true), unit}, " ")
				if len(got[k]) != s.Valid {
					t.Errorf("%s: %s has %d values, want one per valid trial: %d", name, k, len(got[k]), s.Valid)
					continue
				}
				sum := benchmath.AssumeNothing.Summary(benchmath.NewSample(got[k], &benchmath.DefaultThresholds), 0.95)
				if sum.Center != *sp.Median || sum.Lo > *sp.Median || sum.Hi < *sp.Median {
					t.Errorf("%s: benchstat's %s is %g (%g to %g), the summary's %g", name, k, sum.Center, sum.Lo, sum.Hi, *sp.Median)
				}
			}
		}
		if name != "interrupted" && known != 8 {
			t.Errorf("%s: %d summaries with valid trials, want 8", name, known)
		}
	}
}

func TestBenchGolden(t *testing.T) {
	for name, r := range examples() {
		golden.Check(t, filepath.Join("testdata", name+".bench.txt"), string(write(t, "bench", r)))
	}
}

// benchstat takes lines of one name for repetitions of one measurement.
func TestBenchNamesTellCellsApart(t *testing.T) {
	cell := func(id, target, python string, workers string) results.Cell {
		return results.Cell{ID: id, Label: "label of " + id, Target: target, App: "hello", Python: python, Settings: map[string]string{"workers": workers, "threads": "4"}}
	}
	for _, c := range []struct {
		cells []results.Cell
		want  []string
	}{
		{[]results.Cell{cell("a", "x", "py", "1"), cell("b", "y", "py", "2")}, []string{"/target=x/app=hello", "/target=y/app=hello"}},
		{[]results.Cell{cell("a", "x", "py", "1"), cell("b", "x", "py", "2")}, []string{"/target=x/app=hello/workers=1", "/target=x/app=hello/workers=2"}},
		{[]results.Cell{cell("a", "x", "py1", "1"), cell("b", "x", "py2", "1")}, []string{"/target=x/app=hello/python=py1", "/target=x/app=hello/python=py2"}},
		{[]results.Cell{cell("a", "x", "py", "1"), cell("b", "x", "py", "1")}, []string{"/target=label%20of%20a/app=hello", "/target=label%20of%20b/app=hello"}},
	} {
		run := smallRun()
		run.Cells = c.cells
		run.Phases[0].Name = "step-8"
		d := create(t, run)
		for i, cell := range c.cells {
			tr := smallTrial(i + 1)
			tr.Cell, tr.Metrics[0].Phase = cell.ID, "step-8"
			add(t, d, tr)
		}
		var got []string
		in := benchfmt.NewReader(bytes.NewReader(write(t, "bench", open(t, d.Path()))), "bench.txt")
		for in.Scan() {
			if res, ok := in.Result().(*benchfmt.Result); ok {
				name := res.Name.String()
				if _, parts := res.Name.Parts(); string(parts[len(parts)-1]) != "/phase=step%2D8" {
					t.Errorf("%s: the phase is read as %q", name, parts)
				}
				got = append(got, strings.TrimSuffix(strings.TrimPrefix(name, "WSGI"), "/phase=step%2D8"))
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("names (-want +got):\n%s", diff)
		}
	}
}

// Two runs of one scenario must be comparable: benchstat sets apart what differs in a configuration line.
func TestBenchHasNothingOfTheRunInItsConfiguration(t *testing.T) {
	in := benchfmt.NewReader(bytes.NewReader(write(t, "bench", hostile)), "bench.txt")
	lines := 0
	for in.Scan() {
		res, ok := in.Result().(*benchfmt.Result)
		if !ok {
			continue
		}
		lines++
		var keys []string
		for _, c := range res.Config {
			keys = append(keys, c.Key)
			if strings.Contains(string(c.Value), hostile.Run.ID) {
				t.Errorf("%s: %s holds the run's ID", c.Key, c.Value)
			}
		}
		if diff := cmp.Diff([]string{"goos", "goarch", "cpu", "scenario"}, keys); diff != "" {
			t.Fatalf("configuration (-want +got):\n%s", diff)
		}
	}
	if lines != 2*14 {
		t.Errorf("%d lines, want one per valid trial and phase: 28", lines)
	}
}
