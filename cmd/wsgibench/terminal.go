package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/wsgibench/wsgibench/internal/bench"
	"github.com/wsgibench/wsgibench/results"
)

// A terminal owns all wording: the result goes to out, everything else to err. It also holds the global flags.
type terminal struct {
	out, err io.Writer
	outDir   string
	format   string
	quiet    bool
	color    string

	status bool // a status line stands on err and must be cleared first
}

func newTerminal(out, err io.Writer) *terminal { return &terminal{out: out, err: err} }

// check validates the global flags.
func (t *terminal) check() error {
	if t.format != "text" && t.format != "json" {
		return usage("--format %q: text or json", t.format)
	}
	if t.color != "auto" && t.color != "always" && t.color != "never" {
		return usage("--color %q: auto, always or never", t.color)
	}
	return nil
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// paint wraps text in an SGR sequence where w shows colours.
func (t *terminal) paint(w io.Writer, sgr, text string) string {
	on := t.color == "always" || t.color == "auto" && isTerminal(w) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	if !on || text == "" {
		return text
	}
	return "\x1b[" + sgr + "m" + text + "\x1b[0m"
}

const (
	bold   = "1"
	dim    = "2"
	red    = "31"
	green  = "32"
	yellow = "33"
)

func (t *terminal) problem(err error) {
	t.clear()
	fmt.Fprintf(t.err, "%s %v\n", t.paint(t.err, red, "wsgibench: error:"), err)
}

func (t *terminal) hint(format string, args ...any) {
	t.clear()
	fmt.Fprintf(t.err, "%s %s\n", t.paint(t.err, yellow, "wsgibench: hint:"), fmt.Sprintf(format, args...))
}

// note is a line of progress.
func (t *terminal) note(format string, args ...any) {
	if t.quiet {
		return
	}
	t.clear()
	fmt.Fprintf(t.err, format+"\n", args...)
}

func (t *terminal) clear() {
	if t.status {
		fmt.Fprint(t.err, "\r\x1b[K")
		t.status = false
	}
}

// show is told how far the run is: on a terminal it keeps one line up to date, in a pipe it writes a line per trial.
func (t *terminal) show(e bench.Event) {
	switch {
	case t.quiet:
	case e.Note != "":
		t.note("%s", e.Note)
	case e.Trial != nil:
		t.note("%s", t.trialLine(e))
	case isTerminal(t.err):
		t.statusLine(e)
	}
}

func (t *terminal) trialLine(e bench.Event) string {
	total := len(e.Run.Order)
	head := fmt.Sprintf("%*d/%d  block %d  %-28s", len(fmt.Sprint(total)), e.Number, total, e.Slot.Block, cellLabel(e.Run, e.Slot.Cell))
	switch tr := e.Trial; tr.Verdict {
	case results.Valid:
		return head + lastPhase(e.Run, tr) + t.left(e)
	case results.Invalid:
		return head + t.paint(t.err, yellow, "invalid: ") + tr.Reasons[0].Text
	default:
		line := head + t.paint(t.err, red, "failed: ") + tr.Failure.Text
		for _, l := range tail(tr.Failure.Tail, 5) {
			line += "\n      | " + l
		}
		return line
	}
}

func tail(lines []string, n int) []string { return lines[max(0, len(lines)-n):] }

func (t *terminal) left(e bench.Event) string {
	if e.Left <= 0 {
		return ""
	}
	return t.paint(t.err, dim, fmt.Sprintf("  %s left", e.Left.Round(time.Second)))
}

// lastPhase is the short of a trial: what its last measured phase came to.
func lastPhase(run *results.Run, tr *results.Trial) string {
	for i := len(run.Phases) - 1; i >= 0; i-- {
		ph := run.Phases[i]
		if ph.Warmup {
			continue
		}
		line := ""
		if v := tr.Metric("goodput", ph.Name, ""); v != nil {
			line += fmt.Sprintf("%9s/s", results.FormatNumber(*v))
		}
		if v := tr.Metric("response_p99", ph.Name, ""); v != nil {
			line += "  p99 " + results.FormatSeconds(*v)
		} else if v := tr.Metric("response_p50", ph.Name, ""); v != nil {
			line += "  p50 " + results.FormatSeconds(*v)
		}
		return line
	}
	return ""
}

func cellLabel(run *results.Run, id string) string {
	for _, c := range run.Cells {
		if c.ID == id {
			return c.Label
		}
	}
	return id
}

func (t *terminal) statusLine(e bench.Event) {
	line := fmt.Sprintf("%d/%d  block %d  %s", e.Number, len(e.Run.Order), e.Slot.Block, cellLabel(e.Run, e.Slot.Cell))
	if e.Phase == nil {
		line += "  starting"
	} else {
		line += fmt.Sprintf("  %s %s of %s  %s/s", e.Phase.Name, e.Live.Elapsed.Round(time.Second),
			time.Duration(e.Phase.Duration*float64(time.Second)), results.FormatNumber(e.Live.Rate))
		if e.Live.P99 > 0 {
			line += "  p99 " + results.FormatSeconds(e.Live.P99.Seconds())
		}
		line += fmt.Sprintf("  %d errors", e.Live.Errors)
	}
	if e.Left > 0 {
		line += fmt.Sprintf("  %s left", e.Left.Round(time.Second))
	}
	if f, ok := t.err.(*os.File); ok {
		if width, _, err := term.GetSize(int(f.Fd())); err == nil && len(line) >= width {
			line = line[:max(0, width-1)]
		}
	}
	t.clear()
	fmt.Fprint(t.err, strings.TrimRight(line, " "))
	t.status = true
}
