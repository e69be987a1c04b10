package results_test

import (
	"flag"
	"fmt"
	"os"
	"testing"

	"github.com/wsgibench/wsgibench/results"
	"github.com/wsgibench/wsgibench/results/resultstest"
)

// The examples, made once: encoding their histograms is most of the time that these tests take.
var plain, hostile, interrupted *results.Record

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "results-test-*")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	for to, o := range map[**results.Record]resultstest.Options{
		&plain: {}, &hostile: {Hostile: true}, &interrupted: {Interrupted: true},
	} {
		sub, err := os.MkdirTemp(dir, "*")
		if err == nil {
			*to, err = resultstest.Example(sub, o)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return m.Run()
}

func examples() map[string]*results.Record {
	return map[string]*results.Record{"plain": plain, "hostile": hostile, "interrupted": interrupted}
}

// smallRun is a run of one cell and two blocks that was never executed.
func smallRun() *results.Run {
	return &results.Run{
		Started:  resultstest.Started,
		Tool:     results.Tool{Version: "v0", Go: "go1.26", OS: "linux", Arch: "amd64"},
		Scenario: results.Scenario{Name: "Small & simple"},
		Cells:    []results.Cell{{ID: "a", Label: "a", Target: "a", App: "hello"}},
		Order:    []results.Slot{{Block: 1, Cell: "a"}, {Block: 2, Cell: "a"}},
		Phases:   []results.Phase{{Name: "steady", Model: "open", Schedule: "10/s", Duration: 1, Offered: 10}},
	}
}

func smallTrial(block int) *results.Trial {
	m := results.Known("goodput", "1/s", 10)
	m.Phase = "steady"
	return &results.Trial{
		ID: fmt.Sprintf("%03d-a", block), Cell: "a", Block: block, Position: block, Started: resultstest.Started,
		Duration: 1.5, Verdict: results.Valid, Metrics: []results.Metric{m},
	}
}

func create(t *testing.T, run *results.Run) *results.Dir {
	t.Helper()
	d, err := results.Create(t.TempDir(), run)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func open(t *testing.T, path string) *results.Record {
	t.Helper()
	r, err := results.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func add(t *testing.T, d *results.Dir, trials ...*results.Trial) {
	t.Helper()
	for _, tr := range trials {
		if err := d.Append(tr); err != nil {
			t.Fatal(err)
		}
	}
}
