package streaming

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wsgibench/wsgibench/results"
)

// A Table shows the streams of one phase: a row for each cell.
type Table struct {
	Phase  string
	Header []string // the first is the target's
	Rows   [][]string
	Notes  []string // what the marks in it mean, and what is not known
}

// Tables returns a table for each measured phase that has streams. Times are percentiles of histograms merged over the
// valid trials, other figures medians; lost blocks are the most of any trial, valid or not. What is no more than the load
// generator's own floor is marked.
func Tables(r *results.Record) []Table {
	found := Find(r)
	var all []Table
	for _, p := range r.Tabled() {
		if t, ok := table(r, found, p.Name); ok {
			all = append(all, t)
		}
	}
	return all
}

func table(r *results.Record, found []Finding, phase string) (t Table, ok bool) {
	k, ok := kindOf(r, phase)
	if !ok {
		return t, false
	}
	t = Table{Phase: phase, Header: []string{"target"}}
	for _, c := range k.columns {
		t.Header = append(t.Header, c.head)
	}
	t.Header = append(t.Header, "lost", "does it stream?")
	marks := map[mark]bool{}
	for _, c := range r.Run.Cells {
		row := []string{c.Label}
		for _, column := range k.columns {
			text, m := column.show(r, c.ID, phase)
			marks[m] = true
			row = append(row, text)
		}
		row = append(row, lostBlocks(r, c.ID, phase), inWords(found, c.ID))
		t.Rows = append(t.Rows, row)
	}
	t.Notes = notes(r, phase, k, marks)
	return t, true
}

func inWords(found []Finding, cell string) string {
	var ws []string
	for _, w := range Of(found, cell) {
		ws = append(ws, string(w))
	}
	return strings.Join(ws, ", ")
}

// lostBlocks is the most blocks of any trial that did not come as they were sent.
func lostBlocks(r *results.Record, cell, phase string) string {
	most, known := 0.0, false
	for _, t := range r.Of(cell) {
		sum := 0.0
		for _, l := range losses {
			if v := t.Metric(l.metric, phase, ""); v != nil {
				sum += *v
				known = true
			}
		}
		most = max(most, sum)
	}
	if !known {
		return "–"
	}
	return count(most)
}

// notes explains the marks, and gives the floors that they stand for.
func notes(r *results.Record, phase string, k kind, marks map[mark]bool) []string {
	var out []string
	if marks[atFloor] {
		out = append(out, "≈ no more than the load generator's own floor ("+floors(r.Run, phase, k)+"): the server's share cannot be told from it")
	}
	if marks[thin] {
		out = append(out, "~ few values decide this percentile: fewer than 100 lie beyond it")
	}
	for _, c := range k.columns {
		if !c.floor {
			continue
		}
		if v, why := r.Run.Floor(phase, c.name()); v == nil {
			out = append(out, fmt.Sprintf("the load generator's own floor of %s is not known: %s", c.head, why))
			break // the others are not known for the same reason
		}
	}
	return out
}

func floors(run *results.Run, phase string, k kind) string {
	var out []string
	for _, c := range k.columns {
		if v, _ := run.Floor(phase, c.name()); c.floor && v != nil {
			out = append(out, c.head+" "+c.format(*v))
		}
	}
	return strings.Join(out, ", ")
}

// kindOf finds out what the streams of a phase are: left by the clients, paced, or as fast as they are taken. A phase in
// which no trial has streams is none.
func kindOf(r *results.Record, phase string) (kind, bool) {
	has := func(metric string) bool {
		return slices.ContainsFunc(r.Trials, func(t *results.Trial) bool { return t.Metric(metric, phase, "") != nil })
	}
	switch {
	case !has("streams"):
		return kind{}, false
	case has("close_delay_max") || has("blocks_after_leave"):
		return left, true
	case has("lateness_p50"):
		return paced, true
	}
	return unpaced, true
}
