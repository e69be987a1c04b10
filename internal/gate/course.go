package gate

import (
	"fmt"
	"math"

	"github.com/wsgibench/wsgibench/internal/stats"
)

// A Course is a gate under way: it is given one pair after the other and says what is needed next. It looks for
// changes in both directions by the same rule, so that base and head swapped give the mirrored verdict; only a change
// for the worse ends the looks at once.
type Course struct {
	rule    stats.Gate
	up      direction   // for the worse
	down    direction   // for the better
	pairs   [][]float64 // of each metric those that know it
	fresh   [][]float64 // the same, of the confirmation
	n, m    int         // pairs added, before and in the confirmation
	look    int         // of the next one
	stage   Next
	stopped string
}

// A direction is the one half of a course.
type direction struct {
	sign    float64
	state   stats.GateState
	metrics []stats.GateMetric
}

// Next is what a course needs.
type Next string

// What a course needs next.
const (
	MorePairs Next = "more pairs"
	Confirm   Next = "confirmation" // fresh pairs, to confirm what was found
	Done      Next = "nothing"
)

// NewCourse begins a gate. The error says what is wrong with the rule.
func NewCourse(rule stats.Gate) (*Course, error) {
	if err := rule.Check(); err != nil {
		return nil, err
	}
	n := len(rule.Margins)
	return &Course{
		rule: rule, stage: MorePairs, pairs: make([][]float64, n), fresh: make([][]float64, n),
		up: direction{sign: 1, state: stats.Open}, down: direction{sign: -1, state: stats.Open},
	}, nil
}

// Needs is what the course needs now.
func (c *Course) Needs() Next { return c.stage }

// Pairs is how many pairs were added, without those of the confirmation.
func (c *Course) Pairs() int { return c.n }

// Fresh is how many pairs the confirmation has.
func (c *Course) Fresh() int { return c.m }

// Add gives the course a pair: for every metric the log ratio head ÷ base, + for worse; NaN where this pair does not
// know the metric. A metric that more than a tenth of the pairs do not know has no verdict but Invalid.
func (c *Course) Add(pair []float64) (Next, error) {
	if len(pair) != len(c.pairs) {
		return c.stage, fmt.Errorf("a pair of %d metrics for a gate on %d", len(pair), len(c.pairs))
	}
	into, count := c.pairs, &c.n
	if c.stage == Confirm {
		into, count = c.fresh, &c.m
	}
	*count++
	for i, v := range pair {
		if !math.IsNaN(v) {
			into[i] = append(into[i], v)
		}
	}
	switch {
	case c.stage == Confirm && c.m >= c.rule.Confirm:
		c.stage = Done
	case c.stage == MorePairs && c.n >= c.rule.Looks[c.look]:
		return c.stage, c.take()
	}
	return c.stage, nil
}

// Limit lets the course look at most n pairs, because time is short: looks beyond n fall away, and n becomes the last.
// Nothing that was measured may enter into n but how long it took. It has no effect below what the rule needs.
func (c *Course) Limit(n int) {
	if n < c.rule.MinPairs() || n <= c.n || n >= c.rule.Looks[len(c.rule.Looks)-1] {
		return
	}
	// The number of looks stays what the level of each was planned for: fewer are only more careful.
	looks := append([]int(nil), c.rule.Looks...)
	for i := range looks {
		looks[i] = min(looks[i], n)
	}
	c.rule.Looks = looks
}

// Stop ends a course before its time; what is open stays open.
func (c *Course) Stop(why string) {
	if c.stage != Done {
		c.stage, c.stopped = Done, why
	}
}

// take looks at all metrics in both directions.
func (c *Course) take() error {
	for _, d := range []*direction{&c.up, &c.down} {
		if err := d.look(c); err != nil {
			return err
		}
	}
	for c.look < len(c.rule.Looks) && c.rule.Looks[c.look] <= c.n {
		c.look++
	}
	last := c.look >= len(c.rule.Looks)
	settled := c.up.state == stats.Flagged || c.up.state != stats.Open && c.down.state != stats.Open
	if !settled && !last {
		return nil
	}
	c.stage = Done
	if c.rule.Confirm > 0 && (c.up.state == stats.Flagged || c.down.state == stats.Flagged) {
		c.stage = Confirm
	}
	return nil
}

