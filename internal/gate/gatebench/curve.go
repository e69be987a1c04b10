package main

import (
	"math"
	"math/rand/v2"
	"runtime"
	"sync"

	"github.com/wsgibench/wsgibench/internal/gate"
	"github.com/wsgibench/wsgibench/scenarios"
)

// curveError is the largest difference, in points, between the failures that --explain announces and those of the
// gate's own decisions. Both start from the noise found: the log ratios of the gates with the same code on both sides.
// A simulated gate draws whole pairs of them, so that the metrics of a pair stay together.
func curveError(metrics []gate.MetricReport, noise [][]float64, reps int) (float64, error) {
	var held []scenarios.GateMetric
	for _, m := range metrics {
		held = append(held, scenarios.GateMetric{Word: m.Word, Phase: m.Phase, Margin: m.Margin})
	}
	o := gate.Options{Gate: held}
	sights, err := gate.Explain(o, noise)
	if err != nil {
		return 0, err
	}
	largest := 0.0
	for i, s := range sights {
		if s.Word != "cpu_per_request" && s.Word != "p50" {
			continue
		}
		effects := []float64{0, s.Margin}
		for _, power := range []float64{0.1, 0.3, 0.5, 0.7, 0.9} {
			effects = append(effects, s.Sees(power))
		}
		for _, e := range effects {
			simulated, err := failures(o, noise, i, e, reps)
			if err != nil {
				return 0, err
			}
			largest = math.Max(largest, 100*math.Abs(simulated-s.At(e)))
		}
	}
	return largest, nil
}

// pooled are the pairs of all gates, each metric's with its own centre taken away: what is left is noise.
func pooled(outcomes []outcome) [][]float64 {
	var all [][]float64
	for _, o := range outcomes {
		for i, d := range o.Pairs {
			if len(all) <= i {
				all = append(all, nil)
			}
			all[i] = append(all[i], d...)
		}
	}
	for _, d := range all {
		mean := 0.0
		for _, v := range d {
			mean += v / float64(len(d))
		}
		for k := range d {
			d[k] -= mean
		}
	}
	return all
}

// failures is the share of simulated gates that are red for metric i when it is truly worse by effect.
func failures(o gate.Options, noise [][]float64, i int, effect float64, reps int) (float64, error) {
	workers := runtime.GOMAXPROCS(0)
	red, errs := make([]int, workers), make([]error, workers)
	var group sync.WaitGroup
	for w := range workers {
		group.Go(func() {
			for rep := w; rep < reps && errs[w] == nil; rep += workers {
				rng := rand.New(rand.NewPCG(uint64(rep), math.Float64bits(effect)+uint64(i)))
				var failed bool
				if failed, errs[w] = gate.Simulate(o, i, func() []float64 { return draw(rng, noise, i, effect) }); failed {
					red[w]++
				}
			}
		})
	}
	group.Wait()
	sum := 0
	for w := range workers {
		if errs[w] != nil {
			return 0, errs[w]
		}
		sum += red[w]
	}
	return float64(sum) / float64(reps), nil
}

// draw is one pair with its noise, in which metric i is worse by effect.
func draw(rng *rand.Rand, noise [][]float64, i int, effect float64) []float64 {
	k := rng.IntN(len(noise[0]))
	d := make([]float64, len(noise))
	for j := range noise {
		d[j] = noise[j][k]
	}
	d[i] += math.Log1p(effect)
	return d
}
