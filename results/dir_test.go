package results_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/wsgibench/wsgibench/results"
	"pgregory.net/rapid"
)

var emptyLists = cmpopts.EquateEmpty()

func TestRoundTrip(t *testing.T) {
	run := smallRun()
	d := create(t, run)
	one, two := smallTrial(1), smallTrial(2)
	two.Verdict, two.Failure, two.Metrics = results.Failed, &results.Failure{Stage: "start", Text: "no such file", Tail: []string{"a", ""}}, nil
	three := 3
	one.Obtained.Workers = &three
	one.Metrics = append(one.Metrics, results.Unknown("steal", "1", "not counted here"))
	one.Series = []results.Series{{Name: "pss", Unit: "B", Step: 1, Values: []*float64{nil, one.Metrics[0].Value}}}
	add(t, d, one, two)
	r := open(t, d.Path())
	if diff := cmp.Diff(run, r.Run, emptyLists); diff != "" {
		t.Errorf("run (-written +read):\n%s", diff)
	}
	if diff := cmp.Diff([]*results.Trial{one, two}, r.Trials, emptyLists); diff != "" {
		t.Errorf("trials (-written +read):\n%s", diff)
	}
	if !r.Complete || len(r.Notes) > 0 {
		t.Errorf("complete %v, notes %q; want complete, no notes", r.Complete, r.Notes)
	}
}

func TestRunID(t *testing.T) {
	for name, want := range map[string]string{
		"hello-shootout":        "20261121-113005-hello-shootout",
		"Hello,  Shootout!":     "20261121-113005-hello-shootout",
		"../../etc/passwd":      "20261121-113005-etc-passwd",
		"":                      "20261121-113005",
		"☃":                     "20261121-113005",
		"größe 日本":              "20261121-113005-größe-日本",
		strings.Repeat("x", 99): "20261121-113005-" + strings.Repeat("x", 40),
	} {
		run := smallRun()
		run.Scenario.Name = name
		run.Started = time.Date(2026, 11, 21, 12, 30, 5, 0, time.FixedZone("", 3600))
		d := create(t, run)
		if run.ID != want || filepath.Base(d.Path()) != want {
			t.Errorf("scenario %q: id %q in %q, want %q", name, run.ID, filepath.Base(d.Path()), want)
		}
	}
}

func TestCreateOverwritesNothing(t *testing.T) {
	root := filepath.Join(t.TempDir(), "not", "yet")
	var ids []string
	for range 3 {
		run := smallRun()
		d, err := results.Create(root, run)
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		ids = append(ids, run.ID)
		if got := open(t, d.Path()).Run.ID; got != run.ID {
			t.Errorf("run.json has the id %q, want %q", got, run.ID)
		}
	}
	want := []string{"20261121-113005-small-simple", "20261121-113005-small-simple-02", "20261121-113005-small-simple-03"}
	if diff := cmp.Diff(want, ids); diff != "" {
		t.Errorf("ids (-want +got):\n%s", diff)
	}
	run := smallRun()
	d := create(t, run)
	if _, err := d.Hist("x"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Hist("x"); err == nil {
		t.Error("a second histogram log of one name was made over the first")
	}
}

func TestCreateRefusesUnsafeNames(t *testing.T) {
	for _, id := range []string{"..", "a/b", "/tmp/x", `a\b`, ".", "a\nb"} {
		run := smallRun()
		run.ID = id
		if _, err := results.Create(t.TempDir(), run); err == nil {
			t.Errorf("run id %q was accepted", id)
		}
		if w, err := create(t, smallRun()).Hist(id); err == nil {
			w.Close()
			t.Errorf("trial id %q was accepted", id)
		}
	}
}

func TestCreateLeavesNoTemporaryFile(t *testing.T) {
	d := create(t, smallRun())
	entries, err := os.ReadDir(d.Path())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	want := []string{"hist", "logs", "plots", "run.json", "trials.jsonl"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("run directory (-want +got):\n%s", diff)
	}
}

// What JSON has no number for must not cost a trial.
func TestAppendNotANumber(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(-1)
	tr := smallTrial(1)
	tr.Metrics = []results.Metric{{Name: "errors", Unit: "1", Value: &nan}, {Name: "x", Unit: "1", Value: &inf, Reason: "own"}}
	tr.Series = []results.Series{{Name: "y", Values: []*float64{&inf, nil}}}
	d := create(t, smallRun())
	add(t, d, tr)
	got := open(t, d.Path()).Trials[0]
	want := []results.Metric{results.Unknown("errors", "1", "not a finite number"), results.Unknown("x", "1", "own")}
	if diff := cmp.Diff(want, got.Metrics); diff != "" {
		t.Errorf("metrics (-want +got):\n%s", diff)
	}
	if vs := got.Series[0].Values; len(vs) != 2 || vs[0] != nil {
		t.Errorf("series is %v, want two unknowns", vs)
	}
	if !math.IsNaN(*tr.Metrics[0].Value) {
		t.Error("Append changed the caller's trial")
	}
}

func TestAppendAfterFailureStartsNewLine(t *testing.T) {
	d := create(t, smallRun())
	add(t, d, smallTrial(1))
	restore := d.BreakTrials(t, `{"id":"half`)
	if err := d.Append(smallTrial(2)); err == nil {
		t.Fatal("appending to a file that cannot be written worked")
	}
	restore()
	add(t, d, smallTrial(2))
	r := open(t, d.Path())
	if len(r.Trials) != 2 || len(r.Notes) != 1 {
		t.Errorf("%d trials, notes %q; want both trials and one note on the torn line", len(r.Trials), r.Notes)
	}
}

// Whatever a trial says, it is one line that reads back.
func TestAppendAnyText(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		tr := smallTrial(1)
		text := rapid.String()
		tr.Failure = &results.Failure{Stage: text.Draw(rt, "stage"), Text: text.Draw(rt, "text"), Tail: rapid.SliceOf(text).Draw(rt, "tail")}
		tr.Warnings = []results.Notice{{Code: text.Draw(rt, "code"), Text: text.Draw(rt, "notice")}}
		dir := create(t, smallRun())
		add(t, dir, tr, smallTrial(2))
		data, _ := os.ReadFile(dir.Path("trials.jsonl"))
		if n := strings.Count(string(data), "\n"); n != 2 {
			rt.Fatalf("%d lines, want 2", n)
		}
		want, _ := json.Marshal(tr)
		got, _ := json.Marshal(open(t, dir.Path()).Trials[0])
		if string(got) != string(want) {
			rt.Errorf("read %s, want %s", got, want)
		}
	})
}
