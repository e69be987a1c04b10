//go:build linux

package main

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// maxResident is the bar of the resident memory; flatness allows the later half of the run this much more than the first.
const (
	maxResident = 64 << 20
	flatness    = 2 << 20
)

// memory sends ten million requests, once, and looks at the resident memory on the way.
func memory(ctx context.Context, s *setting) ([]row, error) {
	srv, err := startServer(ctx, s.serverCPU, job{Law: "null"})
	if err != nil {
		return nil, err
	}
	defer srv.stop()
	trial, err := generate(ctx, s.loadCPU, "engine", job{Addr: srv.addr, Clients: 16, For: 2 * time.Second})
	if err != nil {
		return nil, err
	}
	goal := 10e6 * min(1, s.scale)
	length := time.Duration(1.3 * goal / float64(trial.Requests) * float64(2*time.Second))
	e, err := generate(ctx, s.loadCPU, "engine", job{Addr: srv.addr, Clients: 16, For: length})
	if err != nil {
		return nil, err
	}
	half := len(e.RSS) / 2
	first, second := slices.Max(e.RSS[:half]), slices.Max(e.RSS[half:])
	n := float64(e.Requests) / 1e6
	return []row{
		{fmt.Sprintf("resident memory over %.1f million requests", n), fmt.Sprintf("at most %.1f MiB", mib(max(first, second))), "≤ 64 MiB in 10 million", max(first, second) <= maxResident && float64(e.Requests) >= goal},
		{"resident memory, second half against first", fmt.Sprintf("%+.1f MiB", mib(second-first)), "flat (≤ +2 MiB)", second-first <= flatness},
	}, nil
}

func mib(bytes int64) float64 { return float64(bytes) / (1 << 20) }
