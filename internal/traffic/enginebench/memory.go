//go:build linux

package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/wsgibench/wsgibench/internal/bars"
)

// maxResident is the bar of the resident memory; flatness allows the later half of the run this much more than the first.
const (
	maxResident = 64 << 20
	flatness    = 2 << 20
)

// memory sends ten million requests, once, and looks at the resident memory on the way.
func memory(ctx context.Context, s *setting) ([]bars.Row, error) {
	srv, err := startServer(ctx, s.serverCPU, job{Law: "null"})
	if err != nil {
		return nil, err
	}
	defer srv.stop()
	trial, err := generate[outcome](ctx, s.loadCPU, "engine", job{Addr: srv.addr, Clients: 16, For: 2 * time.Second})
	if err != nil {
		return nil, err
	}
	goal := 10e6 * min(1, s.scale)
	length := time.Duration(1.3 * goal / float64(trial.Requests) * float64(2*time.Second))
	e, err := generate[outcome](ctx, s.loadCPU, "engine", job{Addr: srv.addr, Clients: 16, For: length})
	if err != nil {
		return nil, err
	}
	half := len(e.RSS) / 2
	first, second := slices.Max(e.RSS[:half]), slices.Max(e.RSS[half:])
	n := float64(e.Requests) / 1e6
	return []bars.Row{
		{What: fmt.Sprintf("resident memory over %.1f million requests", n), Reached: fmt.Sprintf("at most %.1f MiB", mib(max(first, second))), Bar: "≤ 64 MiB in 10 million", OK: max(first, second) <= maxResident && float64(e.Requests) >= goal},
		{What: "resident memory, second half against first", Reached: fmt.Sprintf("%+.1f MiB", mib(second-first)), Bar: "flat (≤ +2 MiB)", OK: second-first <= flatness},
	}, nil
}

func mib(bytes int64) float64 { return float64(bytes) / (1 << 20) }
