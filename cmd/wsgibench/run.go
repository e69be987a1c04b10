package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wsgibench/wsgibench/internal/bench"
	"github.com/wsgibench/wsgibench/results"
	"github.com/wsgibench/wsgibench/scenarios"
	"github.com/wsgibench/wsgibench/targets/pyenv"
)

// runFlags are the flags of run.
type runFlags struct {
	scenarioFlags
	blocks int
	remote []string
	args   []string
}

func runCommand(t *terminal) *cobra.Command {
	var f runFlags
	c := &cobra.Command{
		Use:   "run SCENARIO",
		Short: "Run a scenario, and compare its targets",
		Long: `Run a scenario: a file, or the name of one that comes with wsgibench (wsgibench list scenarios).

Every target is started afresh for every trial, in random order within each block; every answer is checked.
The run directory is written as the run goes on: what was finished stays readable whatever happens.

Before the first trial, a second goes into measuring what the load generator itself can do here (wsgibench calibrate).
With --no-calibrate the run does not know: a server that is nearly as fast as the generator is then no longer found out
by its rate, only by the generator's use of CPU.

Exit status: 0 ok, 1 failure, 2 scenario or usage error, 3 a threshold was missed, 4 a target has no valid
measurement, 130 interrupted.`,
		Example: `  wsgibench run quickstart
  wsgibench run my-scenario.yaml --only gunicorn-gthread --blocks 1
  wsgibench run my-scenario.yaml --set traffic.1.rate=200/s --set trials.seed=7`,
		Args: exactArgs("SCENARIO"),
		RunE: func(cmd *cobra.Command, args []string) error {
			f.args = os.Args
			return run(cmd.Context(), t, args[0], f)
		},
	}
	f.add(c.Flags(), "run these targets only (labels, or server names)")
	c.Flags().IntVar(&f.blocks, "blocks", 0, "number of blocks, instead of the scenario's")
	c.Flags().StringSliceVar(&f.remote, "allow-remote", nil, "hosts beside this machine that may be sent traffic")
	return c
}

func (f *runFlags) changes() ([]string, error) {
	set := slices.Clone(f.set)
	if f.blocks < 0 {
		return nil, usage("--blocks %d: at least 1", f.blocks)
	}
	if f.blocks > 0 {
		set = append(set, "trials.blocks="+strconv.Itoa(f.blocks))
	}
	for _, host := range f.remote {
		if host == "" || net.ParseIP(host) == nil && strings.ContainsAny(host, "/: ") {
			return nil, usage("--allow-remote %q: the name or address of a host, without port", host)
		}
	}
	return set, nil
}

func run(ctx context.Context, t *terminal, path string, f runFlags) error {
	set, err := f.changes()
	if err != nil {
		return err
	}
	s, err := loadScenario(path, set)
	if err != nil {
		return err
	}
	exe, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	plan, err := bench.Prepare(ctx, bench.Config{
		Out: t.outDir, Args: f.args, Version: version(), Exe: exe, Only: f.only, AllowRemote: f.remote,
		NoCalibrate: f.noCalibrate,
		Store:       store(t), Progress: t.show,
	}, s)
	if err != nil {
		return err
	}
	t.announce(&plan.Run)
	dir, err := plan.Execute(ctx)
	t.clear()
	if dir == "" {
		return err
	}
	record, openErr := results.Open(dir)
	if openErr != nil {
		return errors.Join(err, openErr)
	}
	if err != nil {
		return t.interrupted(record, err)
	}
	met, err := t.finish(record, s.Thresholds)
	if err != nil {
		return err
	}
	return verdict(record, met)
}

func (t *terminal) announce(r *results.Run) {
	t.note("%s: %s × %s, seed %d", r.Scenario.Name, count(len(r.Cells), "target"), blocksOf(r), r.Seed)
	if r.CPUs.Reason != "" {
		t.note("not pinned: %s", r.CPUs.Reason)
	} else {
		t.note("server on CPU %s, load generator on CPU %s", r.CPUs.Server, r.CPUs.Load)
	}
	for _, m := range r.Missing {
		if m.Hint != "" {
			t.hint("%s: %s", m.Target, m.Hint)
		}
	}
}

// blocksOf says how many blocks a run has, or may have at most.
func blocksOf(r *results.Run) string {
	if r.Until == nil {
		return count(r.Blocks, "block")
	}
	return "at most " + count(r.Blocks, "block")
}

// count says how many, in the singular where it is one.
func count(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

// interrupted keeps what was finished and says where it is.
func (t *terminal) interrupted(r *results.Record, cause error) error {
	if len(r.Trials) > 0 {
		t.note("%d of %d trials were finished and kept: wsgibench report %s", len(r.Trials), len(r.Planned()), r.Dir)
	}
	if errors.Is(cause, context.Canceled) {
		return &exitError{exitInterrupted, errors.New("interrupted")}
	}
	return cause
}

// verdict turns the state of the record into the exit code.
func verdict(r *results.Record, thresholdsMet bool) error {
	for _, s := range r.Summaries() {
		if s.Valid == 0 {
			return &exitError{code: exitInvalid}
		}
	}
	if !thresholdsMet {
		return &exitError{code: exitThreshold}
	}
	return nil
}

// loadScenario reads a scenario; whatever is wrong with it is the user's to mend.
func loadScenario(path string, set []string) (*scenarios.Scenario, error) {
	s, err := scenarios.Load(path, set, bench.Names())
	if err != nil {
		return nil, &exitError{exitUsage, err}
	}
	return s, nil
}

// store keeps the Python environments in the user's cache, and says when it makes one.
func store(t *terminal) pyenv.Store {
	return pyenv.Store{Log: func(line string) { t.note("%s", line) }}
}
