package compare

import (
	"fmt"

	"github.com/wsgibench/wsgibench/internal/stats"
	"github.com/wsgibench/wsgibench/results"
)

// A side is a target of a run.
type side struct {
	record *results.Record
	cell   *results.Cell
	arms   map[armKey]arm // those made before: every target is compared with many others
}

type armKey struct{ phase, metric string }

func newSide(r *results.Record, c *results.Cell) side { return side{r, c, map[armKey]arm{}} }

// sidesOf are the targets of a run.
func sidesOf(r *results.Record) []side {
	var all []side
	for i := range r.Run.Cells {
		all = append(all, newSide(r, &r.Run.Cells[i]))
	}
	return all
}

// An arm is what the trials of a side say about a metric in a phase.
type arm struct {
	stats.Arm
	values []value // of trials that count and know the metric, in the order of the trials
	why    string  // the first reason why a trial does not count
	gap    string  // the first reason why a trial that counts does not know the metric
}

type value struct {
	block int
	trial string
	v     float64
}

func (s side) arm(phase string, m Metric) arm {
	key := armKey{phase, m.Name}
	if a, ok := s.arms[key]; ok {
		return a
	}
	a := s.gather(phase, m)
	s.arms[key] = a
	return a
}

func (s side) gather(phase string, m Metric) arm {
	var a arm
	counts := map[string]bool{} // trials whose figures do
	for _, t := range s.record.Of(s.cell.ID) {
		a.Trials++
		counts[t.ID] = discounted(t, phase) == ""
		if why := discounted(t, phase); why != "" {
			a.Invalid++
			if a.why == "" {
				a.why = why
			}
		}
	}
	for _, v := range s.record.Values(s.cell.ID, m.Name, phase, "") {
		switch {
		case !counts[v.Trial]:
		case v.Value != nil && (*v.Value > 0 || m.Share):
			a.values = append(a.values, value{v.Block, v.Trial, *v.Value})
		case a.gap != "":
		case v.Value != nil:
			a.gap = fmt.Sprintf("it is %v, and ratios need values above 0", *v.Value)
		default:
			a.gap = v.Reason
		}
	}
	return a
}

// discounted says why the figures of a trial do not count; empty when they do. A trial in which no request succeeded
// has no figure that means anything, whatever else was recorded.
func discounted(t *results.Trial, phase string) string {
	switch {
	case t.Failure != nil:
		return t.Verdict + " (" + t.Failure.Stage + "): " + t.Failure.Text
	case t.Verdict != results.Valid && len(t.Reasons) > 0:
		return t.Verdict + " (" + t.Reasons[0].Code + "): " + t.Reasons[0].Text
	case t.Verdict != results.Valid:
		return t.Verdict + ", and no reason was recorded"
	}
	if v := t.Metric("goodput", phase, ""); v != nil && *v <= 0 {
		return "no request succeeded"
	}
	return ""
}

// unusable says why two arms cannot be compared at all; empty when they can.
func unusable(base, head side, a, b arm) string {
	for _, x := range []struct {
		side
		arm
	}{{base, a}, {head, b}} {
		if x.Trials == 0 {
			return x.cell.Label + " has no trial"
		}
		if x.Invalid == x.Trials {
			return fmt.Sprintf("%s has no valid trial: %s", x.cell.Label, x.why)
		}
	}
	reason := stats.Unusable(a.Arm, b.Arm)
	switch {
	case reason == "":
		return ""
	case a.Invalid > 0 && b.Invalid > 0:
		return fmt.Sprintf("%s; %s; %s", reason, a.why, b.why)
	case a.Invalid > 0:
		return reason + "; " + a.why
	}
	return reason + "; " + b.why
}

// pairUp returns the values of both arms in the blocks in which both have one.
func pairUp(a, b arm) (base, head []value) {
	heads := map[int]value{}
	for _, v := range b.values {
		heads[v.block] = v
	}
	for _, v := range a.values {
		if h, ok := heads[v.block]; ok {
			base, head = append(base, v), append(head, h)
		}
	}
	return base, head
}

func numbers(vs []value) []float64 {
	out := make([]float64, len(vs))
	for i, v := range vs {
		out[i] = v.v
	}
	return out
}
