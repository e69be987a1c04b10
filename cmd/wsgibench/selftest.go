package main

import (
	"context"
	"fmt"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/wsgibench/wsgibench/internal/bench"
	"github.com/wsgibench/wsgibench/internal/gate"
	"github.com/wsgibench/wsgibench/results"
)

func selftestCommand(t *terminal) *cobra.Command {
	s := gate.SelfTest{}
	var slowdown string
	c := &cobra.Command{
		Use:   "selftest",
		Short: "Find out how far a gate can be trusted on this machine",
		Long: `Run gates of which the truth is known: the same code on both sides, which must not be red, and a head that burns a
known share of CPU time in each request, which must be. Says how often each happened, with 95 % intervals: few gates
say little. A gate takes half a minute to two.

Exit status: 0 whatever is found, 1 failure, 2 usage error, 4 when every gate was invalid.`,
		Example: "  wsgibench selftest\n  wsgibench selftest --same 30 --slower 0",
		Args:    exactArgs(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if _, err := fmt.Sscanf(slowdown, "%g%%", &s.Slowdown); err != nil || s.Slowdown <= 0 || s.Slowdown > 1000 {
				return usage("--slowdown %s: a share such as 5%%", slowdown)
			}
			s.Slowdown /= 100
			if s.Same < 0 || s.Slower < 0 || s.Same+s.Slower == 0 {
				return usage("--same %d --slower %d: at least one gate in all", s.Same, s.Slower)
			}
			return runSelftest(cmd.Context(), t, s)
		},
	}
	flags := c.Flags()
	flags.IntVar(&s.Same, "same", 5, "gates of the same code on both sides")
	flags.IntVar(&s.Slower, "slower", 3, "gates with a slower head")
	flags.StringVar(&slowdown, "slowdown", "5%", "more CPU time per request that the slower head burns")
	flags.StringVar(&s.Server, "server", gate.KnownServer, "under which the application runs")
	flags.StringVar(&s.Mode, "mode", "auto", "pairs, duet, or auto: duet on noisy machines")
	flags.StringArrayVar(&s.Set, "set", nil, "change a key of the self-test's scenario: path.to.key=value")
	return c
}

func runSelftest(ctx context.Context, t *terminal, s gate.SelfTest) error {
	exe, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	s.Config = bench.Config{Out: t.outDir, Args: os.Args, Version: version(), Exe: exe, Store: store(t)}
	n := 0
	s.After = func(slower bool, r *gate.Report) {
		n++
		kind := "same code"
		if slower {
			kind = "slower head"
		}
		t.note("%d/%d  %-11s  %3.0f s, %s and %d fresh  %s", n, s.Same+s.Slower, kind, r.Seconds, count(r.Pairs, "pair"), r.Fresh, r.Sentence())
	}
	report, err := s.Run(ctx)
	if err != nil {
		return err
	}
	if t.format == "json" {
		err = t.json(report)
	} else {
		t.selfReport(report)
	}
	if err == nil && report.FalseAlarms.Of+report.Found.Of == 0 {
		return &exitError{code: exitInvalid}
	}
	return err
}

func (t *terminal) selfReport(r *gate.SelfReport) {
	tally := func(y gate.Tally) string {
		return fmt.Sprintf("%d of %d (95 %% interval of the chance: %s to %s)", y.Count, y.Of, results.FormatPercent(y.Low), results.FormatPercent(y.High))
	}
	if r.FalseAlarms.Of > 0 {
		fmt.Fprintf(t.out, "same code on both sides: red %s\n", tally(r.FalseAlarms))
	}
	if r.Found.Of > 0 {
		fmt.Fprintf(t.out, "head burns %s more CPU per request: red %s\n", results.FormatPercent(r.Slowdown), tally(r.Found))
	}
	if n := len(r.Ratios); n > 0 {
		slices.Sort(r.Ratios)
		fmt.Fprintf(t.out, "  found: %s, from %s to %s\n", change(r.Ratios[n/2]), change(r.Ratios[0]), change(r.Ratios[n-1]))
	}
	if r.Invalid > 0 {
		fmt.Fprintf(t.out, "invalid: %s\n", count(r.Invalid, "gate"))
	}
}

// change shows a ratio as people read it: 1.05 → "+5 %".
func change(ratio float64) string { return fmt.Sprintf("%+.2f %%", 100*(ratio-1)) }
