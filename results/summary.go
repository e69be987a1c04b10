package results

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// A CellSummary is one cell in one measured phase: the row of every table. Numbers come from the valid trials only.
type CellSummary struct {
	Cell   string `json:"cell"`
	Label  string `json:"label"`
	Target string `json:"target"`
	Phase  string `json:"phase"`
	Model  string `json:"model"` // of the load: "open" or "closed"

	Valid   int `json:"valid"` // trials
	Invalid int `json:"invalid"`
	Failed  int `json:"failed"`
	Planned int `json:"planned"` // trials in the order of the run

	Goodput       Spread     `json:"goodput"`         // 1/s, over the trials
	Errors        Spread     `json:"errors"`          // ratio, over the trials
	CPUPerRequest Spread     `json:"cpu_per_request"` // s, over the trials
	PSS           Spread     `json:"pss"`             // peak in B, over the trials
	Response      []Quantile `json:"response"`        // of the histogram merged over the trials
	Service       []Quantile `json:"service"`         // of the histogram merged over the trials

	ErrorCounts []Count  `json:"error_counts,omitempty"` // by kind, of valid and invalid trials
	Verdict     string   `json:"verdict"`                // in words: "valid", "3 of 4 valid; 1 failed"
	Reasons     []string `json:"reasons,omitempty"`      // why trials are not valid, each once
}

// A Spread is a metric over the valid trials of a cell. All three are null where no valid trial knows it; Reason says why.
type Spread struct {
	Median *float64 `json:"median" jsonschema:"nullable"`
	Min    *float64 `json:"min" jsonschema:"nullable"`
	Max    *float64 `json:"max" jsonschema:"nullable"`
	Trials int      `json:"trials"` // that know the metric
	Reason string   `json:"reason,omitempty"`
}

// A Quantile is a percentile of a merged histogram.
type Quantile struct {
	Name   string   `json:"name"`                        // "p99.9": made from the number
	Q      float64  `json:"q"`                           // 0.999
	Value  *float64 `json:"value" jsonschema:"nullable"` // s
	Values int64    `json:"values"`                      // in the histogram
	Trials int      `json:"trials"`                      // in the histogram
	// Thin: fewer than 100 values lie beyond it, so that a few requests decide it.
	Thin   bool   `json:"thin,omitempty"`
	Reason string `json:"reason,omitempty"` // why Value is null
}

// Percentiles are those of the tables.
var percentiles = []float64{50, 90, 99, 99.9}

// Summaries returns one row per cell and measured phase, cells in the order of the run and the phases of a cell
// together. It is the one source of the terminal's table, the Markdown, the report and the JSON. A cell that has no
// valid trial, or in which no request succeeded, has no number: its reasons say why.
func (r *Record) Summaries() []CellSummary {
	var out []CellSummary
	for i := range r.Run.Cells {
		for _, p := range r.Measured() {
			out = append(out, r.summary(&r.Run.Cells[i], p))
		}
	}
	return out
}

// Row finds the summary of a cell in a phase; nil if there is none.
func Row(rows []CellSummary, cell, phase string) *CellSummary {
	for i := range rows {
		if rows[i].Cell == cell && rows[i].Phase == phase {
			return &rows[i]
		}
	}
	return nil
}

// Quantile finds a percentile by its name ("p99.9") in Response; nil if it is not there.
func (s *CellSummary) Quantile(name string) *Quantile {
	for i := range s.Response {
		if s.Response[i].Name == name {
			return &s.Response[i]
		}
	}
	return nil
}

func (r *Record) summary(c *Cell, p Phase) CellSummary {
	s := CellSummary{Cell: c.ID, Label: c.Label, Target: c.Target, Phase: p.Name, Model: p.Model}
	for _, slot := range r.Planned() {
		if slot.Cell == c.ID {
			s.Planned++
		}
	}
	r.countTrials(&s)
	if why := r.silent(&s); why != "" {
		unknown := Spread{Reason: why}
		s.Goodput, s.Errors, s.CPUPerRequest, s.PSS = unknown, unknown, unknown, unknown
		s.Response, s.Service = noQuantiles(why), noQuantiles(why)
		return s
	}
	s.Goodput = r.Spread(c.ID, "goodput", p.Name)
	s.Errors = r.Spread(c.ID, "errors", p.Name)
	s.CPUPerRequest = r.Spread(c.ID, "cpu_per_request", p.Name)
	s.PSS = r.Spread(c.ID, "pss", p.Name)
	s.Response = r.Quantiles(c.ID, p.Name, "response")
	s.Service = r.Quantiles(c.ID, p.Name, "service")
	return s
}

// countTrials fills in what became of the trials, and the words about it.
func (r *Record) countTrials(s *CellSummary) {
	var reasons []string
	for _, t := range r.Of(s.Cell) {
		switch t.Verdict {
		case Valid:
			s.Valid++
		case Invalid:
			s.Invalid++
		case Failed:
			s.Failed++
		}
		reasons = append(reasons, t.why()...)
		if t.Verdict != Failed {
			s.ErrorCounts = addCounts(s.ErrorCounts, t.Errors, s.Phase)
		}
	}
	for _, why := range reasons {
		if !slices.Contains(s.Reasons, why) {
			s.Reasons = append(s.Reasons, why)
		}
	}
	s.Verdict = s.words()
}