// look judges one direction, unless it is settled: what was said once is not taken back by pairs that another metric,
// or the other direction, was in need of.
func (d *direction) look(c *Course) error {
	if d.state != stats.Open {
		return nil
	}
	pairs := signed(c.pairs, d.sign)
	for i := range pairs {
		if !c.knows(i) {
			pairs[i] = []float64{0} // one pair says nothing, and keeps its place in the family
		}
	}
	_, metrics, err := c.rule.Look(pairs)
	if err != nil {
		return err
	}
	d.metrics, d.state = metrics, stats.Passed
	for i, m := range metrics {
		switch {
		case m.State == stats.Flagged:
			d.state = stats.Flagged
		case m.State == stats.Open && d.state == stats.Passed && c.knows(i):
			d.state = stats.Open
		}
	}
	return nil
}

// Pairs may be lost to an accident: one of them, and a tenth of all (as stats.Unusable has it for trials).
const (
	mostUnknown = 0.10
	accidents   = 1
)

func (c *Course) knows(i int) bool {
	lost := c.n - len(c.pairs[i])
	return lost <= accidents || float64(lost) <= mostUnknown*float64(c.n)
}

func signed(pairs [][]float64, sign float64) [][]float64 {
	out := make([][]float64, len(pairs))
	for i, d := range pairs {
		for _, v := range d {
			out[i] = append(out[i], sign*v)
		}
	}
	return out
}

// A Finding is what a course says of a metric in the end.
type Finding struct {
	Verdict Verdict
	Log     stats.Estimate // log ratio, + for worse, at the confidence of its look
	SD      float64        // of the log ratios; NaN below two pairs
	P       float64        // Holm-adjusted, of "not worse than the margin"
	Reason  string         // why it is not settled; empty when it is
}

// Findings are what can be said now, in the order of the metrics.
func (c *Course) Findings() ([]Finding, error) {
	out := make([]Finding, len(c.pairs))
	for i := range out {
		f, err := c.finding(i)
		if err != nil {
			return nil, err
		}
		out[i] = f
	}
	return out, nil
}

func (c *Course) finding(i int) (Finding, error) {
	f := Finding{Verdict: Inconclusive, SD: stats.SD(c.pairs[i]), P: 1}
	if !c.knows(i) {
		f.Verdict, f.Reason = Invalid, fmt.Sprintf("unknown in %d of %d pairs", c.n-len(c.pairs[i]), c.n)
		return f, nil
	}
	if c.up.metrics == nil {
		f.Reason = fmt.Sprintf("%d pairs, and the first look is at %d", c.Pairs(), c.rule.Looks[0])
		if c.stopped != "" {
			f.Reason = c.stopped + ": " + f.Reason
		}
		return f, nil
	}
	up, down := c.up.metrics[i], c.down.metrics[i]
	f.Log, f.P = up.Log, up.P
	if down.State == stats.Flagged {
		f.Log = down.Log.Mirror()
	}
	switch {
	case up.State == stats.Flagged:
		return c.confirmed(f, i, c.up, Regression)
	case down.State == stats.Flagged:
		return c.confirmed(f, i, c.down, Improvement)
	case up.State == stats.Passed:
		f.Verdict = OK
	default:
		f.Reason = c.open(f)
	}
	return f, nil
}

// confirmed gives a flagged metric its verdict, if the fresh pairs agree.
func (c *Course) confirmed(f Finding, i int, d direction, verdict Verdict) (Finding, error) {
	if c.rule.Confirm == 0 {
		f.Verdict = verdict
		return f, nil
	}
	if c.m < c.rule.Confirm || len(c.fresh[i]) < stats.MinPairs(c.rule.Confidence) {
		f.Reason = fmt.Sprintf("flagged, and not confirmed: %d fresh pairs know it", len(c.fresh[i]))
		return f, nil
	}
	yes, err := c.rule.Confirms(i, signed(c.fresh[i:i+1], d.sign)[0])
	if err != nil {
		return f, err
	}
	if yes {
		f.Verdict = verdict
		return f, nil
	}
	f.Reason = fmt.Sprintf("flagged after %d pairs, and %d fresh pairs do not agree", c.Pairs(), len(c.fresh[i]))
	if verdict == Improvement && c.up.metrics[i].State == stats.Passed {
		f.Verdict = OK // it is not worse, whatever it is
	}
	return f, nil
}

// open says why a metric is not settled.
func (c *Course) open(f Finding) string {
	why := "more pairs could settle it"
	if !f.Log.Finite() {
		why = f.Log.Reason
	} else if !math.IsInf(f.Log.High, 1) {
		why = fmt.Sprintf("after %d pairs it may be %s worse or %s better", c.Pairs(), share(math.Expm1(f.Log.High)), share(-math.Expm1(f.Log.Low)))
	}
	if c.stopped != "" {
		why = c.stopped + ": " + why
	}
	return why
}

// share writes a relative change: 0.031 → "3.1 %".
func share(v float64) string { return fmt.Sprintf("%.2g %%", 100*v) }
