package main

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/wsgibench/wsgibench/internal/bars"
	"github.com/wsgibench/wsgibench/internal/gate"
)

// figures are the rows of what was run. The bars are written for 30 and 12 gates and go with the number there is.
func (s *series) figures(reps int) ([]bars.Row, error) {
	var rows []bars.Row
	if a := s.of(same); len(a) > 0 {
		red := count(a, func(o outcome) bool { return o.Report.Verdict == gate.Regression })
		most := max(2*len(a)/30, 0)
		rows = append(rows,
			bars.Row{What: fmt.Sprintf("%s, same code on both sides, %d gates in duet: red", s.server, len(a)), Reached: fmt.Sprint(red), Bar: fmt.Sprintf("≤ %d", most), OK: red <= most},
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
			bars.Row{What: fmt.Sprintf("head burns %.0f %% CPU per request, %d gates in duet: red on CPU per request", 100*slowdown, len(b)), Reached: fmt.Sprint(red), Bar: fmt.Sprintf("≥ %d", least), OK: red >= least},
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
		rows = append(rows, bars.Row{What: fmt.Sprintf("base and head swapped, %d pairs of gates: mirrored verdict on CPU per request", n), Reached: fmt.Sprintf("%.1f %%", 100*reached), Bar: "≥ 95 %", OK: reached >= 0.95})
	}
	if len(rows) == 0 {
		return nil, errors.New("no gate was run: ask for some, or name the -file of earlier ones")
	}
	return rows, nil
}

// curve is the row of the failure curve. The noise of few pairs says too little of its tails, which decide it.
func curve(same []outcome, reps int) (bars.Row, error) {
	r := bars.Row{What: "failures of the gate with the noise found, simulated − explained, largest of two metrics and seven effects", Bar: "≤ 2 points"}
	noise := pooled(same)
	if len(noise) == 0 || len(noise[0]) < gate.ManyPairs {
		r.Reached = fmt.Sprintf("too few pairs for it, below %d", gate.ManyPairs)
		return r, nil
	}
	points, err := curveError(same[0].Report.Metrics, noise, reps)
	r.Reached, r.OK = fmt.Sprintf("%.2f points", points), points <= 2
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

func slowest(what string, all []outcome, limit float64) bars.Row {
	most := 0.0
	for _, o := range all {
		most = math.Max(most, o.Seconds)
	}
	return bars.Row{What: what, Reached: fmt.Sprintf("%.0f s", most), Bar: fmt.Sprintf("≤ %.0f s", limit), OK: most <= limit}
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
