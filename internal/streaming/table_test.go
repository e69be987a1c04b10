package streaming

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wsgibench/wsgibench/results"
)

// recorded is a run with a histogram of the delivery delay: as many values as are given, all the same.
func recorded(t *testing.T, metrics map[string]float64, values int64, delivery time.Duration, floor *float64) *results.Record {
	t.Helper()
	r := run([]results.CheckResult{check("body-lockstep", "pass", "")})
	if floor != nil {
		r.Run.Calibration = &results.Calibration{Streams: []results.StreamFloor{{Phase: "events", Metrics: []results.Metric{results.Known("delivery_p50", "s", *floor)}}}}
	} else {
		r.Run.CalibrationReason = "skipped: --no-calibrate"
	}
	r.Run.Order = []results.Slot{{Block: 1, Cell: "a"}}
	dir, err := results.Create(t.TempDir(), r.Run)
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	tr := trial("a", "valid", metrics)
	h := results.NewHistogram()
	if err := h.RecordValues(int64(delivery), values); err != nil {
		t.Fatal(err)
	}
	w, err := dir.Hist(tr.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(results.HistTag("events", "delivery", ""), 0, time.Second, h); err != nil {
		t.Fatal(err)
	}
	tr.Hist = w.Path()
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := dir.Append(tr); err != nil {
		t.Fatal(err)
	}
	r, err = results.Open(dir.Path())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func cellOf(t *testing.T, s Table, head string) string {
	t.Helper()
	for i, h := range s.Header {
		if h == head {
			return s.Rows[0][i]
		}
	}
	t.Fatalf("no column %q in %v", head, s.Header)
	return ""
}

var someEvents = map[string]float64{"streams": 9, "lateness_p50": 0.001, "first_block_p50": 0.004, "stalls": 3, "blocks_lost": 0}

// What is no more than the floor is marked, with the floor below the table; what is above it is not.
func TestTableMarksTheFloor(t *testing.T) {
	for _, tt := range []struct {
		floor float64
		want  string
		noted bool
	}{{84e-6, "≈90.1 µs", true}, {95e-6, "≈90.1 µs", true}, {50e-6, "90.1 µs", false}} {
		r := recorded(t, someEvents, 1000, 90*time.Microsecond, &tt.floor)
		s := Tables(r)[0]
		if got := cellOf(t, s, "delivery p50"); got != tt.want {
			t.Errorf("90 µs over a floor of %v: got %s, want %s", tt.floor, got, tt.want)
		}
		notes := strings.Join(s.Notes, "\n")
		if noted := strings.Contains(notes, "the load generator's own floor (delivery p50 "+results.FormatSeconds(tt.floor)+")"); noted != tt.noted {
			t.Errorf("over a floor of %v: noted %v, want %v: %s", tt.floor, noted, tt.noted, notes)
		}
	}
}

// Without a calibration nothing is marked, and the reason is told once.
func TestTableWithoutFloor(t *testing.T) {
	s := Tables(recorded(t, someEvents, 40, 90*time.Microsecond, nil))[0]
	if got := cellOf(t, s, "delivery p50"); got != "~90.1 µs" {
		t.Errorf("delivery p50 of 40 values: got %s, want it marked as thin", got)
	}
	if got := cellOf(t, s, "delivery p99"); got != "–" {
		t.Errorf("p99 of 40 values: got %s", got)
	}
	if got := cellOf(t, s, "first block p50"); got != "~4.00 ms" {
		t.Errorf("the median of the trial, where there is no histogram: got %s", got)
	}
	if n := strings.Count(strings.Join(s.Notes, "\n"), "skipped: --no-calibrate"); n != 1 {
		t.Errorf("got %d times why the floor is not known, want once: %v", n, s.Notes)
	}
}

// The figures are those of the kind of streams; what was lost and the word stand in each table.
func TestTableKinds(t *testing.T) {
	for name, tt := range map[string]struct {
		metrics map[string]float64
		want    []string
	}{
		"paced":   {someEvents, []string{"target", "first block p50", "gap p50", "gap p99", "jitter p99", "delivery p50", "delivery p99", "app late p99", "stalls", "blocks/read", "lost", "does it stream?"}},
		"unpaced": {map[string]float64{"streams": 9, "body_rate": 4096}, []string{"target", "first block p50", "blocks/s", "body/s", "blocks/read", "run-ahead", "fairness", "lost", "does it stream?"}},
		"left":    {map[string]float64{"streams": 9, "lateness_p50": 0.1, "blocks_after_leave": 2}, []string{"target", "first block p50", "closed after p50", "closed after p99", "blocks for nobody", "lost", "does it stream?"}},
	} {
		s := Tables(recorded(t, tt.metrics, 1, time.Millisecond, nil))
		if len(s) != 1 {
			t.Fatalf("%s: got %d tables, want that of the measured phase", name, len(s))
		}
		if diff := cmp.Diff(tt.want, s[0].Header); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if row := s[0].Rows[0]; row[0] != "server a" || row[len(row)-1] != "streams" || len(row) != len(s[0].Header) {
			t.Errorf("%s: got row %q", name, row)
		}
	}
	if got := Tables(recorded(t, map[string]float64{"goodput": 1}, 1, time.Millisecond, nil)); got != nil {
		t.Errorf("without streams: got %v", got)
	}
}
