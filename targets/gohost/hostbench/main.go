// Command hostbench shows what the Go hosts promise beside other servers: requests and blocks per second of CPU time of the
// whole process tree and per second on the wall, as medians of trials in interleaved blocks. It prints a row per figure:
// what, reached, bar, ok or short. It exits with status 1 when a figure is short.
//
// The servers are started, checked and measured as wsgibench run does it; this program only says what to run and reads
// the run directories.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/wsgibench/wsgibench/internal/bars"
	"github.com/wsgibench/wsgibench/internal/bench"
	"github.com/wsgibench/wsgibench/internal/calibrate"
	"github.com/wsgibench/wsgibench/pyapps"
	"github.com/wsgibench/wsgibench/results"
	"github.com/wsgibench/wsgibench/scenarios"
	"github.com/wsgibench/wsgibench/targets/gohost"
	"github.com/wsgibench/wsgibench/targets/process"
	"github.com/wsgibench/wsgibench/targets/pyenv"
)

func main() {
	process.KeeperMain()
	gohost.WorkerMain()
	calibrate.ServerMain()
	if len(os.Args) > 1 && os.Args[1] == "gohost" { // descriptors start the host as {exe} gohost
		if err := gohost.Main(context.Background(), os.Args[2:], os.Stdout, os.Stderr, pyapps.Handler()); err != nil {
			fmt.Fprintln(os.Stderr, "hostbench: error:", err)
			os.Exit(1)
		}
		return
	}
	var s settings
	flag.IntVar(&s.blocks, "blocks", 5, "trials of each server and workload")
	flag.DurationVar(&s.length, "for", time.Second, "length of each measurement")
	flag.StringVar(&s.out, "out", "runs", "directory of the run directories")
	flag.Parse()
	os.Exit(bars.Run("hostbench", os.Stderr, func(ctx context.Context) error { return run(ctx, s) }))
}

type settings struct {
	blocks int
	length time.Duration
	out    string
}

// run measures each workload, and prints the table.
func run(ctx context.Context, s settings) error {
	measured := map[string]rates{}
	var missing []results.Missing
	for _, w := range workloads {
		record, err := measure(ctx, s, w)
		if err != nil {
			return fmt.Errorf("%s: %w", w.name, err)
		}
		missing = record.Run.Missing
		measured[w.name] = ratesOf(record, w)
	}
	writeRates(os.Stdout, measured, missing)
	return bars.Print(os.Stdout, rows(figures, measured))
}

// measure carries out the run of one workload.
func measure(ctx context.Context, s settings, w workload) (*results.Record, error) {
	scenario, err := scenarios.Parse("hostbench.yaml", []byte(w.scenario(s)), nil, bench.Names())
	if err != nil {
		return nil, err
	}
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	config := bench.Config{
		Out: s.out, Args: os.Args, Exe: exe, NoCalibrate: true, Progress: progress(w.name),
		Store: pyenv.Store{Log: func(line string) { fmt.Fprintln(os.Stderr, line) }},
	}
	plan, err := bench.Prepare(ctx, config, scenario)
	if err != nil {
		return nil, err
	}
	dir, err := plan.Execute(ctx)
	if err != nil {
		return nil, err
	}
	if dir == "" {
		return nil, errors.New("nothing was run")
	}
	return results.Open(dir)
}

func progress(name string) func(bench.Event) {
	return func(e bench.Event) {
		if e.Trial != nil {
			fmt.Fprintf(os.Stderr, "%s %d: %s %s\n", name, e.Number, e.Trial.Cell, e.Trial.Verdict)
		}
	}
}
