package main

import (
	"encoding/json"
	"fmt"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/wsgibench/wsgibench/internal/compare"
	"github.com/wsgibench/wsgibench/results"
)

func (t *terminal) json(v any) error {
	e := json.NewEncoder(t.out)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// summary shows a table per measured phase, and the sentence.
func (t *terminal) summary(r *results.Record) {
	rows := r.Summaries()
	for _, phase := range r.Tabled() {
		if phase.Ladder != "" {
			continue
		}
		fmt.Fprintf(t.out, "\n%s  %s for %s\n", t.paint(t.out, bold, phase.Name), phase.Schedule, results.FormatSeconds(phase.Duration))
		fmt.Fprintln(t.out, t.phaseTable(rows, phase.Name))
	}
	t.ladders(r)
	t.shortfalls(r, rows)
	if end := endOf(r); end != "" {
		fmt.Fprintln(t.out, end)
	}
	fmt.Fprintf(t.out, "\n%s\n", t.paint(t.out, bold, compare.Sentence(r)))
}

func (t *terminal) phaseTable(rows []results.CellSummary, phase string) string {
	w := newTable([]string{"target", "goodput/s", "min–max", "p50", "p99", "p99.9", "errors", "CPU/request", "PSS", "verdict"}, columns(2, 9)...)
	for i := range rows {
		s := &rows[i]
		if s.Phase != phase {
			continue
		}
		w.AppendRow(table.Row{
			s.Label, show(s.Goodput.Median, results.FormatNumber), span(s.Goodput),
			quantile(s, "p50"), quantile(s, "p99"), quantile(s, "p99.9"),
			show(s.Errors.Max, results.FormatPercent), show(s.CPUPerRequest.Median, results.FormatSeconds), show(s.PSS.Median, results.FormatBytes),
			t.verdictWord(s),
		})
	}
	return w.Render()
}

func (t *terminal) verdictWord(s *results.CellSummary) string {
	switch s.Valid {
	case s.Planned:
		return t.paint(t.out, green, s.Verdict)
	case 0:
		return t.paint(t.out, red, s.Verdict)
	}
	return t.paint(t.out, yellow, s.Verdict)
}

func show(v *float64, format func(float64) string) string {
	if v == nil {
		return "–"
	}
	return format(*v)
}

func span(s results.Spread) string {
	if s.Min == nil || s.Trials < 2 {
		return ""
	}
	return results.FormatNumber(*s.Min) + "–" + results.FormatNumber(*s.Max)
}

// quantile marks a percentile that few requests decide.
func quantile(s *results.CellSummary, name string) string {
	q := s.Quantile(name)
	if q == nil || q.Value == nil {
		return "–"
	}
	mark := ""
	if q.Thin {
		mark = "~"
	}
	return mark + results.FormatSeconds(*q.Value)
}

// shortfalls says what a reader of the table must know: marks, trials that do not count, targets that are missing.
func (t *terminal) shortfalls(r *results.Record, rows []results.CellSummary) {
	thin, none := false, false
	for i := range rows {
		for _, q := range rows[i].Response {
			thin = thin || q.Thin && q.Value != nil
			none = none || q.Value == nil && rows[i].Valid > 0
		}
	}
	if thin {
		fmt.Fprintln(t.out, t.paint(t.out, dim, "~ fewer than 100 requests lie beyond this percentile"))
	}
	if none {
		fmt.Fprintln(t.out, t.paint(t.out, dim, "– too few requests for this percentile"))
	}
	seen := map[string]bool{}
	for _, s := range rows {
		for _, why := range s.Reasons {
			if line := s.Label + ": " + why; !seen[line] {
				seen[line] = true
				fmt.Fprintln(t.out, t.paint(t.out, yellow, line))
			}
		}
	}
	for _, m := range r.Run.Missing {
		fmt.Fprintln(t.out, t.paint(t.out, yellow, fmt.Sprintf("%s is missing: %s", m.Target, m.Reason)))
	}
	for _, note := range r.Notes {
		fmt.Fprintln(t.out, t.paint(t.out, yellow, note))
	}
}
