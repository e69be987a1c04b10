//go:build linux

package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/wsgibench/wsgibench/internal/bars"
)

// streamPacing compares the gaps that the client sees with those that were planned: their median, and the mean rate.
func streamPacing(ctx context.Context, s *setting) ([]bars.Row, error) {
	var rows []bars.Row
	for _, gap := range []time.Duration{10 * time.Millisecond, time.Millisecond} {
		var mid, rate, serverMid []float64
		for i := range s.rounds {
			j := streamJob{Blocks: int(s.length(3*time.Second) / gap), Size: 120, Gap: gap, Clients: 4, For: time.Second, Stamps: true, Seed: uint64(i)}
			r, log, err := streamed(ctx, s, j)
			if err != nil {
				return rows, err
			}
			own := gapsOf(log.Yields, 0, math.MaxInt64)
			mid = append(mid, float64(r.Gaps["p50"])/float64(gap)-1)
			rate = append(rate, r.Rate*gap.Seconds()-1)
			serverMid = append(serverMid, quantile(own, 0.5)/float64(gap)-1)
			fmt.Fprintf(s.progress, "pacing %v %d/%d: median gap %+.2f %%, rate %+.3f %%; the server's own median gap %+.2f %%%s\n", gap, i+1, s.rounds, 100*mid[i], 100*rate[i], 100*serverMid[i], r.disturbed())
		}
		m, v := bars.Median(mid), bars.Median(rate)
		rows = append(rows,
			bars.Row{What: fmt.Sprintf("4 streams, a block every %v: median gap against the plan", gap), Reached: fmt.Sprintf("%+.2f %% (server itself %+.2f %%)", 100*m, 100*bars.Median(serverMid)), Bar: "within 1 %", OK: math.Abs(m) <= 0.01},
			bars.Row{What: fmt.Sprintf("4 streams, a block every %v: mean rate against the plan", gap), Reached: fmt.Sprintf("%+.3f %%", 100*v), Bar: "within 1 %", OK: math.Abs(v) <= 0.01})
	}
	return rows, nil
}

// gapsOf are the gaps between blocks that were yielded from one instant to another, both in ns of the server's clock,
// sorted.
func gapsOf(yields [][]int64, from, to int64) []float64 {
	var gaps []float64
	for _, stream := range yields {
		for i := 1; i < len(stream); i++ {
			if stream[i-1] >= from && stream[i] <= to {
				gaps = append(gaps, float64(stream[i]-stream[i-1]))
			}
		}
	}
	slices.Sort(gaps)
	return gaps
}

// streamGaps compares quantiles of the gaps with those of the server's own log.
func streamGaps(ctx context.Context, s *setting) ([]bars.Row, error) {
	var rows []bars.Row
	for _, law := range []string{"constant", "gamma", "burst"} {
		const gap = 20 * time.Millisecond
		var worst, p50, p99 []float64
		for i := range s.rounds {
			j := streamJob{Blocks: int(s.length(4*time.Second) / gap), Size: 120, Gap: gap, Law: law, Clients: 50, For: time.Second, Stamps: true, Seed: uint64(i)}
			r, log, err := streamed(ctx, s, j)
			if err != nil {
				return rows, err
			}
			own := gapsOf(log.Yields, 0, math.MaxInt64)
			a, usedA := offBy(own, 0.5, r.Gaps["p50"])
			b, usedB := offBy(own, 0.99, r.Gaps["p99"])
			p50, p99, worst = append(p50, a), append(p99, b), append(worst, max(usedA, usedB))
			fmt.Fprintf(s.progress, "gaps, %s %d/%d: p50 %.3f/%.3f ms, p99 %.3f/%.3f ms%s\n", law, i+1, s.rounds, ms(r.Gaps["p50"]), quantile(own, 0.5)/1e6, ms(r.Gaps["p99"]), quantile(own, 0.99)/1e6, r.disturbed())
		}
		m := bars.Median(worst)
		rows = append(rows, bars.Row{
			What:    fmt.Sprintf("50 streams of %v, %s: gap p50 p99 against the server's log", gap, law),
			Reached: fmt.Sprintf("%+.0f %+.0f µs: %.0f %% of allowed", bars.Median(p50)/1e3, bars.Median(p99)/1e3, 100*m),
			Bar:     "within 1 % + 100 µs", OK: m <= 1,
		})
	}
	return rows, nil
}

// offBy is how far a quantile that was seen is from that of sorted values, in ns, and as a share of what is allowed: 1 %
// and 100 µs.
func offBy(own []float64, q float64, seen int64) (off, used float64) {
	truthful := quantile(own, q)
	off = float64(seen) - truthful
	return off, math.Abs(off) / (0.01*truthful + 100e3)
}
