package plots

import (
	"fmt"
	"html/template"
	"slices"
	"strconv"

	"github.com/wsgibench/wsgibench/results"
)

// A phaseView is the table of results of one phase.
type phaseView struct {
	Name, About string
	Rows        []rowView
	Thin        bool     // a percentile rests on few requests
	Unknown     []string // why numbers are missing
	Errors      *Table
}

// A rowView is a cell in the table of results.
type rowView struct {
	Mark    template.HTML
	Label   string
	Why     string // there are no numbers
	Cells   []numberView
	Verdict string
}

// A numberView is a number with its range, or a dash and a reason.
type numberView struct{ Value, Range, Reason string }

func phases(r *results.Record) []phaseView {
	rows := r.Summaries()
	var all []phaseView
	for _, p := range r.Tabled() {
		v := phaseView{Name: Clean(p.Name), About: fmt.Sprintf("%s for %s, %s model", Clean(p.Schedule), results.FormatSeconds(p.Duration), Clean(p.Model))}
		errors := Table{Header: []string{"target", "kind", "how many", "example"}}
		for i, c := range r.Run.Cells {
			row := results.Row(rows, c.ID, p.Name)
			if row == nil {
				continue
			}
			v.add(row, i)
			// Kinds are few by contract; an unlucky run must not make the page grow all the same.
			for _, e := range row.ErrorCounts[:min(len(row.ErrorCounts), 20)] {
				errors.Rows = append(errors.Rows, []string{Clean(c.Label), Clean(e.Kind), thousands(strconv.FormatInt(e.Count, 10)), Clean(e.Example)})
			}
		}
		if len(errors.Rows) > 0 {
			v.Errors = &errors
		}
		all = append(all, v)
	}
	return all
}

func (v *phaseView) add(s *results.CellSummary, i int) {
	row := rowView{Mark: lookOf(i).html(), Label: Clean(s.Label), Verdict: Clean(s.Verdict)}
	if s.Goodput.Median == nil && s.Goodput.Reason != "" && s.Quantile("p50").Value == nil {
		row.Why = Clean(s.Goodput.Reason)
		v.Rows = append(v.Rows, row)
		return
	}
	scaled := func(by float64) func(float64) string {
		return func(x float64) string { return significant(x * by) }
	}
	row.Cells = append(row.Cells, spreadView(s.Goodput, scaled(1)))
	for _, name := range []string{"p50", "p99", "p99.9"} {
		q := s.Quantile(name)
		switch {
		case q == nil:
			row.Cells = append(row.Cells, numberView{Value: "–", Reason: "not recorded"})
		case q.Value == nil:
			row.Cells = append(row.Cells, numberView{Value: "–", Reason: Clean(q.Reason)})
		case q.Thin:
			v.Thin = true
			row.Cells = append(row.Cells, numberView{Value: significant(*q.Value*1e3) + "*"})
		default:
			row.Cells = append(row.Cells, numberView{Value: significant(*q.Value * 1e3)})
		}
	}
	row.Cells = append(row.Cells, spreadView(s.Errors, percent), spreadView(s.CPUPerRequest, scaled(1e3)), spreadView(s.PSS, scaled(1.0/(1<<20))))
	for _, c := range row.Cells {
		if c.Reason == "" {
			continue
		}
		if why := row.Label + ": " + c.Reason; !slices.Contains(v.Unknown, why) {
			v.Unknown = append(v.Unknown, why)
		}
	}
	v.Rows = append(v.Rows, row)
}

// percent shows a ratio in percent, and never one above zero as zero.
func percent(x float64) string {
	if x > 0 && x < 1e-4 {
		return "<0.01"
	}
	return significant(100 * x)
}

func spreadView(s results.Spread, show func(float64) string) numberView {
	if s.Median == nil {
		return numberView{Value: "–", Reason: Clean(s.Reason)}
	}
	v := numberView{Value: show(*s.Median)}
	switch {
	case s.Trials == 1:
		v.Range = "1 trial"
	case s.Min != nil && s.Max != nil && show(*s.Min) != show(*s.Max):
		v.Range = show(*s.Min) + "–" + show(*s.Max)
	}
	return v
}
