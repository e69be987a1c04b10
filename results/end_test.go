package results

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// stopped writes a run that was to have four blocks and stopped after two.
func stopped(t *testing.T) (dir string, end *End) {
	t.Helper()
	run := &Run{Started: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC), Blocks: 4, Cells: []Cell{{ID: "a", Label: "A"}}, Until: &Until{Looks: []int{2, 4}}}
	for b := 1; b <= 4; b++ {
		run.Order = append(run.Order, Slot{Block: b, Cell: "a"})
	}
	d, err := Create(t.TempDir(), run)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	for b, id := range []string{"1-a", "2-a"} {
		if err := d.Append(&Trial{ID: id, Cell: "a", Block: b + 1, Verdict: Valid}); err != nil {
			t.Fatal(err)
		}
	}
	end = &End{Ended: run.Started.Add(time.Minute), Stop: StopVerdict, Blocks: 2, Text: "clear", Looks: []Look{{Blocks: 2, Settled: 1, Stop: StopVerdict}}}
	if err := d.End(end); err != nil {
		t.Fatal(err)
	}
	return d.Path(), end
}

// A run that stopped by itself is complete with the blocks that it ran.
func TestEnd(t *testing.T) {
	dir, want := stopped(t)
	r, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, r.End); diff != "" {
		t.Errorf("end (-want +got):\n%s", diff)
	}
	if !r.Complete || len(r.Planned()) != 2 || len(r.Notes) > 0 {
		t.Errorf("complete %v, %d trials planned, notes %q; want a complete run of 2", r.Complete, len(r.Planned()), r.Notes)
	}
	r.Run.Phases = []Phase{{Name: "p"}}
	if rows := r.Summaries(); rows[0].Planned != 2 || rows[0].Verdict != "valid" {
		t.Errorf("summary of %d planned is %q, want 2 and valid", rows[0].Planned, rows[0].Verdict)
	}
}

// Without end.json, or with a torn one, the run counts as interrupted.
func TestWithoutEnd(t *testing.T) {
	dir, _ := stopped(t)
	name := filepath.Join(dir, "end.json")
	if err := os.WriteFile(name, []byte(`{"stop": "ver`), 0o644); err != nil {
		t.Fatal(err)
	}
	r, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if r.End != nil || r.Complete || len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "end.json is left out") {
		t.Errorf("torn: end %+v, complete %v, notes %q; want an interrupted run and a note", r.End, r.Complete, r.Notes)
	}
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
	if r, err = Open(dir); err != nil || r.End != nil || r.Complete || len(r.Planned()) != 4 {
		t.Errorf("missing: end %+v, complete %v, %d planned, %v; want an interrupted run of 4", r.End, r.Complete, len(r.Planned()), err)
	}
}
