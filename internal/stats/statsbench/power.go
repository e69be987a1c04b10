package main

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/wsgibench/wsgibench/internal/stats"
)

// rule is the one that comparisons use by default.
var rule = stats.Rule{Confidence: 0.95, Margin: 0.02}

// power: how often a true change is found.
func power() []figure {
	needed := stats.PairsNeeded(trialSD*math.Sqrt2, 0.05, 0.95, 0.95)
	return []figure{
		{"power, trial sd 3 %, true +5 %, 15 pairs", func(s simulation) float64 { return worse(s, 15) }, atLeast(0.95, "%")},
		{fmt.Sprintf("power with the pairs said to be needed, trial sd 3 %%, true +5 %%, %d pairs", needed),
			func(s simulation) float64 { return worse(s, needed) }, atLeast(0.94, "%")},
		{"power, looks at 8, 12, 20, 30, trial sd 3 %, true +5 %", func(s simulation) float64 {
			return s.reduced(0.5).share(func(rng *rand.Rand) bool { return adaptive(rng).Verdict == stats.Worse })
		}, atLeast(0.95, "%")},
		{"mean pairs, looks at 8, 12, 20, 30, trial sd 3 %, true +5 %", func(s simulation) float64 {
			return s.reduced(0.5).mean(func(rng *rand.Rand) float64 { return float64(adaptive(rng).Log.N) })
		}, atMost(15, "pairs")},
	}
}

// judge draws normal pairs and judges them by the rule.
func judge(rng *rand.Rand, sd float64, n int, effect float64) stats.Decision {
	base, head := pairs(rng, normal(rng, sd), n, effect)
	return must(rule.Paired(must(stats.LogRatios(base, head))))
}

func worse(s simulation, n int) float64 {
	return s.share(func(rng *rand.Rand) bool { return judge(rng, trialSD, n, 0.05).Verdict == stats.Worse })
}

// adaptive adds pairs until the plan says stop, at a true slowdown of 5 %.
func adaptive(rng *rand.Rand) stats.Decision {
	plan := stats.Plan{Rule: rule, Looks: stats.PlannedLooks(30)}
	base, head := pairs(rng, normal(rng, trialSD), 30, 0.05)
	d := must(stats.LogRatios(base, head))
	var decision stats.Decision
	for k, n := range plan.Looks {
		var stop stats.Stop
		var err error
		decision, stop, err = plan.Look(k, d[:n])
		ensure(err)
		if stop != stats.GoOn {
			break
		}
	}
	return decision
}

// equivalence: how often equal sides are called so, and unequal ones.
func equivalence() []figure {
	equal := func(sd float64, n int) func(simulation) float64 {
		return func(s simulation) float64 {
			return s.share(func(rng *rand.Rand) bool { return judge(rng, sd, n, 0).Verdict == stats.Equivalent })
		}
	}
	return []figure{
		{"equivalence, true 0 %, trial sd 1 %, n = 12: called equivalent", equal(0.01, 12), atLeast(0.99, "%")},
		{"equivalence, true 0 %, trial sd 2 %, n = 30: called equivalent", equal(0.02, 30), atLeast(0.94, "%")},
		{"equivalence, true +5 %, trial sd 1 and 2 %, n = 12 and 30: ever called equivalent", func(s simulation) float64 {
			return everEquivalent(s, 0.01, 0.02)
		}, atMost(0, "%")},
		// With such noise a lucky draw is rare, not impossible: 4 in 100 000 at 3 % and n = 12.
		{"equivalence, true +5 %, trial sd 3 to 5 %, n = 12 and 30: called equivalent", func(s simulation) float64 {
			return everEquivalent(s, 0.03, 0.04, 0.05)
		}, atMost(0.001, "%")},
		{"swapped base and head: mirrored verdict", mirrored, atLeast(0.95, "%")},
	}
}

// oneOf draws one of the choices.
func oneOf[T any](rng *rand.Rand, choices ...T) T { return choices[rng.IntN(len(choices))] }

func everEquivalent(s simulation, sds ...float64) float64 {
	return s.share(func(rng *rand.Rand) bool {
		return judge(rng, oneOf(rng, sds...), oneOf(rng, 12, 30), 0.05).Verdict == stats.Equivalent
	})
}

func mirrored(s simulation) float64 {
	return s.reduced(0.3).share(func(rng *rand.Rand) bool {
		sd, n, effect := oneOf(rng, 0.01, 0.02, 0.03, 0.05), oneOf(rng, 12, 30), oneOf(rng, -0.05, 0, 0.03, 0.05)
		base, head := pairs(rng, normal(rng, sd), n, effect)
		there := must(rule.Paired(must(stats.LogRatios(base, head))))
		back := must(rule.Paired(must(stats.LogRatios(head, base))))
		return there.Verdict == back.Verdict.Mirror()
	})
}
