// Command statsbench shows what the statistics promise: it simulates comparisons and gates of which the truth is known and
// prints a row per figure: what, reached, bar, ok or short. It exits with status 1 when a figure is short.
//
// It is deterministic: every repetition has its own seed, so the table does not depend on the number of processors. It measures no server; what a real machine does to these figures is measured elsewhere.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"

	"github.com/wsgibench/wsgibench/internal/bars"
)

func main() {
	reps := flag.Int("reps", 10_000, "repetitions of each simulation; expensive ones take a share of it")
	flag.Parse()
	s := simulation{reps: *reps, workers: runtime.GOMAXPROCS(0)}
	os.Exit(bars.Run("statsbench", os.Stderr, func(ctx context.Context) error { return run(ctx, os.Stdout, figures(), s) }))
}

// A figure is one row of the table.
type figure struct {
	what    string
	measure func(simulation) float64
	bar     bar
}

// A bar is what a figure must reach.
type bar struct {
	most  bool // limit is the most allowed, otherwise the least
	limit float64
	unit  string // "%" shows shares as such; otherwise written behind the number
}

func atLeast(limit float64, unit string) bar { return bar{limit: limit, unit: unit} }
func atMost(limit float64, unit string) bar  { return bar{most: true, limit: limit, unit: unit} }

func (b bar) reached(v float64) bool { return b.most && v <= b.limit || !b.most && v >= b.limit }

func (b bar) show(v float64) string {
	if b.unit == "%" {
		return fmt.Sprintf("%.2f %%", 100*v)
	}
	return fmt.Sprintf("%.2f %s", v, b.unit)
}

func (b bar) String() string {
	if b.most {
		return "≤ " + b.show(b.limit)
	}
	return "≥ " + b.show(b.limit)
}

// run measures all figures and prints the table to w.
func run(ctx context.Context, w io.Writer, figures []figure, s simulation) error {
	if s.reps < 1 {
		return fmt.Errorf("%d repetitions: ask for at least 1", s.reps)
	}
	var rows []bars.Row
	for _, f := range figures {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		v := f.measure(s.named(f.what))
		rows = append(rows, bars.Row{What: f.what, Reached: f.bar.show(v), Bar: f.bar.String(), OK: f.bar.reached(v)})
	}
	return bars.Print(w, rows)
}

// figures lists all rows in the order of the table.
func figures() []figure {
	var all []figure
	for _, group := range [][]figure{coverage(), alarms(), power(), equivalence(), gates()} {
		all = append(all, group...)
	}
	return all
}
