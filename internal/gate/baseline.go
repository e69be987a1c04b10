package gate

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"time"

	"github.com/wsgibench/wsgibench/internal/bench"
	"github.com/wsgibench/wsgibench/internal/compare"
	"github.com/wsgibench/wsgibench/internal/stats"
	"github.com/wsgibench/wsgibench/results"
)

// RunAgainst gates the head against a stored run of the same scenario. It counts only where the environment is the same
// (results.Fingerprint), and drift between the two runs is not controlled: a weaker statement than Run's, made when the
// base cannot be measured again. The error is a *BaselineError where the run is missing or not comparable.
func RunAgainst(ctx context.Context, o Options, stored string) (*Report, error) {
	o = o.complete()
	metrics, err := gated(o.Gate)
	if err != nil {
		return nil, err
	}
	if len(metrics) == 0 {
		return nil, ErrNoMetrics
	}
	began := time.Now()
	old, err := results.Open(stored)
	if err != nil {
		return nil, &BaselineError{fmt.Errorf("the baseline: %w", err)}
	}
	plan, err := bench.PrepareAlone(ctx, o.Config, o.Head.side("head"))
	if err != nil {
		return nil, err
	}
	cell, err := comparable(old, &plan.Run)
	if err != nil {
		return nil, &BaselineError{err}
	}
	record, err := execute(ctx, plan)
	if err != nil {
		return nil, err
	}
	report := &Report{
		Schema: Schema, Scenario: record.Run.Scenario.Name, Target: record.Run.Cells[0].Target, Run: record.Dir,
		Base: "stored run " + old.Run.ID, Head: o.Head.Name, Mode: "baseline",
		Why:      "against a stored run: drift between the two is not controlled",
		Cautions: []string{"base and head were not measured at the same time: whatever changed on the machine since counts as a change of the head"},
	}
	if err := report.judge(metrics, old, cell, record); err != nil {
		return nil, err
	}
	if report.Verdict == Regression {
		if err := report.confirmAgainst(ctx, o, metrics, old, cell); err != nil {
			return nil, err
		}
	}
	report.Seconds = time.Since(began).Seconds()
	return report, report.save()
}

func execute(ctx context.Context, plan *bench.Plan) (*results.Record, error) {
	dir, err := plan.Execute(ctx)
	if err != nil {
		return nil, err
	}
	return results.Open(dir)
}

// confirmAgainst measures the head once more, in a run of its own, and takes back each regression that it does not
// confirm: one whose interval does not exclude "no change", or whose point is below the margin.
func (r *Report) confirmAgainst(ctx context.Context, o Options, metrics []metric, old *results.Record, cell string) error {
	plan, err := bench.PrepareAlone(ctx, o.Config, o.Head.side("head"))
	if err != nil {
		return err
	}
	fresh, err := execute(ctx, plan)
	if err != nil {
		return err
	}
	a := arm(fresh, "head")
	r.Fresh = a.Trials - a.Invalid
	for i, m := range metrics {
		if r.Metrics[i].Verdict != Regression {
			continue
		}
		f, err := unpaired(m, known(old, cell, m), known(fresh, "head", m), compare.Confidence)
		if err != nil {
			return fmt.Errorf("%s: %w", m.Word, err)
		}
		if f.Verdict == Invalid || f.Log.Low <= 0 || f.Log.Point < math.Log1p(m.margin) {
			r.Metrics[i].Verdict, r.Metrics[i].Reason = Inconclusive, fmt.Sprintf("flagged, and %d fresh trials do not agree", r.Fresh)
		}
	}
	r.Verdict = overall(r.Metrics)
	return nil
}

// comparable finds the cell of a stored run that a new one can be compared with.
func comparable(old *results.Record, run *results.Run) (cell string, err error) {
	if old.Run.Scenario.SHA256 != run.Scenario.SHA256 || measured(old.Run) != measured(run) {
		return "", fmt.Errorf("the baseline %s is of another scenario, or of another version of it: run the baseline again", old.Run.ID)
	}
	var found []results.Cell
	for _, c := range old.Run.Cells { // a descriptor of the head's own tree has another path, and the same name
		if len(old.Run.Cells) == 1 || filepath.Base(c.Target) == filepath.Base(run.Cells[0].Target) {
			found = append(found, c)
		}
	}
	if len(found) != 1 {
		return "", fmt.Errorf("the baseline %s has %d cells of target %s, and one is needed", old.Run.ID, len(found), run.Cells[0].Target)
	}
	// What differs in name only must not look like a difference of the environment.
	base, head := *old.Run, *run
	base.Cells, head.Cells = []results.Cell{found[0]}, []results.Cell{run.Cells[0]}
	base.Cells[0].Label, head.Cells[0].Label = "the target", "the target"
	a, b := base.Environment(), head.Environment()
	if results.Fingerprint(a) != results.Fingerprint(b) {
		return "", fmt.Errorf("the baseline %s is of another environment: %s; measure it again here, or gate against a git reference", old.Run.ID, strings.Join(results.FactDifferences(a, b), " "))
	}
	return found[0].ID, nil
}

