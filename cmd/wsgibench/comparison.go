package main

import (
	"fmt"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/wsgibench/wsgibench/internal/compare"
	"github.com/wsgibench/wsgibench/results"
)

// comparison shows a table per phase and metric: every target's ratio to the baseline.
func (t *terminal) comparison(r *results.Record, base string, pairs []compare.Pair) {
	fmt.Fprintf(t.out, "ratios to %s; 95 %% intervals from pairs of trials in the same block\n", cellLabel(r.Run, base))
	for _, phase := range r.Measured() {
		w := table.NewWriter()
		w.SetStyle(plain)
		w.AppendHeader(table.Row{"metric", "target", "ratio", "95 % interval", "pairs", "verdict"})
		w.SetColumnConfigs([]table.ColumnConfig{{Number: 1, AutoMerge: true}, {Number: 3, Align: text.AlignRight}, {Number: 5, Align: text.AlignRight}})
		for _, p := range pairs {
			if p.Phase == phase.Name {
				w.AppendRow(comparisonRow(r, p))
			}
		}
		fmt.Fprintf(t.out, "\n%s  %s\n%s\n", t.paint(t.out, bold, phase.Name), phase.Schedule, w.Render())
	}
	fmt.Fprintf(t.out, "\n%s\n", t.paint(t.out, bold, compare.Sentence(r)))
}

func comparisonRow(r *results.Record, p compare.Pair) table.Row {
	ratio, interval, word := "–", "–", p.Word
	if p.Ratio != nil {
		ratio = results.FormatNumber(p.Ratio.Point)
		if p.Ratio.Low != nil {
			interval = results.FormatNumber(*p.Ratio.Low) + " to " + results.FormatNumber(*p.Ratio.High)
		}
	}
	if p.Why != "" {
		word += ": " + p.Why
	}
	return table.Row{p.Name, cellLabel(r.Run, p.Head), ratio, interval, p.Pairs, word}
}
