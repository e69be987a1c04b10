package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/wsgibench/wsgibench/internal/bench"
	"github.com/wsgibench/wsgibench/internal/gate"
	"github.com/wsgibench/wsgibench/results"
	"github.com/wsgibench/wsgibench/scenarios"
	"github.com/wsgibench/wsgibench/targets/pyenv"
)

// gateFlags are the flags of gate.
type gateFlags struct {
	scenarioFlags
	base, head, baseline string
	mode                 string
	gate                 []string
	pairs                int
	budget               time.Duration
	explain              bool
	noise                string
	strict               bool
	files                gateFiles
}

func gateCommand(t *terminal) *cobra.Command {
	var f gateFlags
	c := &cobra.Command{
		Use:   "gate SCENARIO",
		Short: "Say whether a change makes a server or an app slower, for CI",
		Long: `Measure base and head against each other, and be red only when head is worse beyond doubt.

A side is a git reference of the scenario's repository (main, HEAD~1, a tag: checked out aside and removed again), a
directory (., ../old), or packages in versions (gunicorn==23.0.0, or "gunicorn==20.1.0 setuptools<81"). The paths of the
scenario that lie in the repository (the app, descriptors) are taken from the side's tree.

Both servers first answer the checks that the scenario needs (wsgibench verify); where one of them fails a check the gate
is invalid and names it.

The scenario says what is gated and which change for the worse is still accepted: gate: {cpu_per_request: 3%, p99: 10%}.
Every pair of trials starts both servers afresh. Pairs are looked at when there are 8, 12, 20 and 30; red takes a bound
of the interval, corrected for looks and metrics, beyond the margin, and fresh pairs that agree.

In duet (the default on noisy machines) both servers run at once, so that what disturbs one disturbs the other.

Exit status: 0 ok, 10 regression, 11 inconclusive (only with --strict), 4 invalid, 12 baseline missing or not
comparable, 1 failure, 2 usage or scenario error, 130 interrupted.`,
		Example: `  wsgibench gate bench.yaml --base origin/main --head .
  wsgibench gate bench.yaml --base gunicorn==26.0.0 --head gunicorn==26.1.0 --gate cpu_per_request=3%
  wsgibench gate bench.yaml --base main --explain --junit gate.xml`,
		Args: exactArgs("SCENARIO"),
		RunE: func(cmd *cobra.Command, args []string) error { return runGate(cmd.Context(), t, args[0], f) },
	}
	flags := c.Flags()
	flags.StringVar(&f.base, "base", "", "what to compare with: git reference, directory or package version")
	flags.StringVar(&f.head, "head", ".", "what may be merged: the same")
	flags.StringVar(&f.baseline, "baseline", "", "compare with a stored run in place of --base; it must be of an equal environment")
	flags.StringVar(&f.mode, "mode", "auto", "pairs, duet, or auto: duet on noisy machines")
	flags.StringArrayVar(&f.gate, "gate", nil, "gate this metric, in place of the scenario's: cpu_per_request=3%")
	flags.IntVar(&f.pairs, "pairs", gate.DefaultMost, "most pairs, without those of the confirmation")
	flags.DurationVar(&f.budget, "budget", 0, "time for the whole gate; what is open then is inconclusive")
	flags.BoolVar(&f.explain, "explain", false, "first measure the noise, base against base, and say what the gate can see")
	flags.StringVar(&f.noise, "noise", "", "with --explain: take the noise from this run of equal sides")
	flags.BoolVar(&f.strict, "strict", false, "exit with 11 when the gate is inconclusive")
	f.add(flags, "the target to gate, where the scenario has several")
	f.files.add(flags)
	return c
}

// changes are those of --set and --gate.
func (f *gateFlags) changes() ([]string, error) {
	set := f.set
	if len(f.gate) == 0 {
		return set, nil
	}
	var metrics []string
	for _, g := range f.gate {
		word, margin, ok := strings.Cut(g, "=")
		if !ok {
			return nil, usage("--gate %s: write METRIC=MARGIN, such as cpu_per_request=3%%", g)
		}
		metrics = append(metrics, fmt.Sprintf("%q: %s", word, margin))
	}
	return append(set[:len(set):len(set)], "gate={"+strings.Join(metrics, ", ")+"}"), nil
}

