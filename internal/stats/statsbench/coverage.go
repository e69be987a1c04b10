package main

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/wsgibench/wsgibench/internal/stats"
)

// coverage: how often intervals contain the truth.
func coverage() []figure {
	var rows []figure
	for _, k := range kinds() {
		for _, n := range []int{6, 10, 20, 30} {
			rows = append(rows, figure{fmt.Sprintf("coverage of the 95 %% interval, %s, n = %d", k.name, n), func(s simulation) float64 {
				return s.share(func(rng *rand.Rand) bool {
					base, head := pairs(rng, k.make(rng), n, 0.05)
					return !must(stats.Ratio(base, head, 0.95)).Excludes(1.05)
				})
			}, atLeast(0.94, "%")})
		}
	}
	return append(rows,
		figure{"coverage of the 95 % interval, unpaired, n = 10 + 10", unpairedCoverage, atLeast(0.94, "%")},
		figure{"coverage of binomial bounds of p99, 1 000 values", quantileCoverage, atLeast(0.94, "%")},
		figure{"coverage of the bootstrap ratio of p90, 12 + 12 trials", bootstrapCoverage, atLeast(0.92, "%")})
}

func unpairedCoverage(s simulation) float64 {
	return s.share(func(rng *rand.Rand) bool {
		base, head := sequential(normal(rng, trialSD), 10)
		return !must(stats.UnpairedRatio(base, head, 0.95)).Excludes(1)
	})
}

func quantileCoverage(s simulation) float64 {
	return s.reduced(0.5).share(func(rng *rand.Rand) bool {
		x := make([]float64, 1000)
		for i := range x {
			x[i] = rng.ExpFloat64()
		}
		return !must(stats.Quantile(x, 0.99, 0.95)).Excludes(-math.Log(0.01))
	})
}

// bootstrapCoverage compares two equal servers whose trials differ by 5 %.
func bootstrapCoverage(s simulation) float64 {
	return s.reduced(0.025).share(func(rng *rand.Rand) bool {
		arm := func() []*hdrhistogram.Histogram {
			trials := make([]*hdrhistogram.Histogram, 12)
			for i := range trials {
				trials[i] = hdrhistogram.New(1, 100_000, 3)
				trial := 2000 * math.Exp(0.05*rng.NormFloat64())
				for range 400 {
					ensure(trials[i].RecordValue(1 + int64(trial*rng.ExpFloat64())))
				}
			}
			return trials
		}
		c := must(stats.BootstrapQuantile(arm(), arm(), stats.Bootstrap{Quantile: 0.9, Confidence: 0.95, Resamples: 1000, Seed: s.seed}))
		return !c.Ratio.Excludes(1)
	})
}
