package main

import (
	"fmt"

	"github.com/wsgibench/wsgibench/internal/streaming"
	"github.com/wsgibench/wsgibench/plots"
	"github.com/wsgibench/wsgibench/results"
)

// streams shows a table for each phase with streams, and says in words what each server does with blocks.
func (t *terminal) streams(r *results.Record) {
	for _, s := range streaming.Tables(r) {
		fmt.Fprintf(t.out, "\n%s\n%s\n", t.paint(t.out, bold, s.Phase+", the streams"), streamTable(s))
		for _, n := range s.Notes {
			fmt.Fprintln(t.out, t.paint(t.out, dim, n))
		}
	}
	for i, s := range streaming.Sentences(r) {
		if i == 0 {
			fmt.Fprintln(t.out)
		}
		fmt.Fprintln(t.out, t.paint(t.out, wordColor[s.Word], s.Text))
	}
}

var wordColor = map[streaming.Word]string{
	streaming.Streams: green, streaming.Merges: yellow, streaming.HoldsBack: yellow, streaming.LosesData: red, streaming.Unknown: dim,
}

func streamTable(s streaming.Table) string {
	w := newTable(s.Header, columns(2, len(s.Header)-1)...)
	for _, row := range s.Rows {
		w.AppendRow(cellsOf(row))
	}
	return w.Render()
}

// streamsOf is the same for the report.
func streamsOf(r *results.Record) (s plots.Streams) {
	for _, v := range streaming.Sentences(r) {
		s.Words = append(s.Words, v.Text)
	}
	for _, l := range r.Ladders() {
		header, rows := l.Table(r)
		s.Phases = append(s.Phases, plots.StreamPhase{Name: ladderTitle(&l), Table: plots.Table{Header: header, Rows: rows}})
	}
	for _, p := range streaming.Tables(r) {
		s.Phases = append(s.Phases, plots.StreamPhase{Name: p.Phase, Table: plots.Table{Header: p.Header, Rows: p.Rows}, Notes: p.Notes})
	}
	return s
}
