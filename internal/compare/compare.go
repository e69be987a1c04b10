// Package compare answers: which differences are real, and how large are they?
//
// Targets compares the targets of one run, paired by block; Runs compares the same targets in two runs, unpaired. Both
// give a Comparison: a verdict for every metric, corrected for how many are given, a ranking, and a sentence that says
// no more than the verdicts do. It reads records only: it neither measures nor prints, and the mathematics is that of
// internal/stats.
package compare

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wsgibench/wsgibench/results"
)

// Schema names the format of a Comparison in JSON.
const Schema = "wsgibench.comparison/v1"

// Confidence is that of every interval, and of all verdicts of a comparison together.
const Confidence = 0.95

// Defaults of Options.
const (
	DefaultEffect = 0.05
	DefaultMargin = 0.02
)

// Options say what to compare. The zero value compares everything with the first target.
type Options struct {
	Baseline string   // ID of the cell that the others are compared with; empty: the first
	Metrics  []string // words of metrics ("p99") or their names ("response_p99"); empty: all
	Effect   float64  // the relative change that a reader wants to see; 0: DefaultEffect
	Margin   float64  // the smallest relative change that matters; 0: DefaultMargin
	Merged   bool     // compare the quantiles of all requests too, which reads the histograms
}

// A Comparison is everything that can be said about the differences within a run or between two.
type Comparison struct {
	Schema     string   `json:"schema"`
	Runs       []string `json:"runs"`     // IDs: one, or base and head
	Paired     bool     `json:"paired"`   // by block; else drift between the runs is not controlled
	Baseline   string   `json:"baseline"` // cell within one run; empty between two
	Confidence float64  `json:"confidence"`
	Margin     float64  `json:"margin"` // smallest relative change that matters
	Effect     float64  `json:"effect"` // relative change that Row.Needed is for
	Family     int      `json:"family"` // comparisons that the verdicts are corrected for
	Looks      int      `json:"looks"`  // planned looks at the results of the run, for which they are corrected too
	Sentence   string   `json:"sentence"`
	Cautions   []string `json:"cautions"` // what a reader must know, in sentences
	Rows       []Row    `json:"rows"`     // by phase, then metric, then target
	Ranking    *Ranking `json:"ranking,omitempty"`
	phases     []results.Phase
	headline   headline
	pairs      []Row             // of every pair of targets in the headline's metric
	index      map[[2]string]int // base and head → place in pairs
}

// Phases are those that rows speak of, in the order of the scenario.
func (c *Comparison) Phases() []results.Phase { return c.phases }

// Targets compares every target of a run with the baseline, paired by block, and ranks all of them in the metric that
// the run is about. It fails only when the options name what the run does not have.
func Targets(r *results.Record, o Options) (*Comparison, error) {
	metrics, err := o.resolve()
	if err != nil {
		return nil, err
	}
	if len(r.Run.Cells) == 0 {
		return nil, fmt.Errorf("run %s has no targets", r.Run.ID)
	}
	if o.Baseline == "" {
		o.Baseline = r.Run.Cells[0].ID
	}
	base := r.Cell(o.Baseline)
	if base == nil {
		return nil, fmt.Errorf("the run has no target %q", o.Baseline)
	}
	c := o.comparison(r.Run.Until, r.Measured(), metrics)
	c.Runs, c.Paired, c.Baseline = []string{r.Run.ID}, true, o.Baseline
	c.Cautions = append(c.Cautions, unfinished(r)...)
	questions := c.askWithin(r, base, metrics)
	c.Looks = looks(r)
	settle(questions, c.Looks, o)
	c.take(questions, o)
	c.Ranking = rank(r, c)
	c.Sentence = sentence(r, c)
	return c, nil
}

// askWithin asks for every metric of every other target, and in the headline's metric for every pair of targets.
func (c *Comparison) askWithin(r *results.Record, base *results.Cell, metrics []Metric) []*question {
	sides := sidesOf(r)
	from := sides[slices.IndexFunc(sides, func(s side) bool { return s.cell.ID == base.ID })]
	var all []*question
	for _, phase := range c.phases {
		for _, m := range metrics {
			if !m.fits(phase) {
				continue
			}
			primary := c.headline.is(phase, m)
			for i, head := range sides {
				if head.cell.ID == base.ID {
					continue
				}
				all = append(all, ask(from, head, phase, m, true, primary))
				for _, other := range sides[:i] {
					if primary && other.cell.ID != base.ID {
						all = append(all, ask(other, head, phase, m, true, primary))
					}
				}
			}
		}
	}
	return all
}

// take puts the settled questions where they belong: rows against the baseline, pairs into the ranking.
func (c *Comparison) take(questions []*question, o Options) {
	for _, q := range questions {
		if q.testable {
			c.Family++
		}
		if q.primary {
			c.index[[2]string{q.row.Base, q.row.Head}] = len(c.pairs)
			c.pairs = append(c.pairs, q.row)
		}
		if c.Paired && q.row.Base != c.Baseline {
			continue
		}
		if o.Merged {
			q.merge()
		}
		c.Rows = append(c.Rows, q.row.rounded())
	}
}

func (o *Options) resolve() ([]Metric, error) {
	if o.Effect == 0 {
		o.Effect = DefaultEffect
	}
	if o.Margin == 0 {
		o.Margin = DefaultMargin
	}
	if !(o.Effect > 0 && o.Effect <= 10) || !(o.Margin > 0 && o.Margin <= 10) {
		return nil, fmt.Errorf("effect %v and margin %v must be shares above 0, such as 0.05", o.Effect, o.Margin)
	}
	return metricsNamed(o.Metrics)
}

func (o *Options) comparison(u *results.Until, phases []results.Phase, metrics []Metric) *Comparison {
	return &Comparison{
		Schema: Schema, Confidence: Confidence, Margin: o.Margin, Effect: o.Effect, Cautions: []string{}, Rows: []Row{},
		phases: phases, headline: headlineOf(u, phases, metrics), index: map[[2]string]int{},
	}
}

// looks are the times that a run planned to look at its results and could have stopped: each is a chance to be wrong.
func looks(r *results.Record) int {
	if r.Run.Until == nil {
		return 1
	}
	return max(1, len(r.Run.Until.Looks))
}

func unfinished(r *results.Record) []string {
	if r.Complete {
		return nil
	}
	return []string{fmt.Sprintf("Run %s did not finish: %d of %d trials.", r.Run.ID, len(r.Trials), len(r.Planned()))}
}

// Find returns the cell that text names: its label, id or target. A target that several cells share names none.
func Find(r *results.Record, text string) (string, error) {
	var known, found []string
	for _, c := range r.Run.Cells {
		if text == c.Label || text == c.ID {
			return c.ID, nil
		}
		if text == c.Target {
			found = append(found, c.ID)
		}
		known = append(known, c.Label)
	}
	if len(found) == 1 {
		return found[0], nil
	}
	if len(found) > 1 {
		known = slices.DeleteFunc(known, func(label string) bool {
			return !slices.ContainsFunc(r.Run.Cells, func(c results.Cell) bool { return c.Label == label && c.Target == text })
		})
		return "", fmt.Errorf("%q names several targets of the run: say which: %s", text, strings.Join(known, ", "))
	}
	return "", fmt.Errorf("the run has no target %q; it has: %s", text, strings.Join(known, ", "))
}
