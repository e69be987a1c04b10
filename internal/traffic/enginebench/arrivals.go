//go:build linux

package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/wsgibench/wsgibench/internal/bars"
	"github.com/wsgibench/wsgibench/internal/traffic/truth"
)

// arrivals compares when requests reached the server with the law that was planned, a Poisson process: the distances
// are exponential, and where they fall within a millisecond is even. (The second is what timers of a millisecond break.)
func arrivals(ctx context.Context, s *setting) ([]bars.Row, error) {
	const rate = 500
	var gaps, phases []float64
	for i := range s.rounds {
		_, log, err := observed(ctx, s, "constant 1ms", job{Rate: rate, Poisson: true, Seed: uint64(i) + 1, For: s.length(20 * time.Second)})
		if err != nil {
			return nil, err
		}
		g, p := arrivalPs(log, rate)
		fmt.Fprintf(s.progress, "arrivals %d/%d: p of the distances %.3f, of the place within a millisecond %.3f (%d arrivals)\n", i+1, s.rounds, g, p, len(log))
		gaps, phases = append(gaps, g), append(phases, p)
	}
	g, p := bars.Median(gaps), bars.Median(phases)
	return []bars.Row{
		{What: "arrivals at 500/s, distances against Poisson (KS)", Reached: fmt.Sprintf("p = %.3f", g), Bar: "p ≥ 0.01", OK: g >= 0.01},
		{What: "arrivals at 500/s, place within a millisecond (KS)", Reached: fmt.Sprintf("p = %.3f", p), Bar: "p ≥ 0.01", OK: p >= 0.01},
	}, nil
}

// arrivalPs tests the logged arrivals against a Poisson process of the rate.
func arrivalPs(log []truth.Entry, rate float64) (gaps, phases float64) {
	at := make([]time.Duration, len(log))
	for i, e := range log {
		at[i] = e.Arrived
	}
	slices.Sort(at)
	var ug, up []float64
	for i, t := range at {
		up = append(up, float64(t%time.Millisecond)/float64(time.Millisecond))
		if i > 0 {
			ug = append(ug, 1-math.Exp(-rate*(t-at[i-1]).Seconds()))
		}
	}
	return ksUniform(ug), ksUniform(up)
}

// ksUniform is the p-value of the one-sample Kolmogorov–Smirnov test against the uniform distribution on [0, 1), by the
// asymptotic series with Stephens' correction for the sample size (M. A. Stephens, JASA 69, 1974, 730–737).
func ksUniform(u []float64) float64 {
	slices.Sort(u)
	n := float64(len(u))
	var d float64
	for i, x := range u {
		d = max(d, x-float64(i)/n, float64(i+1)/n-x)
	}
	root := math.Sqrt(n)
	t := d * (root + 0.12 + 0.11/root)
	if t < 0.3 {
		return 1 // to five digits; the series needs too many terms here
	}
	var p float64
	for k := 1.0; k <= 100; k++ {
		p += 2 * math.Pow(-1, k-1) * math.Exp(-2*k*k*t*t)
	}
	return min(1, max(0, p))
}
