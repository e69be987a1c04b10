package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/wsgibench/wsgibench/internal/bench"
	"github.com/wsgibench/wsgibench/internal/compare"
	"github.com/wsgibench/wsgibench/plots"
	"github.com/wsgibench/wsgibench/results"
	"github.com/wsgibench/wsgibench/scenarios"
)

// finish writes everything that is derived from a run and shows the result. It reports whether all thresholds were met.
func (t *terminal) finish(r *results.Record, thresholds []scenarios.Threshold) (met bool, err error) {
	outcomes := bench.CheckThresholds(r, thresholds)
	met = true
	for _, o := range outcomes {
		met = met && o.Met
	}
	if err := t.derive(r, outcomes); err != nil {
		return met, err
	}
	if t.format == "json" {
		return met, results.WriteJSON(t.out, r)
	}
	t.summary(r)
	t.streams(r)
	t.explain(explanations(r))
	t.thresholds(outcomes)
	fmt.Fprintf(t.out, "\nreport   %s\npictures %s\n", filepath.Join(r.Dir, "report.html"), filepath.Join(r.Dir, "plots"))
	return met, nil
}

func (t *terminal) thresholds(outcomes []bench.ThresholdOutcome) {
	if len(outcomes) == 0 {
		return
	}
	fmt.Fprintln(t.out)
	for _, o := range outcomes {
		word := t.paint(t.out, green, "met   ")
		if !o.Met {
			word = t.paint(t.out, red, "missed")
		}
		fmt.Fprintf(t.out, "%s  %-28s %-24s %s\n", word, o.Text, o.Label, o.Detail)
	}
}

// derive writes the figures, the report and the exports into the run directory.
func (t *terminal) derive(r *results.Record, outcomes []bench.ThresholdOutcome) error {
	if _, err := plots.Draw(r, nil, filepath.Join(r.Dir, "plots")); err != nil {
		// A run in which nothing succeeded has no figures; its report says why.
		t.note("no figures: %v", err)
	}
	if err := writeReport(r, outcomes); err != nil {
		return err
	}
	for _, e := range exports {
		if e.file == "" {
			continue
		}
		if err := writeFile(filepath.Join(r.Dir, e.file), func(w io.Writer) error { return e.write(w, r) }); err != nil {
			return err
		}
	}
	return nil
}

func writeReport(r *results.Record, outcomes []bench.ThresholdOutcome) error {
	s := plots.Summary{Sentence: compare.Sentence(r), Command: shellCommand(r.Run.Args), Streams: streamsOf(r), Explained: explanations(r), Comparison: compared(r)}
	if end := endOf(r); end != "" {
		s.Notes = append(s.Notes, end)
	}
	for _, o := range outcomes {
		s.Thresholds = append(s.Thresholds, plots.ThresholdLine{Text: o.Label + ": " + o.Text, Met: o.Met, Detail: o.Detail})
	}
	return writeFile(filepath.Join(r.Dir, "report.html"), func(w io.Writer) error { return plots.WriteReport(w, r, s) })
}

// writeFile replaces a file at once: a reader sees the old or the new one.
func writeFile(path string, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // after the rename there is nothing to remove
	if err := write(f); err != nil {
		f.Close()
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err := f.Chmod(0o644); err != nil {
		f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// shellCommand quotes a command line so that it can be pasted into a shell.
func shellCommand(args []string) string {
	quoted := make([]string, len(args))
	for i, a := range args {
		if i == 0 {
			a = filepath.Base(a)
		}
		if a == "" || strings.ContainsAny(a, " \t\n'\"\\$`*?[]{}()<>|&;~#!") {
			a = "'" + strings.ReplaceAll(a, "'", `'\''`) + "'"
		}
		quoted[i] = a
	}
	return strings.Join(quoted, " ")
}
