package compare

import (
	"cmp"
	"slices"

	"github.com/wsgibench/wsgibench/internal/stats"
	"github.com/wsgibench/wsgibench/results"
)

// A Ranking orders the targets of a run by the headline. Never show it without ranks or letters: a bare list would claim
// an order that was not shown.
type Ranking struct {
	Phase    string     `json:"phase"`
	Metric   string     `json:"metric"`
	Places   []Place    `json:"places"`             // best first; targets of one rank stand in no particular order
	Unranked []Unranked `json:"unranked,omitempty"` // targets without a figure that counts
}

// A Place is a target's. Two targets share a letter exactly when no difference between them was shown, which does not
// mean that they are equal.
type Place struct {
	Cell    string  `json:"cell"`
	Label   string  `json:"label"`
	Rank    int     `json:"rank"` // 1 + the number of targets that are better for certain; ties share a rank
	Letters string  `json:"letters"`
	Median  float64 `json:"median"`
}

// An Unranked is a target that has no place, and why.
type Unranked struct {
	Cell   string `json:"cell"`
	Label  string `json:"label"`
	Reason string `json:"reason"`
}

// rank makes the ranking from the verdicts on every pair; nil where nothing was measured.
func rank(r *results.Record, c *Comparison) *Ranking {
	h := c.headline
	if !h.ok {
		return nil
	}
	k := &Ranking{Phase: h.phase.Name, Metric: h.metric.Name}
	for _, s := range sidesOf(r) {
		cell, a := s.cell, s.arm(h.phase.Name, h.metric)
		if why := noPlace(a); why != "" {
			k.Unranked = append(k.Unranked, Unranked{cell.ID, cell.Label, why})
			continue
		}
		k.Places = append(k.Places, Place{Cell: cell.ID, Label: cell.Label, Rank: 1, Median: *round(median(numbers(a.values)))})
	}
	for i := range k.Places {
		for j := range k.Places {
			if row, ok := c.pair(k.Places[j].Cell, k.Places[i].Cell); ok && row.Verdict == stats.Worse {
				k.Places[i].Rank++
			}
		}
	}
	slices.SortStableFunc(k.Places, func(a, b Place) int {
		m := cmp.Compare(a.Median, b.Median)
		if h.metric.Direction == stats.HigherIsBetter {
			m = -m
		}
		return cmp.Or(cmp.Compare(a.Rank, b.Rank), m)
	})
	k.letters(c)
	return k
}

// noPlace says why an arm alone cannot be ranked, whatever it is compared with; empty when it can.
func noPlace(a arm) string {
	switch {
	case a.Trials == 0:
		return "no trial"
	case a.Invalid > 0:
		// Compared with an arm of the same size without any such trial, only the share of invalid ones can object.
		if why := stats.Unusable(a.Arm, stats.Arm{Trials: a.Trials}); why != "" {
			return a.why
		}
	}
	if len(a.values) == 0 {
		return a.gap
	}
	return ""
}

func (k *Ranking) letters(c *Comparison) {
	different := make([][]bool, len(k.Places))
	for i := range k.Places {
		different[i] = make([]bool, len(k.Places))
		for j := range k.Places {
			if row, ok := c.pair(k.Places[i].Cell, k.Places[j].Cell); ok {
				different[i][j] = row.Clear()
			}
		}
	}
	for i, l := range stats.Letters(different) {
		k.Places[i].Letters = l
	}
}

// pair is the headline's row of two targets, in this direction.
func (c *Comparison) pair(base, head string) (Row, bool) {
	if i, ok := c.index[[2]string{base, head}]; ok {
		return c.pairs[i], true
	}
	if i, ok := c.index[[2]string{head, base}]; ok {
		return c.pairs[i].Mirror(), true
	}
	return Row{}, false
}
