package results_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/wsgibench/wsgibench/results"
)

// The hard floors of facts: below them a 95 % order-statistic interval of the percentile has no upper end.
func TestMinValues(t *testing.T) {
	for q, want := range map[float64]int64{0.5: 6, 0.9: 36, 0.95: 72, 0.99: 368, 0.999: 3688} {
		if got := results.MinValues(q); got != want {
			t.Errorf("q %g needs %d values, want %d", q, got, want)
		}
		// The definition: with n values the chance that all lie below the true quantile is q^n.
		if math.Pow(q, float64(want)) > 0.025 || math.Pow(q, float64(want-1)) <= 0.025 {
			t.Errorf("q %g: %d is not the least n with q^n ≤ 0.025", q, want)
		}
	}
}

func TestPercentileName(t *testing.T) {
	for p, want := range map[float64]string{50: "p50", 99: "p99", 99.9: "p99.9", 99.99: "p99.99"} {
		if got := results.PercentileName(p); got != want {
			t.Errorf("%g: %q, want %q", p, got, want)
		}
	}
}

// withValues makes the record of one trial with n response times of 1 ms.
func withValues(t *testing.T, n int64) *results.Record {
	t.Helper()
	_, d := logged(t, func(w *results.HistWriter) error {
		h := results.NewHistogram()
		if err := h.RecordValues(int64(time.Millisecond), n); err != nil {
			return err
		}
		return w.Write("steady/response", 0, time.Second, h)
	})
	return open(t, d.Path())
}

func TestThinAndTooFew(t *testing.T) {
	for _, c := range []struct {
		n                int64
		p50, p99, p99dot string
	}{
		{5, "none", "none", "none"},
		{6, "thin", "none", "none"},
		{199, "thin", "none", "none"},
		{200, "ok", "none", "none"},
		{367, "ok", "none", "none"},
		{368, "ok", "thin", "none"},
		{3688, "ok", "thin", "thin"},
		{9999, "ok", "thin", "thin"},
		{10000, "ok", "ok", "thin"},
		{99999, "ok", "ok", "thin"},
		{100000, "ok", "ok", "ok"},
	} {
		s := withValues(t, c.n).Summaries()[0]
		for name, want := range map[string]string{"p50": c.p50, "p99": c.p99, "p99.9": c.p99dot} {
			q := s.Quantile(name)
			got := "ok"
			switch {
			case q.Value == nil:
				got = "none"
			case q.Thin:
				got = "thin"
			}
			if got != want || (q.Value == nil) != (q.Reason != "") {
				t.Errorf("%d values: %s is %s (%q), want %s", c.n, name, got, q.Reason, want)
			}
			if q.Value != nil && math.Abs(*q.Value-0.001) > 1e-6 {
				t.Errorf("%d values: %s is %g s, want 0.001", c.n, name, *q.Value)
			}
		}
	}
}

func TestVerdictWords(t *testing.T) {
	for _, c := range []struct{ trials, want string }{
		{"vv", "valid"},
		{"", "not run"},
		{"v", "1 of 2 valid; 1 not run"},
		{"vi", "1 of 2 valid; 1 invalid"},
		{"if", "0 of 2 valid; 1 invalid, 1 failed"},
		{"ii", "invalid"},
		{"ff", "failed"},
		{"vvv", "valid"}, // more than planned
	} {
		d := create(t, smallRun())
		for i, letter := range c.trials {
			tr := smallTrial(i + 1)
			switch letter {
			case 'i':
				tr.Verdict, tr.Reasons = results.Invalid, []results.Notice{{Code: "errors", Text: "2 % of the answers were wrong"}}
			case 'f':
				tr.Verdict, tr.Metrics, tr.Failure = results.Failed, nil, &results.Failure{Stage: "start", Text: "no such file"}
			}
			add(t, d, tr)
		}
		s := open(t, d.Path()).Summaries()[0]
		if s.Verdict != c.want {
			t.Errorf("%q: %q, want %q", c.trials, s.Verdict, c.want)
		}
		if has := s.Goodput.Median != nil; has != strings.Contains(c.trials, "v") {
			t.Errorf("%q: goodput %v, reason %q", c.trials, s.Goodput.Median, s.Goodput.Reason)
		}
		if strings.Contains(c.trials, "ff") {
			if diff := cmp.Diff([]string{"failed (start): no such file"}, s.Reasons); diff != "" {
				t.Errorf("reasons (-want +got):\n%s", diff)
			}
		}
	}
}

// noNumber fails if a summary has any number that could be taken for a result.
func noNumber(t *testing.T, s results.CellSummary, reason string) {
	t.Helper()
	for name, sp := range map[string]results.Spread{"goodput": s.Goodput, "errors": s.Errors, "cpu": s.CPUPerRequest, "pss": s.PSS} {
		if sp.Median != nil || sp.Min != nil || sp.Max != nil || !strings.Contains(sp.Reason, reason) {
			t.Errorf("%s is %+v, want none because %q", name, sp, reason)
		}
	}
	for _, q := range append(s.Response, s.Service...) {
		if q.Value != nil || !strings.Contains(q.Reason, reason) {
			t.Errorf("%s is %v because %q, want none because %q", q.Name, q.Value, q.Reason, reason)
		}
	}
}

