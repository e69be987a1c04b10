package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/pflag"

	"github.com/wsgibench/wsgibench/internal/gate"
	"github.com/wsgibench/wsgibench/results"
)

// gateFiles are where the reports for CI go; empty: nowhere.
type gateFiles struct {
	junit, gitlab, action, bench string
	summary                      string
	annotations                  bool
}

func (f *gateFiles) add(flags *pflag.FlagSet) {
	flags.StringVar(&f.junit, "junit", "", "write JUnit XML to this file")
	flags.StringVar(&f.summary, "github-summary", os.Getenv("GITHUB_STEP_SUMMARY"), "append Markdown to this file")
	flags.Lookup("github-summary").DefValue = "$GITHUB_STEP_SUMMARY"
	flags.BoolVar(&f.annotations, "github-annotations", os.Getenv("GITHUB_ACTIONS") == "true", "write workflow commands to stderr, which GitHub shows beside the change")
	flags.Lookup("github-annotations").DefValue = "in GitHub Actions"
	flags.StringVar(&f.gitlab, "gitlab-metrics", "", "write GitLab's metrics report to this file")
	flags.StringVar(&f.action, "action-benchmark", "", "write the JSON of github-action-benchmark (customSmallerIsBetter) to this file")
	flags.StringVar(&f.bench, "bench", "", "write the Go benchmark format to this file, for benchstat")
}

// write writes every file that was asked for, also when one of them fails.
func (f *gateFiles) write(t *terminal, r *gate.Report, record *results.Record) error {
	var errs []error
	for _, file := range []struct {
		path  string
		write func(io.Writer) error
	}{
		{f.junit, func(w io.Writer) error { return gate.WriteJUnit(w, r) }},
		{f.gitlab, func(w io.Writer) error { return gate.WriteGitLab(w, r) }},
		{f.action, func(w io.Writer) error { return gate.WriteActionBenchmark(w, r) }},
		{f.bench, func(w io.Writer) error { return results.WriteBench(w, record) }},
	} {
		if file.path != "" {
			errs = append(errs, writeFile(file.path, file.write))
		}
	}
	if f.summary != "" {
		errs = append(errs, appendTo(f.summary, func(w io.Writer) error { return gate.WriteSummary(w, r) }))
	}
	if f.annotations {
		errs = append(errs, gate.WriteAnnotations(t.err, r))
	}
	return errors.Join(errs...)
}

// appendTo adds to a file: other steps of a job may have written to the summary before.
func appendTo(path string, write func(io.Writer) error) (err error) {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("write the summary: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return write(f)
}