// measured are the changes to the scenario by which something else is measured: a gate's margins are not.
func measured(r *results.Run) string {
	var set []string
	for _, change := range r.Scenario.Set {
		if !strings.HasPrefix(change, "gate") {
			set = append(set, change)
		}
	}
	return strings.Join(set, "\n")
}

// judge compares the valid trials of two runs, unpaired: Mann-Whitney intervals, each at α ÷ number of metrics.
func (r *Report) judge(metrics []metric, old *results.Record, cell string, head *results.Record) error {
	a, b := arm(old, cell), arm(head, "head")
	unusable := stats.Unusable(a, b)
	if why := cmp.Or(lost(old, cell), lost(head, "head")); unusable != "" && why != "" {
		unusable += "; the first: " + why
	}
	confidence := 1 - (1-compare.Confidence)/float64(len(metrics))
	for _, m := range metrics {
		f := Finding{Verdict: Invalid, SD: math.NaN(), P: 1, Reason: unusable}
		x, y := known(old, cell, m), known(head, "head", m)
		if unusable == "" {
			var err error
			if f, err = unpaired(m, x, y, confidence); err != nil {
				return fmt.Errorf("%s: %w", m.Word, err)
			}
		}
		report := m.report(f)
		if f.Verdict != Invalid {
			report.Base, report.Head = old.Spread(cell, m.Name, m.phase).Median, head.Spread("head", m.Name, m.phase).Median
		}
		r.Metrics = append(r.Metrics, report)
	}
	r.Pairs = min(a.Trials-a.Invalid, b.Trials-b.Invalid)
	r.Verdict, r.Reason = overall(r.Metrics), unusable
	return nil
}

func arm(r *results.Record, cell string) stats.Arm {
	var a stats.Arm
	for _, t := range r.Of(cell) {
		a.Trials++
		if t.Verdict != results.Valid {
			a.Invalid++
		}
	}
	return a
}

// lost says why the first trial of a cell that does not count does not.
func lost(r *results.Record, cell string) string {
	for _, t := range r.Of(cell) {
		if t.Verdict != results.Valid {
			return cmp.Or(said(t), t.Cell+": no reason was recorded")
		}
	}
	return ""
}

func known(r *results.Record, cell string, m metric) []float64 {
	var out []float64
	for _, v := range r.Values(cell, m.Name, m.phase, "") {
		if v.Verdict == results.Valid && v.Value != nil {
			out = append(out, *v.Value)
		}
	}
	return out
}

// unpaired judges two independent samples by the margin, in the direction in which + is worse.
func unpaired(m metric, base, head []float64, confidence float64) (Finding, error) {
	f := Finding{Verdict: Inconclusive, SD: math.NaN(), P: 1}
	a, b, err := logarithms(m, base, head)
	if err != nil {
		f.Verdict, f.Reason = Invalid, err.Error()
		return f, nil
	}
	e, err := stats.MannWhitney(a, b, confidence)
	if err != nil {
		return f, err
	}
	f.Log = e.Estimate
	if m.Direction == stats.HigherIsBetter {
		f.Log = f.Log.Mirror()
	}
	margin := math.Log1p(m.margin)
	if m.Share {
		margin = math.Log1p(max(m.margin, leastShare))
	}
	switch {
	case !f.Log.Finite():
		f.Reason = f.Log.Reason
	case f.Log.Low > margin:
		f.Verdict = Regression
	case f.Log.High < -margin:
		f.Verdict = Improvement
	case f.Log.High < margin:
		f.Verdict = OK
	default:
		f.Reason = fmt.Sprintf("with %d and %d trials it may be %s worse", len(base), len(head), share(math.Expm1(f.Log.High)))
	}
	return f, nil
}

// logarithms are those of the values; of shares those of 1 + share, whose difference is nearly that of the shares.
func logarithms(m metric, base, head []float64) (a, b []float64, err error) {
	if !m.Share {
		if a, err = stats.Logs("base value", base); err == nil {
			b, err = stats.Logs("head value", head)
		}
		return a, b, err
	}
	for _, v := range base {
		a = append(a, math.Log1p(v))
	}
	for _, v := range head {
		b = append(b, math.Log1p(v))
	}
	if len(a) == 0 || len(b) == 0 {
		err = fmt.Errorf("%s is unknown in every trial of a side", m.Word)
	}
	return a, b, err
}