// A server that answered nothing correctly has no latency, though its errors came back fast.
func TestZeroSuccess(t *testing.T) {
	for verdict, reason := range map[string]string{results.Valid: "no request succeeded", results.Invalid: "no valid trial"} {
		d := create(t, smallRun())
		w, err := d.Hist("001-a")
		if err != nil {
			t.Fatal(err)
		}
		h := results.NewHistogram()
		_ = h.RecordValues(int64(time.Millisecond), 50_000)
		if err := w.Write("steady/response", 0, time.Second, h); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		zero := 0.0
		tr := smallTrial(1)
		tr.Verdict, tr.Hist, tr.Metrics[0].Value = verdict, w.Path(), &zero
		tr.Errors = []results.Count{{Phase: "steady", Kind: "reset", Count: 7}, {Phase: "warmup", Kind: "reset", Count: 1}}
		other := smallTrial(2)
		other.Verdict, other.Hist, other.Metrics[0].Value, other.Errors = verdict, "", &zero, tr.Errors
		add(t, d, tr, other)
		s := open(t, d.Path()).Summaries()[0]
		noNumber(t, s, reason)
		if diff := cmp.Diff([]results.Count{{Phase: "steady", Kind: "reset", Count: 14}}, s.ErrorCounts); diff != "" {
			t.Errorf("errors by kind (-want +got):\n%s", diff)
		}
	}
}

func TestSpread(t *testing.T) {
	for _, c := range []struct {
		values         []float64
		low, mid, high float64
	}{
		{[]float64{3}, 3, 3, 3},
		{[]float64{9, 1}, 1, 5, 9},
		{[]float64{5, 1, 2}, 1, 2, 5},
		{[]float64{4, 3, 2, 1}, 1, 2.5, 4},
	} {
		d := create(t, smallRun())
		for i, v := range c.values {
			tr := smallTrial(i + 1)
			tr.Metrics[0].Value = &v
			add(t, d, tr)
		}
		unknown := smallTrial(9)
		unknown.Metrics[0] = results.Metric{Name: "goodput", Unit: "1/s", Phase: "steady", Reason: "lost"}
		invalid := smallTrial(10)
		invalid.Verdict = results.Invalid
		add(t, d, unknown, invalid)
		want := results.Spread{Median: &c.mid, Min: &c.low, Max: &c.high, Trials: len(c.values)}
		s := open(t, d.Path()).Summaries()[0]
		if diff := cmp.Diff(want, s.Goodput); diff != "" {
			t.Errorf("%v (-want +got):\n%s", c.values, diff)
		}
		if s.PSS.Median != nil || s.PSS.Reason != "not measured" {
			t.Errorf("PSS is %+v, want unknown: not measured", s.PSS)
		}
	}
}

func TestValues(t *testing.T) {
	got := plain.Values("gunicorn-sync", "goodput", "steady", "")
	if len(got) != 4 {
		t.Fatalf("%d values, want 4", len(got))
	}
	for _, v := range got {
		failed := v.Verdict == results.Failed
		if failed != (v.Value == nil) || failed != (v.Reason == "the trial failed: the server ended with status 1 before it was ready") || failed != (v.Block == 3) {
			t.Errorf("value %+v", v)
		}
	}
	if got := plain.Values("nobody", "goodput", "steady", ""); got != nil {
		t.Errorf("values of a cell that is not there: %v", got)
	}
	if got := plain.Values("gohost", "steal", "steady", "")[0]; got.Value != nil || got.Reason != "this kernel does not count it" {
		t.Errorf("an unknown metric: %+v", got)
	}
	if got := plain.Values("gohost", "response_p50", "steady", "POST /echo")[0]; got.Value == nil {
		t.Errorf("a metric of one request: %+v", got)
	}
}

// The rows come per cell and measured phase in the order of the run, also of a run that was killed.
func TestSummariesOrder(t *testing.T) {
	for name, r := range examples() {
		var want, got []string
		for _, c := range r.Run.Cells {
			for _, p := range r.Run.Phases[1:] {
				want = append(want, fmt.Sprintf("%s %s 4", c.ID, p.Name))
			}
		}
		rows := r.Summaries()
		for _, s := range rows {
			got = append(got, fmt.Sprintf("%s %s %d", s.Cell, s.Phase, s.Planned))
			if results.Row(rows, s.Cell, s.Phase).Label != s.Label {
				t.Errorf("Row finds another row for %s, %s", s.Cell, s.Phase)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: rows (-want +got):\n%s", name, diff)
		}
	}
}
