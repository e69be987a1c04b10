//go:build linux

// Command enginebench answers: how exact and how cheap is the traffic engine, beside wrk and stock vegeta?
//
// Without flags it prints one row per figure, with what was reached, what must be reached, and ok or short, and ends
// with status 1 when any is short. Server and generator are processes of their own on one CPU each; what is compared is
// measured in turn, and medians of the rounds are compared.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	switch {
	case errors.Is(err, errShort):
		os.Exit(1)
	case err != nil:
		fmt.Fprintln(os.Stderr, "enginebench:", err)
		os.Exit(2)
	}
}

// errShort says that a figure does not reach its bar.
var errShort = errors.New("short")

// options are the flags; the later ones are those of the processes that the bench starts of itself.
type options struct {
	only      string
	law       string
	rounds    int
	scale     float64
	serverCPU int
	loadCPU   int
	role      string
	job       string
}

func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	var o options
	fs := flag.NewFlagSet("enginebench", flag.ContinueOnError)
	fs.SetOutput(stderr)
	fs.StringVar(&o.only, "only", "", "measure only the `figures` whose name holds this")
	fs.StringVar(&o.law, "law", "", "compare accuracy only for the `laws` that hold this")
	fs.IntVar(&o.rounds, "rounds", 5, "rounds; the median counts")
	fs.Float64Var(&o.scale, "scale", 1, "length of every measurement, as a share of what the figures ask for: below 1 is only a look")
	fs.IntVar(&o.serverCPU, "server-cpu", 1, "CPU of the server")
	fs.IntVar(&o.loadCPU, "load-cpu", 0, "CPU of the load generator")
	fs.StringVar(&o.role, "role", "", "be one of the processes of the bench: null, truth, engine or vegeta")
	fs.StringVar(&o.job, "job", "{}", "what to do in that role, as JSON")
	if err := fs.Parse(args); err != nil {
		return err
	}
	if o.role != "" {
		return play(ctx, o, stdin, stdout)
	}
	return bench(ctx, o, stdout, stderr)
}
