package main

import (
	"math/rand/v2"
	"slices"

	"github.com/wsgibench/wsgibench/internal/stats"
)

// mostAlarms is the bar of false alarms: 5 % and what the simulation may miss it by.
const mostAlarms = 0.055

// alarms: how often equal sides are told apart.
func alarms() []figure {
	return []figure{
		{"all of base before all of head, n = 10 + 10: shows that the drift is a danger", sequentialAlarms, atLeast(0.20, "%")},
		{"false alarms, A/A interleaved under drift, n = 10", func(s simulation) float64 { return driftAlarms(s, drift) }, atMost(mostAlarms, "%")},
		{"false alarms, A/A interleaved under drift with outliers, n = 10", func(s simulation) float64 {
			return driftAlarms(s, func(rng *rand.Rand) machine { return outliers(rng, drift(rng)) })
		}, atMost(mostAlarms, "%")},
		{"false alarms, looks at 8, 12, 20, 30 under drift", lookAlarms, atMost(mostAlarms, "%")},
		{"false alarms, twelve metrics, n = 20", metricAlarms, atMost(mostAlarms, "%")},
		{"false alarms, gate on twelve metrics with looks, not confirmed", gateAlarms, atMost(mostAlarms, "%")},
		{"false alarms, ranking of six equal cells, n = 12", rankingAlarms, atMost(mostAlarms, "%")},
	}
}

// excludesNoChange is the hardest view of a false alarm: no margin forgives a small difference.
func excludesNoChange(base, head []float64) bool {
	return must(stats.Ratio(base, head, 0.95)).Excludes(1)
}

func sequentialAlarms(s simulation) float64 {
	return s.share(func(rng *rand.Rand) bool { return excludesNoChange(sequential(drift(rng), 10)) })
}

func driftAlarms(s simulation, make func(*rand.Rand) machine) float64 {
	return s.share(func(rng *rand.Rand) bool { return excludesNoChange(pairs(rng, make(rng), 10, 0)) })
}

func lookAlarms(s simulation) float64 {
	plan := stats.Plan{Rule: stats.Rule{Confidence: 0.95}, Looks: stats.PlannedLooks(30)}
	return s.share(func(rng *rand.Rand) bool {
		base, head := pairs(rng, drift(rng), 30, 0)
		d := must(stats.LogRatios(base, head))
		for k, n := range plan.Looks {
			decision, stop, err := plan.Look(k, d[:n])
			ensure(err)
			if stop != stats.GoOn && stop != stats.OnFutility { // without a margin futility is not what is tested
				return decision.Verdict == stats.Worse || decision.Verdict == stats.Better
			}
		}
		return false
	})
}

func metricAlarms(s simulation) float64 {
	return s.reduced(0.6).share(func(rng *rand.Rand) bool {
		p := make([]float64, 12)
		for i := range p {
			base, head := pairs(rng, drift(rng), 20, 0)
			up := must(stats.SignedRankP(must(stats.LogRatios(base, head)), 0))
			down := must(stats.SignedRankP(must(stats.LogRatios(head, base)), 0))
			p[i] = min(1, 2*min(up, down))
		}
		return slices.Min(stats.Holm(p)) <= 0.05
	})
}

// gateAlarms takes margins of 0, so that equal sides stand right at the limit.
func gateAlarms(s simulation) float64 {
	g := stats.Gate{Confidence: 0.95, Margins: make([]float64, 12), Looks: stats.PlannedLooks(30)}
	return s.reduced(0.3).share(func(rng *rand.Rand) bool {
		d := make([][]float64, len(g.Margins))
		for i := range d {
			base, head := pairs(rng, drift(rng), 30, 0)
			d[i] = must(stats.LogRatios(base, head))
		}
		state, _ := lookUntilSettled(g, d)
		return state == stats.Flagged
	})
}

// lookUntilSettled takes the looks of the gate in turn on growing parts of d.
func lookUntilSettled(g stats.Gate, d [][]float64) (stats.GateState, []stats.GateMetric) {
	state, metrics := stats.Open, []stats.GateMetric(nil)
	for _, n := range g.Looks {
		part := make([][]float64, len(d))
		for i := range d {
			part[i] = d[i][:n]
		}
		var err error
		state, metrics, err = g.Look(part)
		ensure(err)
		if state != stats.Open {
			break
		}
	}
	return state, metrics
}

func rankingAlarms(s simulation) float64 {
	return s.reduced(0.5).share(func(rng *rand.Rand) bool {
		m := drift(rng)
		values := make([][]float64, 6)
		for range 12 {
			for _, cell := range rng.Perm(len(values)) {
				base, _ := sequential(m, 1)
				values[cell] = append(values[cell], base[0])
			}
		}
		r := must(stats.RankCells(values, stats.LowerIsBetter, 0.95))
		return slices.Max(r.Rank) > 1
	})
}
