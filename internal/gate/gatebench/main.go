// Command gatebench shows whether gates on a real server keep what they promise: it runs gates of which the truth is
// known and prints a row per figure: what, reached, bar, ok or short. It exits with status 1 when a figure is short.
//
// A whole series takes half an hour and more. With -file every finished gate is appended to a file, and a later call
// goes on from there; with no gates asked for (-same 0 -burn 0 -swap 0) it makes the table of what the file has.
package main

import (
	"context"
	"flag"
	"os"

	"github.com/wsgibench/wsgibench/internal/bars"
	"github.com/wsgibench/wsgibench/internal/calibrate"
	"github.com/wsgibench/wsgibench/internal/gate"
	"github.com/wsgibench/wsgibench/targets/process"
)

func main() {
	process.KeeperMain()
	calibrate.ServerMain()
	var s series
	var reps int
	flag.IntVar(&s.same, "same", 30, "gates of the same code on both sides, in all")
	flag.IntVar(&s.burn, "burn", 12, "gates whose head burns 5 % more CPU per request, in all")
	flag.IntVar(&s.swap, "swap", 12, "the same with base and head swapped, in all")
	flag.IntVar(&reps, "reps", 20_000, "simulated gates for each point of the failure curve")
	flag.StringVar(&s.file, "file", "", "append every finished gate to this file, and go on from what is there")
	flag.StringVar(&s.server, "server", gate.KnownServer, "the server under test")
	flag.Func("set", "change a key of the scenario: path.to.key=value", func(v string) error { s.set = append(s.set, v); return nil })
	flag.Parse()
	os.Exit(bars.Run("gatebench", os.Stderr, func(ctx context.Context) error { return run(ctx, &s, reps) }))
}

func run(ctx context.Context, s *series, reps int) error {
	if err := s.load(); err != nil {
		return err
	}
	if err := s.run(ctx); err != nil {
		return err
	}
	rows, err := s.figures(reps)
	if err != nil {
		return err
	}
	return bars.Print(os.Stdout, rows)
}
