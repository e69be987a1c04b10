package plots

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/wsgibench/wsgibench/results"
)

// trialsOf returns the trials of a cell in the order of their blocks.
func trialsOf(r *results.Record, cell string) []*results.Trial {
	ts := r.Of(cell)
	slices.SortStableFunc(ts, func(a, b *results.Trial) int { return cmp.Compare(a.Block, b.Block) })
	return ts
}

// validOf returns the trials of a cell whose figures count.
func validOf(r *results.Record, cell string) []*results.Trial {
	return slices.DeleteFunc(trialsOf(r, cell), func(t *results.Trial) bool { return t.Verdict != results.Valid })
}

// drawable says why nothing of a record can be drawn, if so.
func drawable(r *results.Record) error {
	switch {
	case len(r.Run.Cells) == 0:
		return fmt.Errorf("%w: the run has no cells: none of its targets could be run here", ErrNothing)
	case len(r.Trials) == 0:
		return fmt.Errorf("%w: no trial of the run was finished", ErrNothing)
	case len(r.Measured()) == 0:
		return fmt.Errorf("%w: every phase of the scenario is warm-up", ErrNothing)
	}
	for _, t := range r.Trials {
		if t.Verdict == results.Valid {
			return nil
		}
	}
	return fmt.Errorf("%w: no trial is valid: %s", ErrNothing, verdicts(r.Trials))
}

// verdicts counts the trials that do not count, with what they say: "2 failed (start), 1 invalid (schedule-missed)".
func verdicts(ts []*results.Trial) string {
	counts, why := map[string]int{}, map[string][]string{}
	for _, t := range ts {
		if t.Verdict == results.Valid {
			continue
		}
		counts[t.Verdict]++
		codes := []string{}
		for _, n := range t.Reasons {
			codes = append(codes, n.Code)
		}
		if t.Failure != nil {
			codes = append(codes, t.Failure.Stage)
		}
		for _, c := range codes {
			if c != "" && !slices.Contains(why[t.Verdict], c) {
				why[t.Verdict] = append(why[t.Verdict], c)
			}
		}
	}
	var parts []string
	for _, v := range []string{results.Failed, results.Invalid} {
		if counts[v] == 0 {
			continue
		}
		part := fmt.Sprintf("%d %s", counts[v], v)
		if len(why[v]) > 0 {
			part += " (" + strings.Join(why[v], ", ") + ")"
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ", ")
}

// absent says why a cell has no figures: "no valid trial: 3 failed (ready)".
func absent(r *results.Record, cell string) string {
	ts := trialsOf(r, cell)
	if len(ts) == 0 {
		return "no valid trial: none was finished"
	}
	return "no valid trial: " + verdicts(ts)
}

// values returns the known values of a metric in the valid trials of a cell, in order of blocks, and, if there are
// none, why.
func values(r *results.Record, cell, metric, phase string) (vs []float64, why string) {
	if len(validOf(r, cell)) == 0 {
		return nil, absent(r, cell)
	}
	all := r.Values(cell, metric, phase, "")
	slices.SortStableFunc(all, func(a, b results.Value) int { return cmp.Compare(a.Block, b.Block) })
	for _, v := range all {
		switch {
		case v.Verdict != results.Valid:
		case v.Value != nil:
			vs = append(vs, *v.Value)
		default:
			why = "unknown: " + v.Reason
		}
	}
	if len(vs) > 0 {
		why = ""
	}
	return vs, why
}

// silent says why the latency of a cell must not be shown, if so: it has no valid trial, or no request succeeded, and
// how fast a server fails is not how fast it is.
func silent(r *results.Record, cell, phase string) string {
	good, why := values(r, cell, "goodput", phase)
	switch {
	case len(validOf(r, cell)) == 0:
		return why
	case len(good) > 0 && slices.Max(good) == 0:
		return "no request succeeded"
	}
	return ""
}

// median is the middle value, or half way between the two middle ones.
func median(vs []float64) float64 {
	s := slices.Sorted(slices.Values(vs))
	n := len(s)
	if n%2 == 1 {
		return s[n/2]
	}
	return (s[n/2-1] + s[n/2]) / 2
}

// fileName makes "goodput-steady" from a figure and a phase, whatever the phase is called: what is not a letter, digit,
// dot or dash becomes a dash. The number keeps phases apart whose names become the same.
func fileName(r *results.Record, figure string, phase results.Phase) string {
	safe := func(s string) string {
		return strings.Map(func(c rune) rune {
			switch {
			case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '.', c == '_':
				return c
			}
			return '-'
		}, s)
	}
	name, same, place := safe(phase.Name), 0, 0
	for _, p := range r.Measured() {
		if strings.EqualFold(safe(p.Name), name) {
			same++
		}
		if p.Name == phase.Name {
			place = same
		}
	}
	if same > 1 {
		name = fmt.Sprintf("%s-%d", name, place)
	}
	return figure + "-" + name
}

// about is the second line of every picture: where the numbers come from.
func about(r *results.Record, phase results.Phase) string {
	what := "phase " + phase.Name
	if phase.Schedule != "" {
		what += " (" + phase.Schedule + ")"
	}
	return aboutRun(r, what)
}

// aboutRun is about for pictures of several phases.
func aboutRun(r *results.Record, what string) string {
	most := 0
	for _, c := range r.Run.Cells {
		most = max(most, len(validOf(r, c.ID)))
	}
	trials := fmt.Sprintf("up to %d valid trials per target", most)
	if most == 1 {
		trials = "1 valid trial per target: no spread is known"
	}
	return strings.Join([]string{r.Run.Scenario.Name, what, trials}, " · ")
}
