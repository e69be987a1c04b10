// Package compare answers: which of a run's differences are real, and how large are they?
//
// It pairs the trials of two cells by block and estimates the ratio of a metric with internal/stats. It reads records
// only; it neither measures nor prints. The sentences that it makes never say more than the intervals do.
package compare

import (
	"fmt"
	"strings"

	"github.com/wsgibench/wsgibench/internal/stats"
	"github.com/wsgibench/wsgibench/results"
)

// Confidence is that of every interval.
const Confidence = 0.95

// A Metric is something in which cells are compared.
type Metric struct {
	Name         string // of the trial's metric
	Title        string // for tables
	HigherBetter bool
	Model        string // "open" or "closed": the load model in which it means something; empty: both
}

// Metrics are those of the comparison table, the most telling first.
var Metrics = []Metric{
	{Name: "goodput", Title: "goodput", HigherBetter: true, Model: "closed"},
	{Name: "response_p50", Title: "p50"},
	{Name: "response_p99", Title: "p99"},
	{Name: "cpu_per_request", Title: "CPU/request"},
	{Name: "pss", Title: "PSS"},
}

// A Pair is one cell compared with the baseline in one metric of one phase.
type Pair struct {
	Base  string    `json:"base"` // Cell.ID
	Head  string    `json:"head"`
	Phase string    `json:"phase"`
	Name  string    `json:"metric"`
	Pairs int       `json:"pairs"` // blocks in which both cells have a valid trial that knows the metric
	Ratio *Interval `json:"ratio"` // head ÷ base
	Word  string    `json:"verdict"`
	Why   string    `json:"reason,omitempty"` // why there is no ratio, or none with an interval
	est   stats.Estimate
}

// An Interval is an estimate with its confidence interval; Low and High are null where there are too few pairs for one.
type Interval struct {
	Point float64  `json:"point"`
	Low   *float64 `json:"low"`
	High  *float64 `json:"high"`
}

// Verdicts of a pair.
const (
	Higher     = "higher"              // the interval lies above 1
	Lower      = "lower"               // the interval lies below 1
	Unresolved = "no clear difference" // the interval contains 1
	TooFew     = "too few pairs"       // no interval at this confidence
	NoData     = "no data"
)

// Against compares every other cell with the baseline, in every metric of every measured phase.
func Against(r *results.Record, baseline string) []Pair {
	var pairs []Pair
	for _, phase := range r.Measured() {
		for _, m := range Metrics {
			if m.Model != "" && m.Model != phase.Model {
				continue
			}
			for _, c := range r.Run.Cells {
				if c.ID != baseline {
					pairs = append(pairs, pair(r, baseline, c.ID, phase.Name, m.Name))
				}
			}
		}
	}
	return pairs
}

func pair(r *results.Record, base, head, phase, metric string) Pair {
	p := Pair{Base: base, Head: head, Phase: phase, Name: metric, Word: NoData}
	a, b := byBlock(r, base, head, phase, metric)
	p.Pairs = len(a)
	if p.Pairs == 0 {
		p.Why = "no block in which both have a valid trial"
		return p
	}
	est, err := stats.Ratio(a, b, Confidence)
	if err != nil {
		p.Why = err.Error()
		return p
	}
	p.est = est
	p.Ratio = &Interval{Point: est.Point}
	if !est.Finite() {
		p.Word, p.Why = TooFew, est.Reason
		return p
	}
	p.Ratio.Low, p.Ratio.High = &est.Low, &est.High
	switch {
	case est.Low > 1:
		p.Word = Higher
	case est.High < 1:
		p.Word = Lower
	default:
		p.Word = Unresolved
	}
	return p
}

// byBlock returns the values of both cells in the blocks in which both have a valid one.
func byBlock(r *results.Record, base, head, phase, metric string) (a, b []float64) {
	heads := map[int]float64{}
	for _, v := range r.Values(head, metric, phase, "") {
		if v.Verdict == results.Valid && v.Value != nil {
			heads[v.Block] = *v.Value
		}
	}
	for _, v := range r.Values(base, metric, phase, "") {
		if h, ok := heads[v.Block]; ok && v.Verdict == results.Valid && v.Value != nil {
			a, b = append(a, *v.Value), append(b, h)
		}
	}
	return a, b
}

// Find returns the cell that text names: its label, id or target.
func Find(r *results.Record, text string) (string, error) {
	var known []string
	for _, c := range r.Run.Cells {
		if text == c.Label || text == c.ID || text == c.Target {
			return c.ID, nil
		}
		known = append(known, c.Label)
	}
	return "", fmt.Errorf("the run has no target %q; it has: %s", text, strings.Join(known, ", "))
}
