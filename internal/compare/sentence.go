package compare

import (
	"fmt"
	"strings"

	"github.com/wsgibench/wsgibench/internal/stats"
	"github.com/wsgibench/wsgibench/results"
)

// Sentence sums a run up in words that can be quoted: who leads in the last measured phase, by how much against the
// runner-up and the last, and how sure that is. It claims a difference only where the interval leaves out 1.
func Sentence(r *results.Record) string {
	phase, metric, ok := headline(r)
	if !ok {
		return "Nothing was measured."
	}
	cells := standings(r, phase.Name, metric)
	blocks := fmt.Sprintf("%d blocks", r.Run.Blocks)
	if r.Run.Blocks == 1 {
		blocks = "1 block"
	}
	load := fmt.Sprintf("%s (%s)", phase.Name, phase.Schedule)
	switch len(cells) {
	case 0:
		return fmt.Sprintf("No target has a valid trial in phase %s: there is nothing to compare.", load)
	case 1:
		return fmt.Sprintf("In phase %s, %s %s (median of %s); there is no other valid target to compare it with.", load, cells[0].label, does(metric, cells[0].median), blocks)
	}
	best, rest := cells[0], cells[1:]
	if len(rest) > 2 {
		rest = []standing{rest[0], rest[len(rest)-1]}
	}
	var parts []string
	fewest := 0 // pairs behind a ratio that stands without an interval
	for _, other := range rest {
		p := pair(r, other.id, best.id, phase.Name, metric.Name)
		parts = append(parts, versus(p, metric, other.label))
		if p.Word == TooFew && (fewest == 0 || p.Pairs < fewest) {
			fewest = p.Pairs
		}
	}
	text := fmt.Sprintf("In phase %s, %s %s (median of %s), %s", load, best.label, does(metric, best.median), blocks, strings.Join(parts, " and "))
	if fewest > 0 {
		text += fmt.Sprintf("; without a 95 %% interval, which takes %d pairs of valid trials (there are %d)", stats.MinPairs(Confidence), fewest)
	}
	return text + "."
}

// headline picks the phase and the metric of the sentence: goodput where clients wait for answers, since that is what
// such a load measures; else the median response time of the last measured phase.
func headline(r *results.Record) (results.Phase, Metric, bool) {
	measured := r.Measured()
	if len(measured) == 0 {
		return results.Phase{}, Metric{}, false
	}
	last := measured[len(measured)-1]
	for _, m := range Metrics {
		if m.Model == "" || m.Model == last.Model {
			return last, m, true
		}
	}
	return last, Metric{}, false
}

// does says what a target reached.
func does(m Metric, v float64) string {
	if m.Name == "goodput" {
		return "answered " + results.FormatNumber(v) + " requests/s"
	}
	return "had a median response time of " + results.FormatSeconds(v)
}

// versus says what is known of the best one's ratio to another.
func versus(p Pair, m Metric, other string) string {
	switch p.Word {
	case NoData:
		return fmt.Sprintf("which cannot be compared with %s (%s)", other, p.Why)
	case TooFew:
		if better := p.Ratio.Point > 1; better != m.HigherBetter {
			return "not clearly different from " + other // the medians and the pairs disagree
		}
		return fmt.Sprintf("%s %s", times(p.Ratio.Point), other+"'s")
	case Unresolved:
		return fmt.Sprintf("not clearly different from %s (%s)", other, p.Ratio.bounds(p.Pairs))
	}
	return fmt.Sprintf("%s %s (%s)", times(p.Ratio.Point), other+"'s", p.Ratio.bounds(p.Pairs))
}

func times(ratio float64) string { return results.FormatNumber(ratio) + " times" }

func (i *Interval) bounds(pairs int) string {
	return fmt.Sprintf("95 %% interval %s to %s, %d pairs", results.FormatNumber(*i.Low), results.FormatNumber(*i.High), pairs)
}

// A standing is a cell that has a number.
type standing struct {
	id, label string
	median    float64
}

// standings are the cells with a valid number, best first.
func standings(r *results.Record, phase string, m Metric) []standing {
	var out []standing
	for _, c := range r.Run.Cells {
		if s := r.Spread(c.ID, m.Name, phase); s.Median != nil {
			out = append(out, standing{c.ID, c.Label, *s.Median})
		}
	}
	sortBest(out, m.HigherBetter)
	return out
}
