//go:build linux

package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// A figure is one row of the table.
type figure struct {
	name    string
	measure func(context.Context, *setting) ([]row, error)
}

// A row says what was reached, what must be, and whether it is.
type row struct {
	what, reached, bar string
	ok                 bool
}

func (r row) print(w io.Writer, verdict string) {
	fmt.Fprintf(w, "%-70s  %-46s  %-22s  %s\n", r.what, r.reached, r.bar, verdict)
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
}

func bench(ctx context.Context, o options, stdout, stderr io.Writer) error {
	s := &setting{o, stderr}
	short := false
	(row{what: "figure", reached: "reached", bar: "must reach"}).print(stdout, "verdict")
	for _, f := range figures {
		if !strings.Contains(f.name, o.only) {
			continue
		}
		rows, err := f.measure(ctx, s)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil { // the others can still be measured
			rows = []row{{f.name, "not measured: " + err.Error(), "", false}}
		}
		for _, r := range rows {
			verdict := "ok"
			if !r.ok {
				verdict, short = "short", true
			}
			r.print(stdout, verdict)
		}
	}
	if short {
		return errShort
	}
	return nil
}

func median(xs []float64) float64 {
	xs = slices.Sorted(slices.Values(xs))
	n := len(xs)
	return (xs[(n-1)/2] + xs[n/2]) / 2
}
