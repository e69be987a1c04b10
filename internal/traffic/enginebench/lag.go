//go:build linux

package main

import (
	"context"
	"fmt"
	"time"
)

// openModel asks for 10,000 requests per second of a generator that has one CPU, beside stock vegeta.
func openModel(ctx context.Context, s *setting) ([]row, error) {
	srv, err := startServer(ctx, s.serverCPU, job{Law: "null"})
	if err != nil {
		return nil, err
	}
	defer srv.stop()
	j := job{Addr: srv.addr, Rate: 10_000, For: s.length(4 * time.Second)}
	var sent, p50, stockSent, stockP50 []float64
	for i := range s.rounds {
		e, err := generate(ctx, s.loadCPU, "engine", j)
		if err != nil {
			return nil, err
		}
		v, err := generate(ctx, s.loadCPU, "vegeta", j)
		if err != nil {
			return nil, err
		}
		sent, p50 = append(sent, float64(e.Requests)/float64(e.Due)), append(p50, ms(e.Response["p50"]))
		stockSent, stockP50 = append(stockSent, float64(v.Requests)/float64(v.Due)), append(stockP50, ms(v.Response["p50"]))
		fmt.Fprintf(s.progress, "open %d/%d: engine %d of %d, p50 %.3f ms; vegeta %d of %d, p50 %.3f ms\n", i+1, s.rounds, e.Requests, e.Due, p50[i], v.Requests, v.Due, stockP50[i])
	}
	share, mid := median(sent), median(p50)
	return []row{
		{"10,000/s on one CPU: sent", fmt.Sprintf("%.2f %% (stock vegeta %.2f %%)", 100*share, 100*median(stockSent)), "100 %", share == 1},
		{"10,000/s on one CPU: response time p50", fmt.Sprintf("%.3f ms (stock vegeta %.3f ms)", mid, median(stockP50)), "< 1 ms", mid < 1},
	}, nil
}

// sendLag compares actual with intended starts.
func sendLag(ctx context.Context, s *setting) ([]row, error) {
	srv, err := startServer(ctx, s.serverCPU, job{Law: "null"})
	if err != nil {
		return nil, err
	}
	defer srv.stop()
	var rows []row
	for _, rate := range []float64{1000, 5000} {
		var p50, p90 []float64
		for i := range s.rounds {
			j := job{Addr: srv.addr, Rate: rate, Warm: 200 * time.Millisecond, For: s.length(4 * time.Second)}
			e, err := generate(ctx, s.loadCPU, "engine", j)
			if err != nil {
				return nil, err
			}
			p50, p90 = append(p50, us(e.Lag["p50"])), append(p90, us(e.Lag["p90"]))
			fmt.Fprintf(s.progress, "lag at %.0f/s %d/%d: p50 %.0f, p90 %.0f, p99 %.0f µs; response p50 %.0f µs; CPU %v\n", rate, i+1, s.rounds, p50[i], p90[i], us(e.Lag["p99"]), us(e.Response["p50"]), e.CPU)
		}
		a, b := median(p50), median(p90)
		rows = append(rows,
			row{fmt.Sprintf("send lag at %.0f/s, p50", rate), fmt.Sprintf("%.0f µs", a), "≤ 60 µs", a <= 60},
			row{fmt.Sprintf("send lag at %.0f/s, p90", rate), fmt.Sprintf("%.0f µs", b), "≤ 150 µs", b <= 150})
	}
	return rows, nil
}

func ms(ns int64) float64 { return float64(ns) / 1e6 }
func us(ns int64) float64 { return float64(ns) / 1e3 }
