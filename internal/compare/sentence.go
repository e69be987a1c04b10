package compare

import (
	"fmt"
	"strings"

	"github.com/wsgibench/wsgibench/internal/stats"
	"github.com/wsgibench/wsgibench/results"
)

// Sentence sums a run up in words that can be quoted; see Comparison.Sentence.
func Sentence(r *results.Record) string {
	c, err := Targets(r, Options{})
	if err != nil {
		return "Nothing was measured."
	}
	return c.Sentence
}

// sentence says who leads in the headline, by how much against the runner-up and the last, and how sure that is. It
// claims a difference only where the verdict on that pair does.
func sentence(r *results.Record, c *Comparison) string {
	if c.Ranking == nil {
		return "Nothing was measured."
	}
	h, places := c.headline, c.Ranking.Places
	where := fmt.Sprintf("%s (%s)", h.phase.Name, h.phase.Schedule)
	if len(places) == 0 {
		return fmt.Sprintf("No target has a valid result in phase %s: there is nothing to compare.", where)
	}
	best, rest := places[0], places[1:]
	lead := fmt.Sprintf("In phase %s, %s %s (median of %s)", where, best.Label, does(h.metric, best.Median), trials(r, best.Cell))
	if len(rest) == 0 {
		return lead + "; there is no other valid target to compare it with."
	}
	if len(rest) > 2 {
		rest = []Place{rest[0], rest[len(rest)-1]}
	}
	if row, ok := c.hopeless(); ok {
		return fmt.Sprintf("%s; with %d pairs of valid trials no difference to another target can be certain: %s.", lead, row.Pairs, shortOf(row))
	}
	var parts []string
	open := Row{}
	for _, other := range rest {
		row, _ := c.pair(other.Cell, best.Cell)
		parts = append(parts, versus(row, h.metric, other.Label, c))
		if tooFew(row) && (open.Pairs == 0 || row.Pairs < open.Pairs) {
			open = row
		}
	}
	text := lead + ", " + strings.Join(parts, " and ")
	if open.Pairs > 0 {
		text += fmt.Sprintf("; with %d pairs of valid trials no difference can be certain: %s", open.Pairs, shortOf(open))
	}
	return text + "."
}

// hopeless reports that no pair of ranked targets has enough trials to be told apart, with the one that has most.
func (c *Comparison) hopeless() (most Row, ok bool) {
	for _, r := range c.pairs {
		if r.Known() && !tooFew(r) {
			return Row{}, false
		}
		if r.Known() && r.Pairs > most.Pairs {
			most = r
		}
	}
	return most, most.Pairs > 0
}

// shortOf says how many pairs a difference would take.
func shortOf(r Row) string {
	need := stats.MinPairs(r.Confidence)
	if r.family > 1 {
		return fmt.Sprintf("among %d comparisons that takes %d", r.family, need)
	}
	return fmt.Sprintf("that takes %d", need)
}

func trials(r *results.Record, cell string) string {
	n := 0
	for _, t := range r.Of(cell) {
		if t.Verdict == results.Valid {
			n++
		}
	}
	if n == 1 {
		return "1 trial"
	}
	return fmt.Sprintf("%d trials", n)
}

// does says what a target reached.
func does(m Metric, v float64) string {
	switch m.Name {
	case "goodput":
		return "answered " + m.Format(v) + " requests/s"
	case "response_p50":
		return "had a median response time of " + m.Format(v)
	}
	return "had a " + m.Title + " of " + m.Format(v)
}

// tooFew reports that no outcome whatever could have been certain.
func tooFew(r Row) bool {
	return r.Known() && r.Pairs > 0 && r.Pairs < stats.MinPairs(r.Confidence)
}

// versus says what is known of the best one's ratio to another; the row has the other one as base.
func versus(r Row, m Metric, other string, c *Comparison) string {
	switch {
	case !r.Known():
		return fmt.Sprintf("which cannot be compared with %s (%s)", other, r.Reason)
	case r.Verdict == stats.Better:
		return fmt.Sprintf("%s times %s's (%s)", results.FormatNumber(r.Ratio.Point), other, r.bounds())
	case r.Verdict == stats.Equivalent:
		return fmt.Sprintf("equivalent to %s within %s (%s)", other, results.FormatPercent(c.Margin), r.bounds())
	case tooFew(r):
		return "not certain to be different from " + other
	case r.Ratio.Excludes(1):
		return fmt.Sprintf("not clearly different from %s among %d comparisons", other, r.family)
	}
	return fmt.Sprintf("not clearly different from %s (%s)", other, r.bounds())
}

// bounds shows the interval and what it rests on.
func (r Row) bounds() string {
	i := r.Ratio
	if i == nil || i.Low == nil {
		return "no interval"
	}
	n := fmt.Sprintf("%d pairs", r.Pairs)
	if r.Pairs == 0 {
		n = fmt.Sprintf("%d and %d trials", r.BaseTrials, r.HeadTrials)
	}
	return fmt.Sprintf("95 %% interval %s to %s, %s", results.FormatNumber(*i.Low), results.FormatNumber(*i.High), n)
}

// sentenceOfRuns says what became of the headline between two runs.
func sentenceOfRuns(c *Comparison) string {
	h := c.headline
	if !h.ok {
		return "No metric was compared."
	}
	var parts []string
	for _, r := range c.pairs {
		parts = append(parts, r.HeadLabel+" "+change(r, c))
	}
	return fmt.Sprintf("Between the two runs, unpaired: in phase %s (%s), the %s of %s.", h.phase.Name, h.phase.Schedule, name(h.metric), strings.Join(parts, ", of "))
}

// change says what is known of one target's change from base to head.
func change(r Row, c *Comparison) string {
	switch {
	case !r.Known():
		return fmt.Sprintf("cannot be compared (%s)", r.Reason)
	case r.Clear():
		return fmt.Sprintf("is %s, %s times what it was (%s)", r.Verdict, results.FormatNumber(r.Ratio.Point), r.bounds())
	case r.Verdict == stats.Equivalent:
		return fmt.Sprintf("is equivalent within %s (%s)", results.FormatPercent(c.Margin), r.bounds())
	case r.Ratio.Excludes(1):
		return fmt.Sprintf("did not clearly change among %d comparisons", r.family)
	}
	return fmt.Sprintf("did not clearly change (%s)", r.bounds())
}

// name is a metric in the middle of a sentence.
func name(m Metric) string {
	if m.Name == "response_p50" {
		return "median response time"
	}
	return m.Title
}
