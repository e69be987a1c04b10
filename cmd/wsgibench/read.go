package main

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wsgibench/wsgibench/internal/bench"
	"github.com/wsgibench/wsgibench/plots"
	"github.com/wsgibench/wsgibench/results"
	"github.com/wsgibench/wsgibench/scenarios"
)

// Commands that read a run: RUN is a run directory, or a directory of runs, of which the newest is taken.

func plotCommand(t *terminal) *cobra.Command {
	return &cobra.Command{
		Use:   "plot RUN [FIGURE...]",
		Short: "Draw the figures of a run again (SVG and PNG)",
		Args:  cobra.ArbitraryArgs,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage("plot needs a RUN: wsgibench plot RUN [FIGURE...]")
			}
			var known []string
			for _, f := range plots.Figures() {
				known = append(known, f.Name)
			}
			for _, name := range args[1:] {
				if !slices.Contains(known, name) {
					return usage("unknown figure %q; there are: %s", name, strings.Join(known, ", "))
				}
			}
			r, err := results.Open(args[0])
			if err != nil {
				return err
			}
			paths, err := plots.Draw(r, args[1:], filepath.Join(r.Dir, "plots"))
			if t.format == "json" && err == nil {
				return t.json(paths)
			}
			for _, p := range paths {
				fmt.Fprintln(t.out, p)
			}
			return err
		},
	}
}

func reportCommand(t *terminal) *cobra.Command {
	var page, title string
	var figures []string
	c := &cobra.Command{
		Use:   "report RUN",
		Short: "Write the figures, report.html and the exports of a run again, and print its table",
		Long: `Write the figures, report.html and the exports of a run again, and print its table.

With --markdown it writes nothing into the run, but one page of one or several runs, with their figures as SVG files
beside it: what the runs were made on, the tables of their streams, and the figures with the numbers behind them.`,
		Example: `  wsgibench report latest
  wsgibench report runs/a runs/b --markdown docs/streams.md --figures stream-time,held-requests`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if page != "" && len(args) > 0 {
				return t.reportPage(page, title, figures, args)
			}
			if err := exactArgs("RUN")(cmd, args); err != nil {
				return err
			}
			if len(figures) > 0 || title != "" {
				return usage("report: --figures and --title belong to --markdown FILE")
			}
			r, err := results.Open(args[0])
			if err != nil {
				return err
			}
			if !r.Complete {
				t.note("the run did not finish: %d of %d trials", len(r.Trials), len(r.Planned()))
			}
			_, err = t.finish(r, thresholdsOf(r))
			return err
		},
	}
	c.Flags().StringVar(&page, "markdown", "", "write one page of the runs to this file instead, and its figures beside it")
	c.Flags().StringVar(&title, "title", "", "of that page; default: the name of the file")
	c.Flags().StringSliceVar(&figures, "figures", nil, "for that page: names of figures, or of single pictures; default: all")
	return c
}

// thresholdsOf reads the thresholds from the scenario text that the run kept.
func thresholdsOf(r *results.Record) []scenarios.Threshold {
	s, err := scenarios.Parse(r.Run.Scenario.Path, []byte(r.Run.Scenario.Text), r.Run.Scenario.Set, bench.Names())
	if err != nil {
		return nil // written for another version; the table stands without them
	}
	return s.Thresholds
}

// An export is a format that a run can be written in.
type export struct {
	name, doc string
	file      string // written into every run directory; empty: on demand only
	write     func(io.Writer, *results.Record) error
}

var exports = []export{
	{"bench", "Go benchmark format, for benchstat", "bench.txt", results.WriteBench},
	{"markdown", "the table, for a comment or a wiki", "summary.md", results.WriteMarkdown},
	{"csv", "a line per metric and trial", "", results.WriteCSV},
	{"json", "everything in one document (wsgibench schema run)", "", results.WriteJSON},
}

func exportCommand(t *terminal) *cobra.Command {
	var long strings.Builder
	long.WriteString("Write a run to stdout in another format:\n")
	var names []string
	for _, e := range exports {
		names = append(names, e.name)
		fmt.Fprintf(&long, "\n  %-9s %s", e.name, e.doc)
	}
	long.WriteString("\n\nThe histograms are in hist/*.hlog of the run directory, which every HdrHistogram tool reads.")
	return &cobra.Command{
		Use:       "export RUN " + strings.Join(names, "|"),
		Short:     "Write a run in another format",
		Long:      long.String(),
		ValidArgs: names,
		Args:      exactArgs("RUN", "FORMAT"),
		RunE: func(_ *cobra.Command, args []string) error {
			i := slices.IndexFunc(exports, func(e export) bool { return e.name == args[1] })
			if i < 0 {
				return usage("unknown format %q; there are: %s", args[1], strings.Join(names, ", "))
			}
			r, err := results.Open(args[0])
			if err != nil {
				return err
			}
			return exports[i].write(t.out, r)
		},
	}
}
