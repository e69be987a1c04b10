package stats

import (
	"fmt"

	"gonum.org/v1/gonum/stat/combin"
)

// An Arm counts the trials of one side of a comparison.
type Arm struct {
	Trials  int // all of them
	Invalid int // those whose figures do not count
}

// Limits of Unusable.
const (
	mostInvalid      = 0.10 // share of an arm
	asymmetryAtMostP = 0.05
)

// Unusable says why the trials of two arms cannot be compared at all, empty when they can: more than a tenth of an arm
// invalid, or so many more in one arm than in the other that chance does not explain it (Fisher's exact test, p ≤ 0.05):
// then what was left out depends on the arm, and what is left is a selection. The verdict is Invalid.
func Unusable(base, head Arm) string {
	for i, a := range []Arm{base, head} {
		name := []string{"base", "head"}[i]
		if a.Trials == 0 {
			return fmt.Sprintf("%s has no trials", name)
		}
		if float64(a.Invalid) > mostInvalid*float64(a.Trials) {
			return fmt.Sprintf("%d of %d trials of %s are invalid, more than %s", a.Invalid, a.Trials, name, percent(mostInvalid))
		}
	}
	if p := fisherP(base, head); p <= asymmetryAtMostP {
		return fmt.Sprintf("%d of %d trials of base are invalid and %d of %d of head: chance does not explain the difference (p = %.2g)",
			base.Invalid, base.Trials, head.Invalid, head.Trials, p)
	}
	return ""
}

// fisherP is the two-sided p-value of Fisher's exact test of equal shares of invalid trials: the total probability of all
// tables with the same margins that are no likelier than the one seen (as R's fisher.test). Fisher 1935.
func fisherP(base, head Arm) float64 {
	invalid := base.Invalid + head.Invalid
	chance := func(inBase int) float64 {
		return hypergeometric(base.Trials, head.Trials, invalid, inBase)
	}
	seen, p := chance(base.Invalid), 0.0
	for k := max(0, invalid-head.Trials); k <= min(invalid, base.Trials); k++ {
		if c := chance(k); c <= seen*(1+1e-7) {
			p += c
		}
	}
	return min(1, p)
}

// hypergeometric is the chance that of drawn out of m+n without replacement, k are among the m.
func hypergeometric(m, n, drawn, k int) float64 {
	return combin.GeneralizedBinomial(float64(m), float64(k)) *
		combin.GeneralizedBinomial(float64(n), float64(drawn-k)) /
		combin.GeneralizedBinomial(float64(m+n), float64(drawn))
}
