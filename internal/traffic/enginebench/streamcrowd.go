//go:build linux

package main

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/wsgibench/wsgibench/internal/bars"
	"github.com/wsgibench/wsgibench/internal/traffic/truth"
)

// crowd is how many streams are held at once, each with five events a second, as many Server-Sent Events are.
const (
	crowd     = 2000
	crowdGap  = 200 * time.Millisecond
	crowdOpen = 4 * time.Second // in which they begin
)

// crowdJob has all streams under way for two thirds of their time.
func crowdJob(s *setting, seed uint64) streamJob {
	lasting := 3 * max(crowdOpen, s.length(crowdOpen))
	return streamJob{
		Blocks: int(lasting / crowdGap), Size: 120, Gap: crowdGap, Seed: seed,
		Rate: crowd / crowdOpen.Seconds(), For: crowdOpen, Held: crowd,
	}
}

// streamCrowd holds 2,000 streams and compares gaps with the server's: each with its own, and p99 with p99, while all
// streams are under way.
func streamCrowd(ctx context.Context, s *setting) ([]bars.Row, error) {
	var apart, off, mid, busy, server []float64
	for i := range s.rounds {
		j := crowdJob(s, uint64(i)+1)
		j.Stamps = true
		r, log, err := streamed(ctx, s, j)
		if err == nil && (log.Streams != crowd || r.Compared == 0) {
			err = fmt.Errorf("%d streams and %d gaps while all were held; want %d streams", log.Streams, r.Compared, crowd)
		}
		if err != nil {
			return nil, err
		}
		own := gapsOf(log.Yields, lastBegin(log), firstEnd(log))
		o, _ := offBy(own, 0.99, r.Gaps["p99"])
		apart, off, mid, busy = append(apart, ms(r.Apart["p99"])), append(off, o/1e6), append(mid, us(r.Apart["p50"])), append(busy, r.CPU.Seconds()/(j.For+j.lasting()).Seconds())
		server = append(server, quantile(own, 0.99)/1e6)
		fmt.Fprintf(s.progress, "crowd %d/%d: %d gaps, apart p50 %.0f, p90 %.0f, p99 %.0f, p99.9 %.0f µs; p99 %.3f/%.3f ms; CPU %.0f %%%s\n", i+1, s.rounds, r.Compared,
			us(r.Apart["p50"]), us(r.Apart["p90"]), us(r.Apart["p99"]), us(r.Apart["p99.9"]), ms(r.Gaps["p99"]), server[i], 100*busy[i], r.disturbed())
	}
	a, o := bars.Median(apart), bars.Median(off)
	what := fmt.Sprintf("%d streams at once, an event every %v:", crowd, crowdGap)
	return []bars.Row{
		{What: what + " p99 of |gap − server's|", Reached: fmt.Sprintf("%.3f ms (p50 %.0f µs; CPU %.0f %%)", a, bars.Median(mid), 100*bars.Median(busy)), Bar: "≤ 1 ms", OK: a <= 1},
		{What: what + " gap p99 against the server's", Reached: fmt.Sprintf("%+.3f ms (server's own %.1f ms)", o, bars.Median(server)), Bar: "within 1 ms", OK: math.Abs(o) <= 1},
	}, nil
}

// lastBegin and firstEnd are the instants between which all streams of a log were under way, in ns of its clock.
func lastBegin(log truth.StreamLog) int64 {
	at := int64(math.MinInt64)
	for _, y := range log.Yields {
		at = max(at, y[0])
	}
	return at
}

func firstEnd(log truth.StreamLog) int64 {
	at := int64(math.MaxInt64)
	for _, y := range log.Yields {
		at = min(at, y[len(y)-1])
	}
	return at
}
