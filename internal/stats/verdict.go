package stats

import (
	"fmt"
	"math"
)

// A Verdict is what a comparison of base and head amounts to.
type Verdict string

// The verdicts. Only Equivalent says "no relevant change"; Inconclusive never does.
const (
	Worse        Verdict = "worse"        // the interval excludes no change on the bad side, and the point is at or past the margin
	Better       Verdict = "better"       // the same on the good side
	Equivalent   Verdict = "equivalent"   // the interval for equivalence lies within the margin on both sides
	Inconclusive Verdict = "inconclusive" // more pairs could settle it
	Noisy        Verdict = "noisy"        // not even the whole budget of pairs could
	Invalid      Verdict = "invalid"      // the trials do not count; see Unusable
)

// Mirror is the verdict with base and head swapped.
func (v Verdict) Mirror() Verdict {
	switch v {
	case Worse:
		return Better
	case Better:
		return Worse
	}
	return v
}

// A Direction says which way of a metric is good.
type Direction int

// The directions: latency, CPU, memory and errors; throughput and goodput.
const (
	LowerIsBetter Direction = iota
	HigherIsBetter
)

// A Rule turns log ratios into a verdict.
type Rule struct {
	Confidence float64   // of the interval that must exclude no change, such as 0.95; in a Plan or family its adjusted level
	Margin     float64   // the smallest relative change that matters, such as 0.02
	Direction  Direction // of the metric
	Budget     int       // most pairs there can be; 0: those at hand
	// Sees is the relative change that the comparison must be able to see within its budget, usually the gate's margin;
	// 0: Margin. At a minimum detectable effect above twice that, an open comparison is noisy, not inconclusive.
	Sees float64
}

// Power is the chance to see an effect that MDE and PairsNeeded stand for in a Decision.
const Power = 0.95

// A Decision is a verdict with the figures that it rests on.
type Decision struct {
	Verdict Verdict
	// Log is the log ratio head ÷ base at the confidence of the rule; Log.Exp() is what to show.
	Log Estimate
	// Narrow is the interval for equivalence: at confidence 1 − 2α, two one-sided tests at α (90 % for 95 %).
	Narrow Estimate
	SD     float64 // standard deviation of the log ratios; of unpaired samples its equivalent for pairs; NaN for one
	MDE    float64 // relative change seen with the chance Power by the pairs at hand; +Inf when they are too few
	Pairs  int     // pairs needed to see a change of Sees with the chance Power; 0: more than a million
	Reason string  // why not settled, or what the verdict leaves out; empty when there is nothing to add
}

// Paired judges log ratios ln head − ln base, one per pair (LogRatios makes them). Swapping base and head mirrors the
// verdict. Sources: SignedRank for the intervals; Schuirmann 1987 for equivalence by two one-sided tests.
func (r Rule) Paired(d []float64) (Decision, error) {
	if err := r.check(); err != nil {
		return Decision{}, err
	}
	if err := checkTrials("difference", d); err != nil {
		return Decision{}, err
	}
	w, n, sd := walsh(d), len(d), SD(d)
	wide, narrow := walshInterval(w, n, r.Confidence), walshInterval(w, n, 2*r.Confidence-1)
	mde := MDE(sd, n, r.Confidence, Power)
	atBudget := mde
	if r.Budget > n {
		atBudget = MDE(sd, r.Budget, r.Confidence, Power)
	}
	return r.decide(Decision{Log: wide, Narrow: narrow, SD: sd, MDE: mde}, atBudget), nil
}

// Unpaired judges two independent samples of logarithms (Logs makes them), such as two stored runs. Drift between them is
// not controlled: say so beside the verdict. Budget is ignored.
func (r Rule) Unpaired(base, head []float64) (Decision, error) {
	if err := r.check(); err != nil {
		return Decision{}, err
	}
	wide, err := MannWhitney(base, head, r.Confidence)
	if err != nil {
		return Decision{}, err
	}
	narrow, err := MannWhitney(base, head, 2*r.Confidence-1)
	if err != nil {
		return Decision{}, err
	}
	a, b := SD(base), SD(head)
	mde := UnpairedMDE(a, b, len(base), len(head), r.Confidence, Power)
	return r.decide(Decision{Log: wide.Estimate, Narrow: narrow.Estimate, SD: math.Hypot(a, b), MDE: mde}, mde), nil
}

func (r Rule) check() error {
	if !(r.Confidence > 0.5 && r.Confidence < 1) {
		return fmt.Errorf("confidence %v is not between 0.5 and 1: ask for 0.95", r.Confidence)
	}
	if !(r.Margin >= 0) || !(r.Sees >= 0) {
		return fmt.Errorf("margin %v or change to see %v is negative: give shares such as 0.02", r.Margin, r.Sees)
	}
	return nil
}

// decide fills in verdict, pairs needed and reason; atBudget is the MDE when the budget is spent.
func (r Rule) decide(d Decision, atBudget float64) Decision {
	sees := r.Sees
	if sees == 0 {
		sees = r.Margin
	}
	margin := math.Log1p(r.Margin)
	d.Pairs = PairsNeeded(d.SD, sees, r.Confidence, Power)
	d.Verdict = Inconclusive
	switch {
	case !d.Log.Finite():
		d.Reason = d.Log.Reason
	case d.Log.Low > 0 && d.Log.Point >= margin:
		d.Verdict = r.side(Worse)
	case d.Log.High < 0 && d.Log.Point <= -margin:
		d.Verdict = r.side(Better)
	case d.Narrow.Within(-margin, margin):
		d.Verdict = Equivalent
		if d.Log.Excludes(0) {
			d.Reason = fmt.Sprintf("a difference is certain, but it is below the margin of %s", percent(r.Margin))
		}
	case sees > 0 && atBudget > 2*sees:
		d.Verdict = Noisy
		d.Reason = fmt.Sprintf("the trials vary so much that only a change of %.2g %% is sure to be seen, more than twice %s", 100*atBudget, percent(sees))
	case d.Log.Excludes(0):
		d.Reason = fmt.Sprintf("a difference is certain, but whether it reaches the margin of %s is open", percent(r.Margin))
	default:
		d.Reason = fmt.Sprintf("neither a difference nor equivalence within %s is certain", percent(r.Margin))
	}
	return d
}

// side turns a verdict about a larger figure into one about the metric.
func (r Rule) side(v Verdict) Verdict {
	if r.Direction == HigherIsBetter {
		return v.Mirror()
	}
	return v
}
