package stats

import (
	"fmt"
	"math"
)

// A Plan says when a growing comparison may be looked at, and when to stop. Looking after every pair and stopping at the
// first "significant" one gives 24 % false alarms; a few looks fixed beforehand, each at α ÷ number of looks, keep α
// (Bonferroni; Jennison and Turnbull 2000, §2 for the problem).
type Plan struct {
	Rule // with the confidence of the whole plan; Budget is set by the last look
	// Looks are the numbers of pairs at which to look, ascending. A look may have fewer pairs when trials were invalid.
	Looks []int
	// Precision stops when the interval reaches at most this share to either side, such as 0.03; 0: does not stop for it.
	Precision float64
}

// PlannedLooks returns the numbers of pairs at which to look when there are at most most: 8, 12, 20 and 30, and most
// itself last. 8 is the first number at which the signed-rank interval of α/4 is finite.
func PlannedLooks(most int) []int {
	var looks []int
	for _, n := range []int{8, 12, 20, 30} {
		if n < most {
			looks = append(looks, n)
		}
	}
	return append(looks, most)
}

// Level is the confidence of the interval at each look: 1 − α ÷ number of looks.
func (p Plan) Level() float64 { return 1 - (1-p.Confidence)/float64(max(1, len(p.Looks))) }

// A Stop says why no more pairs are needed.
type Stop string

// The reasons to stop; the empty Stop means to go on.
const (
	GoOn          Stop = ""
	OnVerdict     Stop = "verdict"   // worse, better or equivalent
	OnPrecision   Stop = "precision" // the interval is as narrow as asked for
	OnBudget      Stop = "budget"    // it was the last look
	OnFutility    Stop = "futility"  // the pairs left are very unlikely to settle it
	futilityBelow      = 0.05        // chance of a settled verdict at the last look
)

// Look judges the log ratios d at look k (from 0) and says whether to stop. Every look uses the interval of Level.
//
// Futility is judged from the second look on. Sources: α/4 at each look by Bonferroni; stopping for precision without
// regard to the verdict nearly keeps coverage (Chow and Robbins 1965); futility by predictive power (Spiegelhalter,
// Freedman and Blackburn 1986). Stopping for futility or equivalence never adds false alarms.
func (p Plan) Look(k int, d []float64) (Decision, Stop, error) {
	if k < 0 || k >= len(p.Looks) {
		return Decision{}, GoOn, fmt.Errorf("look %d of a plan with %d looks: stop at the last", k+1, len(p.Looks))
	}
	rule, last := p.Rule, p.Looks[len(p.Looks)-1]
	rule.Confidence, rule.Budget = p.Level(), last
	decision, err := rule.Paired(d)
	if err != nil {
		return Decision{}, GoOn, err
	}
	switch v := decision.Verdict; {
	case v == Worse || v == Better || v == Equivalent:
		return decision, OnVerdict, nil
	case p.Precision > 0 && halfWidth(decision.Log) <= math.Log1p(p.Precision):
		return decision, OnPrecision, nil
	case k == len(p.Looks)-1:
		return decision, OnBudget, nil
	case k > 0 && p.futile(decision, last):
		return decision, OnFutility, nil
	}
	return decision, GoOn, nil
}

// futile reports whether neither a settled verdict nor the precision is to be expected at last pairs.
func (p Plan) futile(d Decision, last int) bool {
	if p.Precision > 0 && halfWidth(d.Log)*math.Sqrt(float64(d.Log.N)/float64(last)) <= math.Log1p(p.Precision) {
		return false
	}
	return settles(d, math.Log1p(p.Margin), last) < futilityBelow
}

// halfWidth is the distance from the point to the farther bound.
func halfWidth(e Estimate) float64 { return max(e.High-e.Point, e.Point-e.Low) }

// settles is the chance, given the pairs so far and a flat prior, that the verdict is settled at last pairs: the final
// point is normal around the present one with variance sd²(1/n − 1/last), and half-widths shrink with the root of n.
func settles(d Decision, margin float64, last int) float64 {
	n := d.Log.N
	if n >= last || !d.Log.Finite() || d.SD == 0 {
		return 1
	}
	shrink := math.Sqrt(float64(n) / float64(last))
	wide, narrow := shrink*(d.Log.High-d.Log.Low)/2, shrink*(d.Narrow.High-d.Narrow.Low)/2
	spread := d.SD * math.Sqrt(1/float64(n)-1/float64(last))
	below := func(x float64) float64 { return normalCDF((x - d.Log.Point) / spread) }
	differs := max(wide, margin)
	chance := below(-differs) + 1 - below(differs)
	if room := margin - narrow; room > 0 {
		chance += below(room) - below(-room)
	}
	return chance
}
