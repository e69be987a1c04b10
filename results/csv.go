package results

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
)

// WriteCSV writes every metric of every trial, one per line: run, cell, target, block, trial, verdict, phase, request,
// metric, unit, value, reason. An unknown value is empty and has a reason; a trial that has no metrics at all (it
// failed) has one line without a metric. Numbers are in base units and read back exactly.
func WriteCSV(w io.Writer, r *Record) error {
	out := csv.NewWriter(w)
	rows := [][]string{{"run", "cell", "target", "block", "trial", "verdict", "phase", "request", "metric", "unit", "value", "reason"}}
	for _, t := range r.Trials {
		target := ""
		if c := r.Cell(t.Cell); c != nil {
			target = c.Target
		}
		head := []string{r.Run.ID, t.Cell, target, strconv.Itoa(t.Block), t.ID, t.Verdict}
		row := func(tail ...string) { rows = append(rows, append(head[:len(head):len(head)], tail...)) }
		for _, m := range t.Metrics {
			row(m.Phase, m.Request, m.Name, m.Unit, number(m.Value), m.Reason)
		}
		if len(t.Metrics) == 0 {
			_, why := t.lookup("", "", "")
			row("", "", "", "", "", why)
		}
	}
	if err := out.WriteAll(rows); err != nil {
		return fmt.Errorf("writing CSV: %w", err)
	}
	return nil
}

// number is the shortest text that reads back as v; empty for an unknown value.
func number(v *float64) string {
	if v == nil {
		return ""
	}
	return strconv.FormatFloat(*v, 'g', -1, 64)
}
