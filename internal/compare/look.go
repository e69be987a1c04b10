package compare

import (
	"fmt"
	"strings"

	"github.com/wsgibench/wsgibench/internal/stats"
	"github.com/wsgibench/wsgibench/results"
)

// A Look judges every pair of targets of a growing run at look k (from 0) of those that run.Until plans, on the trials so
// far, and says whether the run should stop. It stops when no pair is open any more: each has a verdict, or is precise
// enough, or is futile, or has too many trials that do not count; and at the last look in any case. The chance of a
// false verdict is shared out over looks and pairs (Bonferroni), as Targets does afterwards.
func Look(r *results.Record, k int) (results.Look, error) {
	u := r.Run.Until
	if u == nil || k < 0 || k >= len(u.Looks) {
		return results.Look{}, fmt.Errorf("look %d: the run plans no such look", k+1)
	}
	plan, phase, m, err := planOf(r)
	if err != nil {
		return results.Look{}, err
	}
	look := results.Look{Blocks: u.Looks[k]}
	sides := sidesOf(r)
	for i, head := range sides {
		for _, base := range sides[:i] {
			q := ask(base, head, phase, m, true, true)
			if err := count(&look, plan, k, q); err != nil {
				return look, err
			}
		}
	}
	look.Stop = stopOf(look, k == len(u.Looks)-1)
	return look, nil
}

// PlannedLooks are the numbers of blocks at which a run of so many targets looks at its results when there are at most most
// blocks: those of stats.PlannedLooks at which a pair of targets can have a verdict at all. A look that cannot would only
// take its part of the chance of error.
func PlannedLooks(targets, most int) []int {
	looks := stats.PlannedLooks(most)
	for len(looks) > 1 && stats.MinPairs(1-pairAlpha(targets)/float64(len(looks))) > looks[0] {
		looks = looks[1:]
	}
	return looks
}

// pairAlpha is the chance of error that each pair of targets has, over all looks.
func pairAlpha(targets int) float64 {
	return headlineShare * (1 - Confidence) / float64(max(1, targets*(targets-1)/2))
}

// planOf is the plan for one pair of targets, and what it looks at.
func planOf(r *results.Record) (stats.Plan, results.Phase, Metric, error) {
	u := r.Run.Until
	m, err := MetricNamed(u.Metric)
	if err != nil {
		return stats.Plan{}, results.Phase{}, m, err
	}
	for _, p := range r.Measured() {
		if p.Name != u.Phase {
			continue
		}
		rule := stats.Rule{Confidence: 1 - pairAlpha(len(r.Run.Cells)), Margin: u.Margin, Direction: m.Direction}
		return stats.Plan{Rule: rule, Looks: u.Looks, Precision: u.Precision}, p, m, nil
	}
	return stats.Plan{}, results.Phase{}, m, fmt.Errorf("the run measures no phase %q", u.Phase)
}

// count puts a pair where it belongs.
func count(look *results.Look, plan stats.Plan, k int, q *question) error {
	if !q.testable {
		if q.lost(plan.Looks[len(plan.Looks)-1]) {
			look.Invalid++
		} else {
			look.Open++
		}
		return nil
	}
	_, stop, err := plan.Look(k, q.d)
	if err != nil {
		return err
	}
	switch stop {
	case stats.OnVerdict:
		look.Settled++
	case stats.OnPrecision:
		look.Precise++
	case stats.OnFutility:
		look.Futile++
	default:
		look.Open++
	}
	return nil
}

// lost reports that even if every trial to come counted, too many would not.
func (q *question) lost(most int) bool {
	for _, s := range []side{q.base, q.head} {
		a := s.arm(q.row.Phase, q.metric)
		best := stats.Arm{Trials: max(most, a.Trials), Invalid: a.Invalid}
		if stats.Unusable(best, stats.Arm{Trials: best.Trials, Invalid: best.Invalid}) != "" {
			return true
		}
	}
	return false
}

func stopOf(l results.Look, last bool) string {
	switch {
	case l.Open > 0 && last:
		return results.StopBudget
	case l.Open > 0:
		return ""
	case l.Futile+l.Invalid > 0:
		return results.StopFutility
	case l.Precise > 0:
		return results.StopPrecision
	}
	return results.StopVerdict
}

// LookText says in words what a look saw.
func LookText(l results.Look) string {
	var parts []string
	for _, p := range []struct {
		n    int
		what string
	}{
		{l.Settled, "settled"}, {l.Precise, "precise enough"}, {l.Open, "open"}, {l.Futile, "very unlikely to be settled"}, {l.Invalid, "invalid"},
	} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.what))
		}
	}
	if len(parts) == 0 {
		return "nothing to compare"
	}
	all := l.Settled + l.Precise + l.Open + l.Futile + l.Invalid
	if all == 1 {
		return "the comparison is " + parts[0][2:]
	}
	return fmt.Sprintf("of %d comparisons %s", all, strings.Join(parts, ", "))
}
