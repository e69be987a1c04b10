package resultstest

import (
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/wsgibench/wsgibench/results"
)

// files reads every file below dir.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(name)
		rel, _ := filepath.Rel(dir, name)
		all[rel] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func example(t *testing.T, o Options) *results.Record {
	t.Helper()
	r, err := Example(t.TempDir(), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestExampleIsReproducible(t *testing.T) {
	a, b := example(t, Options{}), example(t, Options{})
	if diff := cmp.Diff(files(t, a.Dir), files(t, b.Dir)); diff != "" {
		t.Errorf("two examples differ (-first +second):\n%.2000s", diff)
	}
}

func TestExampleVerdicts(t *testing.T) {
	r := example(t, Options{Hostile: true})
	got := map[string]int{}
	for _, tr := range r.Trials {
		got[tr.Cell+" "+tr.Verdict]++
	}
	want := map[string]int{
		"wsgiref valid": 4, "gunicorn-sync valid": 3, "gunicorn-sync failed": 1,
		"gunicorn-gthread valid": 4, "gohost valid": 3, "gohost invalid": 1,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("verdicts (-want +got):\n%s", diff)
	}
	if !r.Complete || len(r.Notes) > 0 {
		t.Errorf("complete %v, notes %q; want a complete run without notes", r.Complete, r.Notes)
	}
}

func TestInterruptedExample(t *testing.T) {
	r := example(t, Options{Interrupted: true})
	if len(r.Trials) != 9 || r.Complete {
		t.Errorf("%d trials, complete %v; want 9 of 16", len(r.Trials), r.Complete)
	}
	if notes := strings.Join(r.Notes, "; "); !strings.Contains(notes, "cut off") {
		t.Errorf("notes %q do not tell that the last line is torn", notes)
	}
	if logs, _ := filepath.Glob(filepath.Join(r.Dir, "hist", "*.hlog")); len(logs) != 10 {
		t.Errorf("%d histogram logs, want 10: one more than trials", len(logs))
	}
}

// The figures of a trial must not contradict each other: tests of other packages check such laws on real runs.
func TestExampleIsConsistent(t *testing.T) {
	r := example(t, Options{})
	for _, tr := range r.Trials {
		if tr.Verdict == results.Failed {
			continue
		}
		for _, p := range r.Run.Phases {
			get := func(name string) float64 {
				v := tr.Metric(name, p.Name, "")
				if v == nil {
					t.Fatalf("trial %s has no %s in %s", tr.ID, name, p.Name)
				}
				return *v
			}
			near := func(what string, got, want, tolerance float64) {
				if math.Abs(got-want) > tolerance*math.Abs(want) {
					t.Errorf("trial %s, %s: %s is %g, want %g", tr.ID, p.Name, what, got, want)
				}
			}
			h, err := r.TrialHistogram(tr.ID, p.Name, "response", "")
			if err != nil || h == nil {
				t.Fatalf("trial %s has no histogram: %v", tr.ID, err)
			}
			near("p99", float64(h.ValueAtPercentile(99))/1e9, get("response_p99"), 0)
			near("number of values", float64(h.TotalCount()), get("requests")-get("errors_count"), 0)
			near("goodput", get("goodput")*p.Duration, float64(h.TotalCount()), 1e-9)
			near("CPU", get("cpu_per_request")*float64(h.TotalCount()), get("cpu"), 1e-9)
			if p.Clients > 0 {
				near("Little's law", get("throughput")*get("response_mean"), float64(p.Clients), 0.05)
			}
		}
	}
}
