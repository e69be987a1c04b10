package main

import (
	"fmt"

	"github.com/wsgibench/wsgibench/internal/signature"
	"github.com/wsgibench/wsgibench/plots"
	"github.com/wsgibench/wsgibench/results"
)

// explanations says which known artefacts lie behind a run's figures.
func explanations(r *results.Record) []plots.Explanation {
	var out []plots.Explanation
	for _, f := range signature.Find(r) {
		where := cellLabel(r.Run, f.Cell)
		if len(r.Measured()) > 1 {
			where += ", phase " + f.Phase
		}
		if f.Of > 1 {
			where += fmt.Sprintf(", %d of %d trials", f.Trials, f.Of)
		}
		out = append(out, plots.Explanation{Where: where, Text: f.Text, Hint: f.Hint})
	}
	return out
}

func (t *terminal) explain(found []plots.Explanation) {
	for _, e := range found {
		fmt.Fprintf(t.out, "\n%s %s\n  %s\n", t.paint(t.out, yellow, e.Where+":"), e.Text, e.Hint)
	}
}
