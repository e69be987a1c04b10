//go:build linux

package main

import (
	"context"
	"fmt"
	"time"

	"github.com/wsgibench/wsgibench/internal/bars"
)

// cpuPerRequest compares CPU time per request: 16 kept connections, a body of 12 bytes, the generator alone on its CPU.
func cpuPerRequest(ctx context.Context, s *setting) ([]bars.Row, error) {
	srv, err := startServer(ctx, s.serverCPU, job{Law: "null"})
	if err != nil {
		return nil, err
	}
	defer srv.stop()
	const clients = 16
	length := s.length(3 * time.Second)
	var ours, wrk, stock, toWrk, toStock []float64
	for i := range s.rounds {
		j := job{Addr: srv.addr, Clients: clients, For: length}
		e, err := generate[outcome](ctx, s.loadCPU, "engine", j)
		if err != nil {
			return nil, err
		}
		n, used, err := runWrk(ctx, s.loadCPU, srv.addr, clients, length)
		if err != nil {
			return nil, err
		}
		v, err := generate[outcome](ctx, s.loadCPU, "vegeta", j)
		if err != nil {
			return nil, err
		}
		a, b, c := perRequest(e.CPU, e.Requests), perRequest(used, n), perRequest(v.CPU, v.Requests)
		fmt.Fprintf(s.progress, "cpu %d/%d: engine %.2f µs (%d), wrk %.2f µs (%d), vegeta %.2f µs (%d)\n", i+1, s.rounds, a, e.Requests, b, n, c, v.Requests)
		ours, wrk, stock = append(ours, a), append(wrk, b), append(stock, c)
		toWrk, toStock = append(toWrk, a/b), append(toStock, a/c)
	}
	w, v := bars.Median(toWrk), bars.Median(toStock)
	return []bars.Row{
		{What: "CPU per request, beside wrk", Reached: fmt.Sprintf("%.2f × (%.2f µs : %.2f µs)", w, bars.Median(ours), bars.Median(wrk)), Bar: "≤ 1.35 ×", OK: w <= 1.35},
		{What: "CPU per request, beside stock vegeta", Reached: fmt.Sprintf("%.2f × (%.2f µs : %.2f µs)", v, bars.Median(ours), bars.Median(stock)), Bar: "≤ 0.6 ×", OK: v <= 0.6},
	}, nil
}

// perRequest is in µs.
func perRequest(d time.Duration, n int64) float64 { return float64(d) / 1e3 / float64(max(n, 1)) }
