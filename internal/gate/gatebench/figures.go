package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"text/tabwriter"

	"github.com/wsgibench/wsgibench/internal/gate"
)

// A row is one figure of the table.
type row struct {
	what, reached, bar string
	ok                 bool
}

// print writes the table and returns how many figures are short.
func print(w io.Writer, rows []row) (short int) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "figure\treached\tbar\t")
	for _, r := range rows {
		verdict := "ok"
		if !r.ok {
			verdict = "short"
			short++
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", r.what, r.reached, r.bar, verdict)
	}
	t.Flush() // to a terminal or a pipe: nobody is left to tell
	return short
}

// figures are the rows of what was run. The bars are written for 30 and 12 gates and go with the number there is.
func (s *series) figures(reps int) ([]row, error) {
	var rows []row
	if a := s.of(same); len(a) > 0 {
		red := count(a, func(o outcome) bool { return o.Report.Verdict == gate.Regression })
		most := max(2*len(a)/30, 0)
		rows = append(rows,
			row{fmt.Sprintf("%s, same code on both sides, %d gates in duet: red", s.server, len(a)), fmt.Sprint(red), fmt.Sprintf("≤ %d", most), red <= most},
			slowest("the slowest of them", a, sameLimit))
		r, err := curve(a, reps)
		if err != nil {
			return nil, err
		}
		rows = append(rows, r)
	}
	if b := s.of(burn); len(b) > 0 {
		red := count(b, func(o outcome) bool { return verdictOf(o, "cpu_per_request") == gate.Regression })
		least := len(b) - len(b)/12 // one in twelve may be missed
		rows = append(rows,
			row{fmt.Sprintf("head burns %.0f %% CPU per request, %d gates in duet: red on CPU per request", 100*slowdown, len(b)), fmt.Sprint(red), fmt.Sprintf("≥ %d", least), red >= least},
			slowest("the slowest of them", b, burnLimit))
	}
	if w, b := s.of(swap), s.of(burn); len(w) > 0 && len(b) > 0 {
		n := min(len(w), len(b))
		mirrored := 0
		for i := range n {
			if mirror[verdictOf(b[i], "cpu_per_request")] == verdictOf(w[i], "cpu_per_request") {
				mirrored++
			}
		}
		reached := float64(mirrored) / float64(n)
		rows = append(rows, row{fmt.Sprintf("base and head swapped, %d pairs of gates: mirrored verdict on CPU per request", n), fmt.Sprintf("%.1f %%", 100*reached), "≥ 95 %", reached >= 0.95})
	}
	if len(rows) == 0 {
		return nil, errors.New("no gate was run: ask for some, or name the -file of earlier ones")
	}
	return rows, nil
}

// curve is the row of the failure curve. The noise of few pairs says too little of its tails, which decide it.
func curve(same []outcome, reps int) (row, error) {
	r := row{what: "failures of the gate with the noise found, simulated − explained, largest of two metrics and seven effects", bar: "≤ 2 points"}
	noise := pooled(same)
	if len(noise) == 0 || len(noise[0]) < gate.ManyPairs {
		r.reached = fmt.Sprintf("too few pairs for it, below %d", gate.ManyPairs)
		return r, nil
	}
	points, err := curveError(same[0].Report.Metrics, noise, reps)
	r.reached, r.ok = fmt.Sprintf("%.2f points", points), points <= 2
	return r, err
}

func count(all []outcome, is func(outcome) bool) int {
	n := 0
	for _, o := range all {
		if is(o) {
			n++
		}
	}
	return n
}

func slowest(what string, all []outcome, limit float64) row {
	most := 0.0
	for _, o := range all {
		most = math.Max(most, o.Seconds)
	}
	return row{what, fmt.Sprintf("%.0f s", most), fmt.Sprintf("≤ %.0f s", limit), most <= limit}
}

func verdictOf(o outcome, word string) gate.Verdict {
	i := slices.IndexFunc(o.Report.Metrics, func(m gate.MetricReport) bool { return m.Word == word })
	if i < 0 {
		return ""
	}
	return o.Report.Metrics[i].Verdict
}

// mirror is each verdict with base and head swapped.
var mirror = map[gate.Verdict]gate.Verdict{
	gate.Regression: gate.Improvement, gate.Improvement: gate.Regression, gate.OK: gate.OK,
	gate.Inconclusive: gate.Inconclusive, gate.Invalid: gate.Invalid,
}