func (f *gateFlags) check() error {
	switch {
	case f.base == "" && f.baseline == "":
		return usage("gate needs something to compare with: --base origin/main, --base ../old, --base gunicorn==23.0.0, or --baseline RUN")
	case f.base != "" && f.baseline != "":
		return usage("--base and --baseline exclude each other")
	case f.mode != "auto" && f.mode != "pairs" && f.mode != "duet":
		return usage("--mode %q: auto, pairs or duet", f.mode)
	case f.pairs < 1:
		return usage("--pairs %d: at least 8", f.pairs)
	case f.noise != "" && !f.explain, f.explain && f.baseline != "":
		return usage("--noise goes with --explain, and --explain with --base")
	}
	return nil
}

func runGate(ctx context.Context, t *terminal, path string, f gateFlags) (err error) {
	if err := f.check(); err != nil {
		return err
	}
	set, err := f.changes()
	if err != nil {
		return err
	}
	s, err := loadScenario(path, set)
	if err != nil {
		return err
	}
	o, closeAll, err := f.options(ctx, t, s)
	defer func() { err = errors.Join(err, closeAll()) }()
	if err != nil {
		return gateError(err)
	}
	if f.explain {
		if err := t.explainGate(ctx, o, f.noise); err != nil {
			return gateError(err)
		}
	}
	report, err := judgeGate(ctx, o, f.baseline)
	t.clear()
	if err != nil {
		return gateError(err)
	}
	if err := t.finishGate(report, f.files); err != nil {
		return err
	}
	if code := report.ExitCode(f.strict); code != exitOK {
		return &exitError{code: code}
	}
	return nil
}

func judgeGate(ctx context.Context, o gate.Options, baseline string) (*gate.Report, error) {
	if baseline != "" {
		return gate.RunAgainst(ctx, o, baseline)
	}
	return gate.Run(ctx, o)
}

// options opens both sides. What was opened is closed by the returned function, also after an error.
func (f *gateFlags) options(ctx context.Context, t *terminal, s *scenarios.Scenario) (o gate.Options, closeAll func() error, err error) {
	closeAll = func() error { return errors.Join(o.Base.Close(), o.Head.Close()) }
	exe, err := os.Executable()
	if err != nil {
		return o, closeAll, fmt.Errorf("find this program: %w", err)
	}
	o = gate.Options{
		Config: bench.Config{
			Out: t.outDir, Args: os.Args, Version: version(), Exe: exe, Only: f.only, NoCalibrate: f.noCalibrate,
			Store: store(t), Progress: t.show,
		},
		Gate: s.Gate, Mode: f.mode, Most: f.pairs, Budget: f.budget,
	}
	if f.budget == 0 {
		o.Budget = s.Trials.Budget
	}
	if o.Head, err = gate.Open(ctx, s, f.head); err != nil {
		return o, closeAll, usageRef(err)
	}
	if f.base != "" {
		if o.Base, err = gate.Open(ctx, s, f.base); err != nil {
			return o, closeAll, err
		}
	}
	return o, closeAll, nil
}

// usageRef makes a head that is not there a mistake of the command line; a base that is not there is a missing baseline.
func usageRef(err error) error {
	return &exitError{exitUsage, fmt.Errorf("head: %w", err)}
}

// gateError gives an error its exit code.
func gateError(err error) error {
	var exit *exitError
	var baseline *gate.BaselineError
	var ref *gate.MissingRef
	var side *bench.SideError
	var version *pyenv.NoVersion
	switch {
	case errors.As(err, &exit):
		return err
	case errors.As(err, &version) && errors.As(err, &side) && side.Side == "base":
		return &exitError{gate.ExitBaseline, err}
	case errors.As(err, &version):
		return &exitError{exitUsage, err}
	case errors.As(err, &baseline), errors.As(err, &ref):
		return &exitError{gate.ExitBaseline, err}
	case errors.Is(err, gate.ErrNoMetrics):
		return &exitError{exitUsage, err}
	}
	return err
}

// finishGate writes everything that is derived from the run, and shows the result.
func (t *terminal) finishGate(r *gate.Report, files gateFiles) error {
	record, err := results.Open(r.Run)
	if err != nil {
		return err
	}
	if err := t.derive(record, nil); err != nil {
		return err
	}
	if err := files.write(t, r, record); err != nil {
		return err
	}
	if t.format == "json" {
		return t.json(r)
	}
	t.gateTable(r)
	return nil
}
