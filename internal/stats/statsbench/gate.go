package main

import (
	"math/rand/v2"

	"github.com/wsgibench/wsgibench/internal/stats"
)

// gates: whether the failure curve that a gate explains beforehand is the one that it then has.
func gates() []figure {
	single := stats.Gate{Confidence: 0.95, Margins: []float64{0.03}, Looks: []int{20}}
	family := stats.Gate{Confidence: 0.95, Margins: []float64{0.03, 0.05, 0.10, 0.05, 0.03}, Looks: stats.PlannedLooks(30), Confirm: 12}
	still := func(rng *rand.Rand) machine { return normal(rng, 0.02) }
	return []figure{
		{"gate on one metric, 20 pairs: failures explained − simulated, largest of seven effects", func(s simulation) float64 {
			return curveError(s, single, still)
		}, atMost(2, "points")},
		{"gate on five metrics, looks, confirmation, drift: failures explained − simulated, largest of seven effects", func(s simulation) float64 {
			return curveError(s.reduced(0.4), family, drift)
		}, atMost(2, "points")},
		{"gate on five metrics, looks, confirmation, drift: red without any change", func(s simulation) float64 {
			return s.reduced(0.3).share(func(rng *rand.Rand) bool { return red(rng, family, drift, 0) })
		}, atMost(0.05, "%")},
	}
}

// curveError is the largest difference, in points, between the explained curve and simulated gates. The noise that the
// explanation starts from is measured as a calibration would: the spread of A/A pairs.
func curveError(s simulation, g stats.Gate, noise func(*rand.Rand) machine) float64 {
	rng := rand.New(rand.NewPCG(s.seed, 1<<63))
	base, head := pairs(rng, noise(rng), 20_000, 0)
	curve := must(g.Curve(0, stats.SD(must(stats.LogRatios(base, head))), s.seed))
	// No change, a change as large as the margin, and five along the rise of the curve, where errors show.
	effects := []float64{0, g.Margins[0]}
	for _, power := range []float64{0.1, 0.3, 0.5, 0.7, 0.9} {
		effects = append(effects, curve.Sees(power))
	}
	var explained, simulated []float64
	for _, effect := range effects {
		explained = append(explained, 100*curve.At(effect).Failed)
		simulated = append(simulated, 100*s.share(func(rng *rand.Rand) bool { return red(rng, g, noise, effect) }))
	}
	return largest(explained, simulated)
}

// red plays a whole gate: looks at growing numbers of interleaved pairs, and a fresh confirmation of what was flagged. The
// first metric has changed by effect, the others have not.
func red(rng *rand.Rand, g stats.Gate, noise func(*rand.Rand) machine, effect float64) bool {
	d := make([][]float64, len(g.Margins))
	for i := range d {
		d[i] = ratios(rng, noise(rng), g.Looks[len(g.Looks)-1], effectOf(i, effect))
	}
	_, metrics := lookUntilSettled(g, d)
	for i, m := range metrics {
		if m.State != stats.Flagged {
			continue
		}
		if g.Confirm == 0 || must(g.Confirms(i, ratios(rng, noise(rng), g.Confirm, effectOf(i, effect)))) {
			return true
		}
	}
	return false
}

func effectOf(metric int, effect float64) float64 {
	if metric == 0 {
		return effect
	}
	return 0
}

func ratios(rng *rand.Rand, m machine, n int, effect float64) []float64 {
	base, head := pairs(rng, m, n, effect)
	return must(stats.LogRatios(base, head))
}
