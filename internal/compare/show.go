package compare

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/wsgibench/wsgibench/internal/stats"
	"github.com/wsgibench/wsgibench/results"
)

// Header names the columns of Line.Cells.
var Header = []string{"metric", "target", "values", "ratio", "95 % interval", "pairs", "verdict", "sees", "needs"}

// A Line is a row as people read it, in whatever form: a terminal, Markdown, a page.
type Line struct {
	Metric, Target string
	Values         string // medians, "base → head"
	Ratio          string // head ÷ base; of errors the difference
	Interval       string // alone, at 95 %
	Pairs          string
	Verdict        string // with the mark of its note: "inconclusive (a)"
	Sees           string // smallest change that the trials would have shown
	Needs          string // pairs for a change of Comparison.Effect
	Class          string // "better", "worse", "invalid" or "", for colours
}

// Cells are the texts in the order of Header.
func (l Line) Cells() []string {
	return []string{l.Metric, l.Target, l.Values, l.Ratio, l.Interval, l.Pairs, l.Verdict, l.Sees, l.Needs}
}

// Lines are the rows of a phase as people read them, and the notes that their verdicts point to. A target whose trials do
// not count stands there once, and what is unknown is told in the notes.
func (c *Comparison) Lines(phase string) (lines []Line, notes []string) {
	var reasons []string
	var invalid []Row
	gaps := gaps{metrics: map[[2]string][]string{}}
	for _, r := range c.Rows {
		switch {
		case r.Phase != phase:
		case r.Verdict == Unknown:
			gaps.add(r)
		case r.Verdict == stats.Invalid:
			if !slices.ContainsFunc(invalid, func(other Row) bool { return other.Head == r.Head && other.Reason == r.Reason }) {
				invalid = append(invalid, r)
			}
		default:
			lines = append(lines, c.line(r, &reasons))
		}
	}
	for _, r := range invalid {
		l := c.line(r, &reasons)
		l.Metric = "all"
		lines = append(lines, l)
	}
	for i, reason := range reasons {
		notes = append(notes, mark(i)+" "+reason)
	}
	return lines, append(notes, gaps.notes()...)
}

// gaps gathers unknown metrics by target and reason, in the order in which they are found.
type gaps struct {
	order   [][2]string
	metrics map[[2]string][]string
}

func (g *gaps) add(r Row) {
	m, err := MetricNamed(r.Metric)
	if err != nil {
		m.Title = r.Metric
	}
	if _, known := g.metrics[r.gap]; !known {
		g.order = append(g.order, r.gap)
	}
	if !slices.Contains(g.metrics[r.gap], m.Title) {
		g.metrics[r.gap] = append(g.metrics[r.gap], m.Title)
	}
}

func (g *gaps) notes() []string {
	var notes []string
	for _, gap := range g.order {
		notes = append(notes, fmt.Sprintf("not compared: %s of %s (%s)", strings.Join(g.metrics[gap], ", "), gap[0], gap[1]))
	}
	return notes
}

func (c *Comparison) line(r Row, reasons *[]string) Line {
	m, err := MetricNamed(r.Metric)
	if err != nil {
		m = Metric{Name: r.Metric, Title: r.Metric, Unit: r.Unit}
	}
	l := Line{Metric: m.Title, Target: r.HeadLabel, Values: "–", Ratio: "–", Interval: "–", Pairs: "–", Verdict: string(r.Verdict), Sees: "–", Needs: "–"}
	if r.Clear() || r.Verdict == stats.Invalid {
		l.Class = l.Verdict
	}
	if r.Reason != "" {
		i := slices.Index(*reasons, r.Reason)
		if i < 0 {
			i = len(*reasons)
			*reasons = append(*reasons, r.Reason)
		}
		l.Verdict += " " + mark(i)
	}
	if !r.Known() {
		return l
	}
	l.Values = m.Format(*r.BaseMedian) + " → " + m.Format(*r.HeadMedian)
	switch {
	case m.Share:
		l.Ratio, l.Interval = r.Difference.show(signed(m.Format))
	default:
		l.Ratio, l.Interval = r.Ratio.show(results.FormatNumber)
	}
	l.Pairs = strconv.Itoa(r.Pairs)
	if !c.Paired {
		l.Pairs = fmt.Sprintf("%d, %d", r.BaseTrials, r.HeadTrials)
	}
	if r.MDE != nil {
		l.Sees = results.FormatPercent(*r.MDE)
	}
	if r.Needed != nil && !m.Share {
		l.Needs = strconv.Itoa(*r.Needed)
	}
	return l
}

func (i *Interval) show(format func(float64) string) (point, bounds string) {
	if i == nil {
		return "–", "–"
	}
	if i.Low == nil || i.High == nil {
		return format(i.Point), "–"
	}
	return format(i.Point), format(*i.Low) + " to " + format(*i.High)
}

func signed(format func(float64) string) func(float64) string {
	return func(v float64) string {
		if v > 0 {
			return "+" + format(v)
		}
		return format(v)
	}
}

// mark is (a), (b), ... (z), (27) for the n-th note.
func mark(n int) string {
	if n < 26 {
		return "(" + string(rune('a'+n)) + ")"
	}
	return "(" + strconv.Itoa(n+1) + ")"
}

// MergedHeader names the columns of MergedLines.
var MergedHeader = []string{"metric", "target", "values", "ratio", "95 % interval"}

// MergedLines are the percentiles over all requests of a phase together, where they were compared.
func (c *Comparison) MergedLines(phase string) [][]string {
	var lines [][]string
	for _, r := range c.Rows {
		m, err := MetricNamed(r.Metric)
		if r.Phase != phase || r.Merged == nil || err != nil {
			continue
		}
		point, bounds := r.Merged.Ratio.show(results.FormatNumber)
		lines = append(lines, []string{m.Title, r.HeadLabel, m.Format(r.Merged.Base) + " → " + m.Format(r.Merged.Head), point, bounds})
	}
	return lines
}

// About says in a sentence what the table is and what its verdicts are corrected for.
func (c *Comparison) About(baseline string) string {
	what := fmt.Sprintf("Ratios to %s from pairs of trials in the same block", baseline)
	if !c.Paired {
		what = fmt.Sprintf("Ratios of run %s to run %s, unpaired", c.Runs[1], c.Runs[0])
	}
	together := "verdicts hold with 95 %"
	if c.Family > 1 {
		together = fmt.Sprintf("intervals hold alone, verdicts with 95 %% for all %d comparisons together", c.Family)
	}
	if c.Looks > 1 {
		together += fmt.Sprintf(" and %d planned looks", c.Looks)
	}
	// At most a few digits of a share such as 0.02 are meant.
	percent := func(v float64) string { return strconv.FormatFloat(math.Round(v*1e6)/1e4, 'f', -1, 64) + " %" }
	return fmt.Sprintf("%s; %s. Changes below %s do not matter. “sees”: the smallest change that these trials would have shown; “needs”: how many it takes to show one of %s.",
		what, together, percent(c.Margin), percent(c.Effect))
}
