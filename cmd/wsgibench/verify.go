package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wsgibench/wsgibench/internal/verify"
	"github.com/wsgibench/wsgibench/targets"
	"github.com/wsgibench/wsgibench/targets/launch"
)

// exitConformance: a check of some weight failed.
const exitConformance = 5

// verifyFlags are the flags of verify.
type verifyFlags struct {
	checks, groups   []string
	explain          string
	python           string
	workers, threads int
	unix             bool
	page, markdown   string
}

func verifyCommand(t *terminal) *cobra.Command {
	var f verifyFlags
	c := &cobra.Command{
		Use:   "verify [TARGET…]",
		Short: "Check that servers answer correctly: PEP 3333 and HTTP/1.1, question by question",
		Long: `Put the checks to servers: every obligation of PEP 3333 that can be tested from outside, and the core of HTTP/1.1.

A TARGET is the name of a server (wsgibench list targets) or your own descriptor (./my-server.yaml); without any, every
server that comes with wsgibench and can be had here is examined. Each hosts an application that does in each request what
the check asks for, so your own application plays no part. The checks talk over raw sockets, on this machine only.

Exit status: 0 no check of weight failed; 5 at least one check whose severity is "wrong head" (a wrong status, header,
path or variable) or "wrong bytes" (bytes lost, doubled, added or mixed up, or somebody left waiting) failed. Failures
of severity "deviation" and "note", and checks that are n/a or unknown, leave it at 0. 1: a target that was named
cannot be had here or does not start, or none of them all can; 2 usage error; 130 interrupted.`,
		Example: `  wsgibench verify gunicorn-gthread waitress
  wsgibench verify gohost --group body --check pipelining
  wsgibench verify --markdown docs/conformance.md --page conformance.html
  wsgibench verify --explain body-lockstep`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.explain != "" {
				return explain(t, f.explain)
			}
			return verifyTargets(cmd.Context(), t, args, f)
		},
	}
	c.Flags().StringSliceVar(&f.checks, "check", nil, "put these checks only")
	c.Flags().StringSliceVar(&f.groups, "group", nil, "put the checks of these groups only")
	c.Flags().StringVar(&f.explain, "explain", "", "say what a check asks, and why; examine nothing")
	c.Flags().StringVar(&f.python, "python", "", "interpreter for the servers (python3.13, pypy3, a path)")
	c.Flags().IntVar(&f.workers, "workers", 0, "worker processes, where a server takes that setting")
	c.Flags().IntVar(&f.threads, "threads", 0, "threads per process, where a server takes that setting")
	c.Flags().BoolVar(&f.unix, "unix", false, "over a Unix socket")
	c.Flags().StringVar(&f.page, "page", "", "write the matrix as an HTML page to this file, too")
	c.Flags().StringVar(&f.markdown, "markdown", "", "write the matrix as Markdown to this file, too")
	return c
}

// explain shows all that a check knows about itself.
func explain(t *terminal, id string) error {
	c, err := verify.Lookup(id)
	if err != nil {
		return usage("--explain: %w", err)
	}
	if t.format == "json" {
		return t.json(map[string]string{"id": c.ID, "group": c.Group, "clause": c.Clause, "severity": c.Severity.String(), "doc": c.Doc, "why": c.Why})
	}
	fmt.Fprintf(t.out, "%s\n  %s\n\n  %s\n\n  group     %s\n  demanded  %s\n  if not    %s\n", t.paint(t.out, bold, c.ID), c.Doc, wrap(c.Why, "  ", 100), c.Group, c.Clause, c.Severity)
	return nil
}

// wrap breaks a text into lines of at most width characters.
func wrap(text, indent string, width int) string {
	var b strings.Builder
	column := 0
	for i, word := range strings.Fields(text) {
		if column += len([]rune(word)) + 1; column > width {
			b.WriteString("\n" + indent)
			column = len([]rune(word)) + 1
		} else if i > 0 {
			b.WriteString(" ")
		}
		b.WriteString(word)
	}
	return b.String()
}

func (f *verifyFlags) settings() (map[string]string, error) {
	given := map[string]string{}
	for name, n := range map[string]int{"workers": f.workers, "threads": f.threads} {
		if n < 0 {
			return nil, usage("--%s %d: at least 1", name, n)
		}
		if n > 0 {
			given[name] = strconv.Itoa(n)
		}
	}
	return given, nil
}

// verifyTargets examines one server after the other: they would disturb each other.
func verifyTargets(ctx context.Context, t *terminal, names []string, f verifyFlags) error {
	checks, err := verify.Select(f.checks, f.groups)
	if err != nil {
		return &exitError{exitUsage, err}
	}
	settings, err := f.settings()
	if err != nil {
		return err
	}
	descriptors, err := loadTargets(names)
	if err != nil {
		return err
	}
	exe, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	e := examiner{t: t, launcher: &launch.Launcher{Exe: exe, Store: store(t)}, flags: f, checks: checks, settings: settings}
	var m verify.Matrix
	for _, d := range descriptors {
		report, err := e.examine(ctx, d)
		if err != nil {
			return err
		}
		m.Reports = append(m.Reports, report)
	}
	t.clear()
	if err := showMatrix(t, m, f); err != nil {
		return err
	}
	return conformance(m, len(names) > 0)
}

// loadTargets reads the named descriptors, or all that are shipped.
func loadTargets(names []string) ([]*targets.Descriptor, error) {
	if len(names) == 0 {
		names = targets.Names()
	}
	var all []*targets.Descriptor
	for _, name := range names {
		d, err := targets.Load(name)
		if err != nil {
			return nil, &exitError{exitUsage, err}
		}
		all = append(all, d)
	}
	return all, nil
}

// conformance turns the answers into the exit code.
func conformance(m verify.Matrix, named bool) error {
	missing := 0
	failed := false
	for _, r := range m.Reports {
		if r.Missing != "" {
			missing++
		}
		tally := verify.Count(r, "")
		failed = failed || tally.Failed > 0 && tally.Worst >= verify.WrongHead
	}
	switch {
	case failed:
		return &exitError{code: exitConformance}
	case missing > 0 && (named || missing == len(m.Reports)):
		return &exitError{code: exitFailure}
	}
	return nil
}
