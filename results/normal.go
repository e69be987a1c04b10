package results

import (
	"math"
	"slices"
)

// normal returns the run as it is written: lists are lists, also when they are empty.
func (r *Run) normal() *Run {
	c := *r
	c.Args = list(r.Args)
	c.Order = list(r.Order)
	c.Cells = list(r.Cells)
	c.Phases = list(r.Phases)
	return &c
}

// normal returns the trial as it is written: lists are lists, and what JSON has no number for (NaN, ±Inf) is unknown.
// Losing a whole trial to a division by zero in one metric would be worse.
func (t *Trial) normal() *Trial {
	c := *t
	c.Metrics = slices.Clone(list(t.Metrics))
	for i := range c.Metrics {
		if m := &c.Metrics[i]; m.Value != nil && !finite(*m.Value) {
			m.Value = nil
			if m.Reason == "" {
				m.Reason = "not a finite number"
			}
		}
	}
	c.Series = slices.Clone(t.Series)
	for i := range c.Series {
		vs := slices.Clone(list(c.Series[i].Values))
		for j, v := range vs {
			if v != nil && !finite(*v) {
				vs[j] = nil
			}
		}
		c.Series[i].Values = vs
	}
	return &c
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// list returns s, or an empty list for nil: null in JSON means unknown.
func list[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}
