package gate

import (
	"bytes"
	"encoding/xml"
	"strings"
	"testing"

	"github.com/wsgibench/wsgibench/internal/bench"
	"github.com/wsgibench/wsgibench/results"
)

// without is a trial in which no request succeeded, though nothing else was found wrong with it.
func without(cell string, block int) *results.Trial {
	t := trial(cell, block, 1)
	for i := range t.Metrics {
		if t.Metrics[i].Name == "goodput" {
			zero := 0.0
			t.Metrics[i].Value = &zero
		}
	}
	return t
}

// checked is a trial that was not carried out, since its server fails checks.
func checked(cell string, block int) *results.Trial {
	return &results.Trial{Cell: cell, Block: block, Verdict: results.Invalid, Reasons: []results.Notice{
		{Code: "body-exact", Text: "it fails the check body-exact: lost a byte", Hint: "wsgibench verify --explain body-exact says why"}, {Code: "input-unread"},
	}}
}

// What does not count is never a number, whatever the reason: in the report, in JUnit an error, elsewhere nothing.
func TestNeverANumber(t *testing.T) {
	for name, c := range map[string]struct {
		head func(block int) *results.Trial
		want string // in the reason
		most int    // pairs after which it is known
	}{
		"no success":        {func(b int) *results.Trial { return without("head", b) }, "head: no request succeeded", 5},
		"errors":            {func(b int) *results.Trial { return trial("head", b, 3, "errors") }, "head: because of errors", 5},
		"generator-limited": {func(b int) *results.Trial { return trial("head", b, 3, "generator-limited") }, "head: because of generator-limited", 5},
		"not started": {func(b int) *results.Trial {
			return &results.Trial{Cell: "head", Block: b, Verdict: results.Failed, Failure: &results.Failure{Stage: "ready", Text: "it ended", Tail: []string{"ImportError"}}}
		}, "head: it ended; it printed last: ImportError", 5},
		"fails a check": {func(b int) *results.Trial { return checked("head", b) }, "head: it fails the check body-exact: lost a byte (and 1 more checks); wsgibench verify --explain", 1},
	} {
		for _, how := range []bench.Pairing{bench.AtOnce, bench.InTurn} {
			report, pairs := gateOn(t, how, c.head)
			if report.Verdict != Invalid || !strings.Contains(report.Sentence(), c.want) || report.ExitCode(false) != ExitInvalid || pairs > c.most {
				t.Errorf("%s, %s: %s after %d pairs, exit status %d; want invalid after %d at most, with %q", name, how, report.Sentence(), pairs, report.ExitCode(false), c.most, c.want)
			}
			for _, m := range report.Metrics {
				if m.Verdict != Invalid || m.Ratio != nil || m.Low != nil || m.High != nil || m.SD != nil || m.Base != nil || m.Head != nil || m.Change() != "unknown" {
					t.Errorf("%s, %s: %s has a figure: %+v", name, how, m.Word, m)
				}
			}
			withoutFigures(t, name, report)
		}
	}
}

// gateOn plays a gate whose base is sound, to its end.
func gateOn(t *testing.T, how bench.Pairing, head func(block int) *results.Trial) (r *Report, pairs int) {
	t.Helper()
	m := metricsOf(t)
	c, err := NewCourse(rule(m, []int{20}, 0))
	if err != nil {
		t.Fatal(err)
	}
	runner := newRunner(m, c, how, Options{Most: 20})
	for end := (*results.End)(nil); end == nil; {
		pairs++
		if end, err = runner.block([]*results.Trial{trial("base", pairs, 1), head(pairs)}); err != nil {
			t.Fatal(err)
		}
	}
	if r, err = runner.report(); err != nil {
		t.Fatal(err)
	}
	run := &results.Run{ID: "x", Cells: []results.Cell{{ID: "base"}, {ID: "head"}}}
	record := &results.Record{Run: run}
	for b := 1; b <= pairs; b++ {
		record.Trials = append(record.Trials, trial("base", b, 1), head(b))
	}
	if err := r.medians(record); err != nil {
		t.Fatal(err)
	}
	return r, pairs
}

func withoutFigures(t *testing.T, name string, r *Report) {
	t.Helper()
	var junit, gitlab, action bytes.Buffer
	for _, err := range []error{WriteJUnit(&junit, r), WriteGitLab(&gitlab, r), WriteActionBenchmark(&action, r)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	var suites junitSuites
	if err := xml.Unmarshal(junit.Bytes(), &suites); err != nil || suites.Suite.Errors != len(r.Metrics) || suites.Suite.Failures+suites.Suite.Skipped > 0 {
		t.Errorf("%s: JUnit has %+v, %v; want an error for each of %d metrics", name, suites.Suite, err, len(r.Metrics))
	}
	if gitlab.String() != "# EOF\n" || strings.TrimSpace(action.String()) != "[]" {
		t.Errorf("%s: figures for GitLab %q and github-action-benchmark %q, want none", name, gitlab.String(), action.String())
	}
}

// A stored run is compared only with trials that count, and the reason names why they do not.
func TestInvalidAgainstBaseline(t *testing.T) {
	old, head := &results.Record{Run: &results.Run{ID: "old"}}, &results.Record{Run: &results.Run{ID: "new"}}
	for b := 1; b <= 8; b++ {
		old.Trials = append(old.Trials, trial("base", b, 1))
		head.Trials = append(head.Trials, checked("head", b))
	}
	var r Report
	if err := r.judge(metricsOf(t), old, "base", head); err != nil {
		t.Fatal(err)
	}
	if r.Verdict != Invalid || !strings.Contains(r.Reason, "8 of 8 trials of head are invalid") || !strings.Contains(r.Reason, "head: it fails the check body-exact") {
		t.Errorf("got %s (%s), want invalid with the check", r.Verdict, r.Reason)
	}
	withoutFigures(t, "baseline", &r)
}
