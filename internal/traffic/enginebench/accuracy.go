//go:build linux

package main

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/wsgibench/wsgibench/internal/bars"
	"github.com/wsgibench/wsgibench/internal/traffic/truth"
)

// laws are those of the comparison with the server's own log, with times as web applications have them.
var laws = []string{
	"constant 20ms",
	"lognormal 20ms 0.7",
	"bimodal 20ms 200ms 0.0015",
	"stalls 2s 50ms 20ms",
	"queue 128 20ms",
}

// accuracyRate makes 100,000 requests of 20 seconds.
const accuracyRate = 5000

// accuracy compares the percentiles of the response time with those that the server itself logged.
func accuracy(ctx context.Context, s *setting) ([]bars.Row, error) {
	var rows []bars.Row
	for _, law := range laws {
		if !strings.Contains(law, s.law) {
			continue
		}
		worst := make([]float64, s.rounds) // share of what is allowed
		text := make(map[string][]float64)
		for i := range s.rounds {
			e, log, err := observed(ctx, s, law, job{Rate: accuracyRate, Poisson: true, Seed: uint64(i) + 1, Warm: 2 * time.Second, For: s.length(20 * time.Second)})
			if err != nil {
				return nil, err
			}
			own := sojourns(log)
			line := ""
			for _, name := range []string{"p50", "p90", "p99", "p99.9"} {
				truthful, said := quantile(own, quantiles[name]/100), float64(e.Response[name])
				used := math.Abs(said-truthful) / (0.01*truthful + 100e3)
				worst[i] = max(worst[i], used)
				text[name] = append(text[name], said-truthful)
				line += fmt.Sprintf(" %s %.3f/%.3f ms", name, said/1e6, truthful/1e6)
			}
			fmt.Fprintf(s.progress, "accuracy, %s %d/%d:%s (%d of %d; lag p50 %.0f µs)\n", law, i+1, s.rounds, line, e.Requests, len(log), us(e.Lag["p50"]))
		}
		m := bars.Median(worst)
		reached := fmt.Sprintf("%+.0f %+.0f %+.0f %+.0f µs: %.0f %% of allowed", bars.Median(text["p50"])/1e3, bars.Median(text["p90"])/1e3, bars.Median(text["p99"])/1e3, bars.Median(text["p99.9"])/1e3, 100*m)
		rows = append(rows, bars.Row{What: "p50 p90 p99 p99.9 against the server's log, " + law, Reached: reached, Bar: "within 1 % + 100 µs", OK: m <= 1})
	}
	return rows, nil
}

// observed runs the engine against a server with a law, and returns both accounts of what came after the warm-up.
func observed(ctx context.Context, s *setting, law string, j job) (outcome, []truth.Entry, error) {
	srv, err := startServer(ctx, s.serverCPU, job{Law: law, Seed: j.Seed})
	if err != nil {
		return outcome{}, nil, err
	}
	j.Addr = srv.addr
	e, err := generate[outcome](ctx, s.loadCPU, "engine", j)
	log, stopErr := srv.stop()
	if err == nil {
		err = stopErr
	}
	if err == nil && int64(len(log)) != e.Warmed+e.Requests {
		err = fmt.Errorf("the server answered %d requests, the engine sent %d", len(log), e.Warmed+e.Requests)
	}
	if err != nil {
		return e, nil, err
	}
	slices.SortFunc(log, func(a, b truth.Entry) int { return cmp.Compare(a.Arrived, b.Arrived) })
	return e, log[e.Warmed:], nil
}

func sojourns(log []truth.Entry) []float64 {
	xs := make([]float64, len(log))
	for i, e := range log {
		xs[i] = float64(e.Sojourn())
	}
	slices.Sort(xs)
	return xs
}

// quantile of sorted values, by the nearest rank.
func quantile(xs []float64, q float64) float64 {
	return xs[min(len(xs)-1, max(0, int(math.Ceil(q*float64(len(xs))))-1))]
}

// stall has one stall of 1 s every 10 s at 100 requests per second, over two whole cycles.
func stall(ctx context.Context, s *setting) ([]bars.Row, error) {
	law := truth.Stalls{Every: 10 * time.Second, For: time.Second}
	var off []float64
	for i := range s.rounds {
		e, _, err := observed(ctx, s, law.String(), job{Rate: 100, For: 20 * time.Second, Seed: uint64(i)})
		if err != nil {
			return nil, err
		}
		want := float64(law.Quantile(0.99))
		off = append(off, float64(e.Response["p99"])/want-1)
		fmt.Fprintf(s.progress, "stall %d/%d: p99 %.1f ms, by the formula %.1f ms\n", i+1, s.rounds, ms(e.Response["p99"]), want/1e6)
	}
	m := bars.Median(off)
	return []bars.Row{{What: "a 1 s stall every 10 s at 100/s: p99 against the formula", Reached: fmt.Sprintf("%+.2f %%", 100*m), Bar: "within 2 %", OK: math.Abs(m) <= 0.02}}, nil
}
