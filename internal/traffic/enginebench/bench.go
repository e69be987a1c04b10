//go:build linux

package main

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/wsgibench/wsgibench/internal/bars"
)

// A figure is one or more rows of the table.
type figure struct {
	name    string
	measure func(context.Context, *setting) ([]bars.Row, error)
}

// A setting is where and how long to measure.
type setting struct {
	options
	progress io.Writer
}

func (s *setting) length(d time.Duration) time.Duration {
	return max(time.Second, time.Duration(float64(d)*s.scale))
}

var figures = []figure{
	{"cpu", cpuPerRequest},
	{"open", openModel},
	{"lag", sendLag},
	{"accuracy", accuracy},
	{"stall", stall},
	{"arrivals", arrivals},
	{"memory", memory},
	{"streams bytes", streamBytes},
	{"streams pacing", streamPacing},
	{"streams gaps", streamGaps},
	{"streams faults", streamFaults},
	{"streams crowd", streamCrowd},
	{"streams memory", streamMemory},
	{"streams long", streamLong},
}

func bench(ctx context.Context, o options, stdout, stderr io.Writer) error {
	s := &setting{o, stderr}
	table := bars.Table{Out: stdout, Widths: [3]int{70, 46, 22}}
	for _, f := range figures {
		if !strings.Contains(f.name, o.only) {
			continue
		}
		rows, err := f.measure(ctx, s)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil { // the others can still be measured
			rows = append(rows, bars.Row{What: f.name, Reached: "not measured: " + err.Error()})
		}
		table.Add(rows...)
	}
	return table.Short()
}
