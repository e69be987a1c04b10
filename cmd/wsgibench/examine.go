package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/wsgibench/wsgibench/internal/verify"
	"github.com/wsgibench/wsgibench/results"
	"github.com/wsgibench/wsgibench/targets"
	"github.com/wsgibench/wsgibench/targets/launch"
)

// An examiner examines servers with the same checks.
type examiner struct {
	t        *terminal
	launcher *launch.Launcher
	flags    verifyFlags
	checks   []verify.Check
	settings map[string]string
}

// examine puts the checks to one server. That it cannot be had stands in the report; the error is an interruption.
func (e *examiner) examine(ctx context.Context, d *targets.Descriptor) (results.Conformance, error) {
	missing := func(reason string) (results.Conformance, error) {
		e.t.note("%-24s %s", d.Name, e.t.paint(e.t.err, yellow, "left out: "+reason))
		return results.Conformance{Server: d.Name, Label: d.Name, Missing: reason, Checks: []results.CheckResult{}}, nil
	}
	if !verify.Hosts(d) {
		return missing("it runs no WSGI application")
	}
	if e.flags.unix && !d.Can["unix"] {
		return missing("it cannot listen on a Unix socket")
	}
	app, err := verify.App()
	if err != nil {
		return results.Conformance{}, err
	}
	e.t.progress("%s  installing and starting", d.Name)
	prepared, err := e.launcher.Prepare(ctx, d, e.flags.python, app)
	var not *launch.Missing
	switch {
	case errors.As(err, &not):
		return missing(not.Reason)
	case err != nil:
		return results.Conformance{}, fmt.Errorf("%s: %w", d.Name, err)
	}
	done := 0
	report, err := verify.Examine(ctx, verify.Config{
		Server: prepared, Settings: e.taken(d), Unix: e.flags.unix, Checks: e.checks,
		Observe: func(r results.CheckResult) {
			done++
			e.t.progress("%s  %d/%d  %s", d.Name, done, len(e.checks), r.ID)
		},
	})
	report.Python = e.flags.python
	var silent *verify.NotStarted
	switch {
	case ctx.Err() != nil:
		return report, context.Cause(ctx)
	case errors.As(err, &silent):
		return missing("it does not start: " + silent.Error())
	case err != nil:
		return report, fmt.Errorf("%s: %w", d.Name, err)
	}
	e.t.note("%s", e.line(report))
	return report, nil
}

// taken are the settings that this server takes.
func (e *examiner) taken(d *targets.Descriptor) map[string]string {
	taken := map[string]string{}
	for name, value := range e.settings {
		if _, ok := d.Defaults[name]; ok {
			taken[name] = value
		} else {
			e.t.note("%s takes no setting %q: examined without it", d.Name, name)
		}
	}
	return taken
}

// line is the short of a report.
func (e *examiner) line(r results.Conformance) string {
	tally := verify.Count(r, "")
	took := time.Duration(r.Seconds * float64(time.Second)).Round(100 * time.Millisecond)
	line := fmt.Sprintf("%-24s %3d passed", r.Label, tally.Passed)
	if tally.NotOffered > 0 {
		line += fmt.Sprintf(", %d n/a", tally.NotOffered)
	}
	if tally.Unknown > 0 {
		line += fmt.Sprintf(", %d unknown", tally.Unknown)
	}
	if tally.Failed > 0 {
		line += ", " + e.t.paint(e.t.err, red, fmt.Sprintf("%d failed, worst: %s", tally.Failed, tally.Worst))
	}
	return line + e.t.paint(e.t.err, dim, fmt.Sprintf("  %v", took))
}

// showMatrix writes the matrix to the files asked for, and to the terminal.
func showMatrix(t *terminal, m verify.Matrix, f verifyFlags) error {
	for path, write := range map[string]func(io.Writer) error{f.page: m.WritePage, f.markdown: m.WriteMarkdown} {
		if path == "" {
			continue
		}
		if err := writeFile(path, write); err != nil {
			return err
		}
		t.note("wrote %s", path)
	}
	if t.format == "json" {
		return t.json(map[string]any{"reports": m.Reports})
	}
	return m.WriteText(t.out)
}

// progress keeps one line up to date where err is a terminal.
func (t *terminal) progress(format string, args ...any) {
	if t.quiet || !isTerminal(t.err) {
		return
	}
	t.clear()
	fmt.Fprintf(t.err, format, args...)
	t.status = true
}
