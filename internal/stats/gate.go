package stats

import (
	"fmt"
	"math"
)

// A Gate decides whether head may pass: it is flagged when a gated metric is worse than its margin beyond doubt, and fails
// when fresh pairs confirm that. A metric enters as log ratios ln head − ln base with + for worse (negate those of a metric
// where more is better), one per pair; a count that can be 0 enters as differences, with margin 0.
//
// False alarms: with no metric truly beyond its margin, some metric is flagged with a chance of at most
// (1−Confidence)/2, over all looks and metrics; the confirmation makes that smaller still.
type Gate struct {
	Confidence float64   // two-sided, such as 0.95
	Margins    []float64 // one per metric: relative changes that are still accepted, such as 0.03
	Looks      []int     // numbers of pairs at which to look, ascending; a single one for a fixed number
	Confirm    int       // fresh pairs for the confirmation; 0: a flag is a failure
}

// A GateState is what a look says about a metric or about all of them.
type GateState string

// The states of a gate.
const (
	Open    GateState = "open"    // more pairs could settle it; at the last look: inconclusive
	Passed  GateState = "passed"  // certainly below the margin
	Flagged GateState = "flagged" // certainly above the margin
)

// A GateMetric is what a look says about one metric.
type GateMetric struct {
	State GateState
	Log   Estimate // log ratio at the Holm-adjusted confidence of this look; its Low is above ln(1+margin) when flagged
	P     float64  // Holm-adjusted two-sided p-value of "not above the margin" at this look
}

// Check says what is wrong with the gate: above all looks at which nothing could ever be flagged.
func (g Gate) Check() error {
	if !(g.Confidence > 0.5 && g.Confidence < 1) {
		return fmt.Errorf("confidence %v is not between 0.5 and 1: ask for 0.95", g.Confidence)
	}
	if len(g.Margins) == 0 || len(g.Looks) == 0 {
		return fmt.Errorf("gate with %d metrics and %d looks: declare at least one of each", len(g.Margins), len(g.Looks))
	}
	for i, m := range g.Margins {
		if !(m >= 0) || math.IsInf(m, 1) {
			return fmt.Errorf("margin %d is %v: give a share such as 0.03", i+1, m)
		}
	}
	for i, n := range g.Looks {
		if i > 0 && n <= g.Looks[i-1] {
			return fmt.Errorf("looks %v are not ascending", g.Looks)
		}
	}
	if need, last := g.MinPairs(), g.Looks[len(g.Looks)-1]; last < need {
		return fmt.Errorf("%d metrics with %d looks need at least %d pairs, the last look has %d: raise it or gate fewer metrics",
			len(g.Margins), len(g.Looks), need, last)
	}
	if need := MinPairs(g.Confidence); g.Confirm != 0 && g.Confirm < need {
		return fmt.Errorf("a confirmation needs at least %d pairs, have %d", need, g.Confirm)
	}
	return nil
}

// MinPairs is the smallest number of pairs at which a single metric of the gate can be flagged.
func (g Gate) MinPairs() int {
	return MinPairs(1 - (1-g.level())/float64(len(g.Margins)))
}

// level is the confidence that each look has for the whole family.
func (g Gate) level() float64 { return 1 - (1-g.Confidence)/float64(max(1, len(g.Looks))) }

// Look judges all metrics on the pairs so far; d[i] belongs to Margins[i]. The state of the gate is Flagged when a metric
// is, Passed when all are, else Open. Stop looking unless it is Open. Flagging is Holm's step-down over the metrics at
// α ÷ number of looks; passing needs no adjustment, because all metrics have to (Berger 1982, intersection-union tests).
func (g Gate) Look(d [][]float64) (GateState, []GateMetric, error) {
	if len(d) != len(g.Margins) {
		return Open, nil, fmt.Errorf("%d metrics measured, %d gated: give log ratios for each margin", len(d), len(g.Margins))
	}
	p, averages := make([]float64, len(d)), make([][]float64, len(d))
	for i := range d {
		if err := checkTrials("difference", d[i]); err != nil {
			return Open, nil, fmt.Errorf("metric %d: %w", i+1, err)
		}
		averages[i] = walsh(d[i])
		p[i] = min(1, 2*walshP(averages[i], len(d[i]), math.Log1p(g.Margins[i])))
	}
	metrics := make([]GateMetric, len(d))
	levels, adjusted := HolmConfidence(p, g.level()), Holm(p)
	state := Passed
	for i := range d {
		m := g.metric(averages[i], len(d[i]), math.Log1p(g.Margins[i]), levels[i])
		m.P = adjusted[i]
		metrics[i] = m
		switch {
		case m.State == Flagged:
			state = Flagged
		case m.State == Open && state == Passed:
			state = Open
		}
	}
	return state, metrics, nil
}

// metric judges one metric by the Walsh averages of its n pairs: flagged by the adjusted interval, passed by the unadjusted one.
func (g Gate) metric(averages []float64, n int, margin, adjusted float64) GateMetric {
	m := GateMetric{State: Open, Log: walshInterval(averages, n, adjusted)}
	switch {
	case m.Log.Low > margin:
		m.State = Flagged
	case walshInterval(averages, n, g.level()).High < margin:
		m.State = Passed
	}
	return m
}

// Confirms reports whether fresh pairs d of flagged metric i say on their own that it is worse: the interval at Confidence
// lies above no change, and the point at or above the margin. It is milder than flagging, because the doubt that it has to
// remove is another one: that this one measurement was disturbed. So it costs little power and a false flag at
// the margin is confirmed in half of the cases, one without any change almost never.
func (g Gate) Confirms(i int, d []float64) (bool, error) {
	e, err := SignedRank(d, g.Confidence)
	if err != nil {
		return false, err
	}
	return e.Low > 0 && e.Point >= math.Log1p(g.Margins[i]), nil
}
