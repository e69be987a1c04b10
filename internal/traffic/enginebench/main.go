//go:build linux

// Command enginebench answers: how exact and how cheap is the traffic engine, beside wrk and stock vegeta?
//
// Without flags it prints one row per figure, with what was reached, what must be reached, and ok or short, and ends
// with status 1 when any is short. Server and generator are processes of their own on one CPU each; what is compared is
// measured in turn, and medians of the rounds are compared.
package main

import (
	"context"
	"flag"
	"io"
	"os"

	"github.com/wsgibench/wsgibench/internal/bars"
)

func main() {
	os.Exit(bars.Run("enginebench", os.Stderr, func(ctx context.Context) error {
		return run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	}))
}

// options are the flags; the part is that of a process that the bench starts of itself.
type options struct {
	only      string
	law       string
	rounds    int
	scale     float64
	serverCPU int
	loadCPU   int
	part      bars.Part
}

func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	var o options
	fs := flag.NewFlagSet("enginebench", flag.ContinueOnError)
	fs.SetOutput(stderr)
	fs.StringVar(&o.only, "only", "", "measure only the `figures` whose name holds this; all about streams begin with that word")
	fs.StringVar(&o.law, "law", "", "compare accuracy only for the `laws` that hold this")
	fs.IntVar(&o.rounds, "rounds", 5, "rounds; the median counts")
	fs.Float64Var(&o.scale, "scale", 1, "length of every measurement, as a share of what the figures ask for: below 1 is only a look")
	fs.IntVar(&o.serverCPU, "server-cpu", 1, "CPU of the server")
	fs.IntVar(&o.loadCPU, "load-cpu", 0, "CPU of the load generator")
	o.part.Flags(fs)
	if err := fs.Parse(args); err != nil {
		return err
	}
	if o.part.Role != "" {
		return play(ctx, &o.part, stdin, stdout)
	}
	return bench(ctx, o, stdout, stderr)
}
