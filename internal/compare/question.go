package compare

import (
	"fmt"
	"slices"

	"github.com/wsgibench/wsgibench/internal/stats"
	"github.com/wsgibench/wsgibench/results"
)

// errorsMargin is the smallest difference between two shares of errors that matters: a valid trial has at most that.
const errorsMargin = 0.001

// A question is one comparison on its way from trials to a verdict.
type question struct {
	metric     Metric
	base, head side
	primary    bool // of the headline, which has most of the chance of error for itself
	paired     bool
	testable   bool // there are values on both sides
	a, b       []value
	d          []float64 // paired: log ratios; of shares differences
	x, y       []float64 // unpaired: logarithms; of shares the values
	p          float64   // two-sided, alone
	row        Row
}

// ask gathers the trials of both sides. What cannot be compared is answered at once.
func ask(base, head side, phase results.Phase, m Metric, paired, primary bool) *question {
	q := &question{metric: m, base: base, head: head, paired: paired, primary: primary}
	q.row = Row{
		Phase: phase.Name, Metric: m.Name, Unit: m.Unit, Base: base.cell.ID, Head: head.cell.ID,
		BaseLabel: base.cell.Label, HeadLabel: head.cell.Label,
	}
	a, b := base.arm(phase.Name, m), head.arm(phase.Name, m)
	if why := unusable(base, head, a, b); why != "" {
		q.row.Verdict, q.row.Reason = stats.Invalid, why
		return q
	}
	q.row.BaseTrials, q.row.HeadTrials = len(a.values), len(b.values)
	for _, x := range []struct {
		side
		arm
	}{{base, a}, {head, b}} {
		if len(x.values) == 0 {
			q.row.Verdict, q.row.Reason = Unknown, fmt.Sprintf("%s of %s is unknown: %s", m.Title, x.cell.Label, x.gap)
			q.row.gap = [2]string{x.cell.Label, x.gap}
			return q
		}
	}
	q.a, q.b = a.values, b.values
	if paired {
		q.a, q.b = pairUp(a, b)
		q.row.Pairs = len(q.a)
	}
	if len(q.a) == 0 {
		q.row.Verdict, q.row.Reason = Unknown, "there is no block in which both have a figure"
		q.row.gap = [2]string{base.cell.Label + " and " + head.cell.Label, q.row.Reason}
		return q
	}
	q.row.BaseMedian, q.row.HeadMedian = median(numbers(q.a)), median(numbers(q.b))
	if err := q.measure(); err != nil {
		q.row.Verdict, q.row.Reason = Unknown, err.Error()
		q.row.gap = [2]string{base.cell.Label + " and " + head.cell.Label, q.row.Reason}
		return q
	}
	q.testable = true
	return q
}

// measure estimates the ratio or the difference, and how likely it would be by chance.
func (q *question) measure() (err error) {
	base, head := numbers(q.a), numbers(q.b)
	if !q.paired {
		return q.measureUnpaired(base, head)
	}
	if q.metric.Share {
		q.d = make([]float64, len(base))
		for i := range base {
			q.d[i] = head[i] - base[i]
		}
	} else if q.d, err = stats.LogRatios(base, head); err != nil {
		return err
	}
	e, err := stats.SignedRank(q.d, Confidence)
	if err != nil {
		return err
	}
	q.show(e)
	up, err := stats.SignedRankP(q.d, 0)
	if err != nil {
		return err
	}
	back := make([]float64, len(q.d))
	for i, d := range q.d {
		back[i] = -d
	}
	down, err := stats.SignedRankP(back, 0)
	q.p = min(1, 2*min(up, down))
	return err
}

func (q *question) measureUnpaired(base, head []float64) (err error) {
	q.x, q.y = base, head
	if !q.metric.Share {
		if q.x, err = stats.Logs("base value", base); err != nil {
			return err
		}
		if q.y, err = stats.Logs("head value", head); err != nil {
			return err
		}
	}
	s, err := stats.MannWhitney(q.x, q.y, Confidence)
	if err != nil {
		return err
	}
	q.show(s.Estimate)
	q.p = s.P
	return nil
}

// show puts the estimate into the row, alone and at 95 %.
func (q *question) show(e stats.Estimate) {
	if q.metric.Share {
		q.row.Difference = newInterval(e)
		return
	}
	q.row.Ratio = newInterval(e.Exp())
}

// judge gives the verdict at a confidence that allows for the other comparisons.
func (q *question) judge(confidence float64, family int, o Options) {
	rule := stats.Rule{Confidence: confidence, Margin: o.Margin, Sees: o.Effect, Direction: q.metric.Direction}
	if q.metric.Share {
		rule.Margin, rule.Sees = errorsMargin, errorsMargin
	}
	var d stats.Decision
	var err error
	if q.paired {
		d, err = rule.Paired(q.d)
	} else {
		d, err = rule.Unpaired(q.x, q.y)
	}
	r := &q.row
	r.Confidence, r.family = confidence, family
	if err != nil {
		r.Verdict, r.Reason = Unknown, err.Error()
		return
	}
	r.Verdict, r.Reason = d.Verdict, d.Reason
	if d.MDE >= 0 {
		r.MDE = round(&d.MDE)
	}
	if d.Pairs > 0 {
		r.Needed = &d.Pairs
	}
	alone := r.Ratio.Excludes(1) || r.Difference.Excludes(0)
	switch {
	case d.Log.Finite() && (d.Log.Excludes(0) || !alone || r.Verdict == stats.Equivalent):
	case alone:
		r.Reason = fmt.Sprintf("alone it would be a difference; as one of %d comparisons it is not certain", family)
		if need := minTrials(q.paired, confidence); !d.Log.Finite() {
			r.Reason += fmt.Sprintf(": that takes %d %s, there are %d", need, trialsWord(q.paired), min(len(q.a), len(q.b)))
		}
	case !d.Log.Finite():
		r.Reason = fmt.Sprintf("%d %s are too few: %d are the fewest that can show a difference", min(len(q.a), len(q.b)), trialsWord(q.paired), minTrials(q.paired, confidence))
		if family > 1 {
			r.Reason += fmt.Sprintf(" among %d comparisons", family)
		}
	}
}

// minTrials are the fewest pairs, or trials a side, that can be certain at a confidence.
func minTrials(paired bool, confidence float64) int {
	if paired {
		return stats.MinPairs(confidence)
	}
	return stats.MinTrials(confidence)
}

func trialsWord(paired bool) string {
	if paired {
		return "pairs"
	}
	return "trials a side"
}

func median(vs []float64) *float64 {
	s := slices.Sorted(slices.Values(vs))
	n := len(s)
	m := s[(n-1)/2] + (s[n/2]-s[(n-1)/2])/2
	return &m
}