// why returns the sentences on a trial that is not valid.
func (t *Trial) why() []string {
	var out []string
	if t.Verdict == Valid {
		return nil
	}
	if t.Failure != nil {
		out = append(out, t.Verdict+" ("+t.Failure.Stage+"): "+t.Failure.Text)
	}
	for _, n := range t.Reasons {
		if t.Failure == nil || n.Text != t.Failure.Text {
			out = append(out, t.Verdict+" ("+n.Code+"): "+n.Text)
		}
	}
	if out == nil {
		out = append(out, t.Verdict+", and no reason was recorded")
	}
	return out
}

// words says in a few words what became of the trials: "valid" when there is nothing else to say.
func (s *CellSummary) words() string {
	missing := max(0, s.Planned-s.Valid-s.Invalid-s.Failed)
	var rest []string
	for _, p := range []struct {
		n    int
		word string
	}{{s.Invalid, "invalid"}, {s.Failed, "failed"}, {missing, "not run"}} {
		if p.n > 0 && p.n >= s.Planned {
			return p.word
		}
		if p.n > 0 {
			rest = append(rest, fmt.Sprintf("%d %s", p.n, p.word))
		}
	}
	if len(rest) == 0 && s.Valid > 0 {
		return "valid"
	}
	if len(rest) == 0 {
		return "not run"
	}
	return fmt.Sprintf("%d of %d valid; %s", s.Valid, max(s.Planned, s.Valid+s.Invalid+s.Failed), strings.Join(rest, ", "))
}

// silent says why a cell must not show any number; "" if it may.
func (r *Record) silent(s *CellSummary) string {
	if s.Valid == 0 {
		return "no valid trial: " + s.Verdict
	}
	known := false
	for _, v := range r.Values(s.Cell, "goodput", s.Phase, "") {
		if v.Verdict == Valid && v.Value != nil {
			if *v.Value > 0 {
				return ""
			}
			known = true
		}
	}
	if known {
		return "no request succeeded"
	}
	return ""
}

// Spread sums up a metric over the valid trials of a cell that know it.
func (r *Record) Spread(cell, metric, phase string) Spread {
	var vs []float64
	why := ""
	for _, v := range r.Values(cell, metric, phase, "") {
		switch {
		case v.Verdict != Valid:
		case v.Value != nil:
			vs = append(vs, *v.Value)
		case why == "":
			why = v.Reason
		}
	}
	if len(vs) == 0 {
		if why == "" {
			why = "no valid trial"
		}
		return Spread{Reason: why}
	}
	slices.Sort(vs)
	mid := median(vs)
	return Spread{Median: &mid, Min: &vs[0], Max: &vs[len(vs)-1], Trials: len(vs)}
}

// median is of sorted values; of an even number, the mean of the two in the middle.
func median(sorted []float64) float64 {
	n := len(sorted)
	return sorted[(n-1)/2] + (sorted[n/2]-sorted[(n-1)/2])/2
}

// Quantiles returns the percentiles of the tables for a cell in a phase, from the histogram of the metric ("response",
// "delivery") merged over the valid trials.
func (r *Record) Quantiles(cell, phase, metric string) []Quantile {
	h, trials, err := r.histogram(cell, phase, metric, "")
	if err != nil {
		return noQuantiles(err.Error())
	}
	if h == nil {
		return noQuantiles("no histogram was recorded")
	}
	qs := noQuantiles("")
	for i := range qs {
		q := &qs[i]
		q.Values, q.Trials = h.TotalCount(), trials
		beyond := float64(q.Values) * (1 - q.Q)
		if need := minValues(q.Q); q.Values < need {
			q.Reason = fmt.Sprintf("%d values, %s needs %d", q.Values, q.Name, need)
			continue
		}
		v := float64(h.ValueAtPercentile(percentiles[i])) / 1e9
		q.Value, q.Thin = &v, beyond < 100-1e-6
	}
	return qs
}

func noQuantiles(why string) []Quantile {
	qs := make([]Quantile, len(percentiles))
	for i, p := range percentiles {
		qs[i] = Quantile{Name: PercentileName(p), Q: p / 100, Reason: why}
	}
	return qs
}

// PercentileName makes the name of a percentile from its number: 99.9 → "p99.9".
func PercentileName(p float64) string { return "p" + strconv.FormatFloat(p, 'f', -1, 64) }

// minValues is how many values a quantile needs before its 95 % order-statistic interval is finite above: with fewer,
// the chance that the true quantile lies beyond the largest value is more than 2.5 % (q^n > 0.025). p90 needs 36, p99
// 368, p99.9 3 688.
func minValues(q float64) int64 { return int64(math.Ceil(math.Log(0.025) / math.Log(q))) }

// addCounts adds those of a phase to the sums by kind, in the order in which the kinds were first seen.
func addCounts(sums, more []Count, phase string) []Count {
	for _, c := range more {
		if c.Phase != phase {
			continue
		}
		i := slices.IndexFunc(sums, func(s Count) bool { return s.Kind == c.Kind })
		if i < 0 {
			sums = append(sums, c)
			continue
		}
		sums[i].Count += c.Count
	}
	return sums
}
