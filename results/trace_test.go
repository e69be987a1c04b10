package results_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/wsgibench/wsgibench/results"
)

func smallTrace(trial string) results.Trace {
	return results.Trace{
		Trial: trial, Phase: "steady", Request: "events", Blocks: 3, Every: 2, Index: []int64{0, 2}, Planned: nil, Yielded: []float64{0.1, 0.3},
		Received: []float64{0.2, 0.4}, Bytes: []int64{60, 180}, Unknown: map[string]string{"planned": "no plan"},
	}
}

func addTraces(t *testing.T, d *results.Dir, traces ...results.Trace) {
	t.Helper()
	if err := d.AppendTraces(traces); err != nil {
		t.Fatal(err)
	}
}

func TestTracesReadBack(t *testing.T) {
	d := create(t, smallRun())
	addTraces(t, d)
	if _, err := os.Stat(d.Path("traces.jsonl")); err == nil {
		t.Error("a trial without streams made a file of traces")
	}
	one, lost := smallTrace("001-a"), smallTrace("002-a")
	addTraces(t, d, one)
	add(t, d, smallTrial(1))
	addTraces(t, d, lost) // of a trial that was not recorded
	r := open(t, d.Path())
	if diff := cmp.Diff([]*results.Trace{&one}, r.Traces, emptyLists); diff != "" {
		t.Errorf("traces (-written +read):\n%s", diff)
	}
	if got := r.Trace("001-a", "steady"); got == nil || got.Request != "events" {
		t.Errorf("found %+v, want the trace that was written", got)
	}
	if r.Trace("001-a", "other") != nil || r.Trace("002-a", "steady") != nil || len(r.Notes) > 0 {
		t.Errorf("traces were found that are not there; notes %q", r.Notes)
	}
	data, err := os.ReadFile(d.Path("traces.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	trace := compiled(t, "Trace")
	for _, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		if err := validate(t, trace, []byte(line)); err != nil {
			t.Error(err)
		}
	}
}

func TestTracesAfterAKill(t *testing.T) {
	d := create(t, smallRun())
	add(t, d, smallTrial(1), smallTrial(2))
	torn := []byte(`{"trial":"001-a","phase":"steady","received":[0.1]}` + "\n" + `{"trial":"002-a","pha`)
	if err := os.WriteFile(d.Path("traces.jsonl"), torn, 0o644); err != nil {
		t.Fatal(err)
	}
	r := open(t, d.Path())
	if len(r.Traces) != 0 || len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "traces.jsonl:1") {
		t.Errorf("%d traces, notes %q; want a note on the first line, and nothing about the torn one", len(r.Traces), r.Notes)
	}
	addTraces(t, d, smallTrace("002-a")) // the torn line does not swallow what comes after it
	if r := open(t, d.Path()); len(r.Traces) != 1 || r.Trace("002-a", "steady") == nil {
		t.Errorf("%d traces, want that of 002-a; notes %q", len(r.Traces), r.Notes)
	}
}

func FuzzTraces(f *testing.F) {
	f.Add([]byte(`{"trial":"001-a","phase":"steady","index":[0],"received":[0.1],"bytes":[9]}` + "\n"))
	f.Add([]byte(`{"trial":"001-a","planned":[],"received":[1,2],"index":[1,2],"bytes":[1,2]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		d := create(t, smallRun())
		add(t, d, smallTrial(1))
		if err := os.WriteFile(d.Path("traces.jsonl"), data, 0o644); err != nil {
			t.Fatal(err)
		}
		for _, tr := range open(t, d.Path()).Traces {
			n := len(tr.Received)
			if n == 0 || len(tr.Index) != n || len(tr.Bytes) != n || tr.Planned != nil && len(tr.Planned) != n || tr.Yielded != nil && len(tr.Yielded) != n {
				t.Errorf("lists of different lengths: %+v", tr)
			}
		}
	})
}
