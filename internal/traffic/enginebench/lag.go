//go:build linux

package main

import (
	"context"
	"fmt"
	"time"

	"github.com/wsgibench/wsgibench/internal/bars"
)

// openModel asks for 10,000 requests per second of a generator that has one CPU, beside stock vegeta.
func openModel(ctx context.Context, s *setting) ([]bars.Row, error) {
	srv, err := startServer(ctx, s.serverCPU, job{Law: "null"})
	if err != nil {
		return nil, err
	}
	defer srv.stop()
	j := job{Addr: srv.addr, Rate: 10_000, For: s.length(4 * time.Second)}
	var sent, p50, stockSent, stockP50 []float64
	for i := range s.rounds {
		e, err := generate[outcome](ctx, s.loadCPU, "engine", j)
		if err != nil {
			return nil, err
		}
		v, err := generate[outcome](ctx, s.loadCPU, "vegeta", j)
		if err != nil {
			return nil, err
		}
		sent, p50 = append(sent, float64(e.Requests)/float64(e.Due)), append(p50, ms(e.Response["p50"]))
		stockSent, stockP50 = append(stockSent, float64(v.Requests)/float64(v.Due)), append(stockP50, ms(v.Response["p50"]))
		fmt.Fprintf(s.progress, "open %d/%d: engine %d of %d, p50 %.3f ms; vegeta %d of %d, p50 %.3f ms\n", i+1, s.rounds, e.Requests, e.Due, p50[i], v.Requests, v.Due, stockP50[i])
	}
	share, mid := bars.Median(sent), bars.Median(p50)
	return []bars.Row{
		{What: "10,000/s on one CPU: sent", Reached: fmt.Sprintf("%.2f %% (stock vegeta %.2f %%)", 100*share, 100*bars.Median(stockSent)), Bar: "100 %", OK: share == 1},
		{What: "10,000/s on one CPU: response time p50", Reached: fmt.Sprintf("%.3f ms (stock vegeta %.3f ms)", mid, bars.Median(stockP50)), Bar: "< 1 ms", OK: mid < 1},
	}, nil
}

// sendLag compares actual with intended starts.
func sendLag(ctx context.Context, s *setting) ([]bars.Row, error) {
	srv, err := startServer(ctx, s.serverCPU, job{Law: "null"})
	if err != nil {
		return nil, err
	}
	defer srv.stop()
	var rows []bars.Row
	for _, rate := range []float64{1000, 5000} {
		var p50, p90 []float64
		for i := range s.rounds {
			j := job{Addr: srv.addr, Rate: rate, Warm: 200 * time.Millisecond, For: s.length(4 * time.Second)}
			e, err := generate[outcome](ctx, s.loadCPU, "engine", j)
			if err != nil {
				return nil, err
			}
			p50, p90 = append(p50, us(e.Lag["p50"])), append(p90, us(e.Lag["p90"]))
			fmt.Fprintf(s.progress, "lag at %.0f/s %d/%d: p50 %.0f, p90 %.0f, p99 %.0f µs; response p50 %.0f µs; CPU %v\n", rate, i+1, s.rounds, p50[i], p90[i], us(e.Lag["p99"]), us(e.Response["p50"]), e.CPU)
		}
		a, b := bars.Median(p50), bars.Median(p90)
		rows = append(rows,
			bars.Row{What: fmt.Sprintf("send lag at %.0f/s, p50", rate), Reached: fmt.Sprintf("%.0f µs", a), Bar: "≤ 60 µs", OK: a <= 60},
			bars.Row{What: fmt.Sprintf("send lag at %.0f/s, p90", rate), Reached: fmt.Sprintf("%.0f µs", b), Bar: "≤ 150 µs", OK: b <= 150})
	}
	return rows, nil
}

func ms(ns int64) float64 { return float64(ns) / 1e6 }
func us(ns int64) float64 { return float64(ns) / 1e3 }
