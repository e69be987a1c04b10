package main

import (
	"fmt"
	"strings"

	"github.com/wsgibench/wsgibench/internal/streaming"
	"github.com/wsgibench/wsgibench/results"
)

// ladders shows a table for each phase that was sent beside more and more held clients.
func (t *terminal) ladders(r *results.Record) {
	for _, l := range r.Ladders() {
		header, rows := l.Table(r)
		title, about, _ := strings.Cut(ladderTitle(&l), ", ")
		fmt.Fprintf(t.out, "\n%s  %s\n", t.paint(t.out, bold, title), about)
		fmt.Fprintln(t.out, streamTable(streaming.Table{Header: header, Rows: rows}))
		for _, row := range rows {
			if strings.Contains(strings.Join(row, ""), "✗") {
				fmt.Fprintln(t.out, t.paint(t.out, dim, "✗ something gave at this step"))
				break
			}
		}
	}
}

// ladderTitle says what the table of a ladder shows.
func ladderTitle(l *results.Ladder) string {
	first := l.Steps[0]
	return fmt.Sprintf("%s, %s for %s a step: the median response time beside so many held clients", l.Name, first.Schedule, results.FormatSeconds(first.Duration))
}
