package plots

import "github.com/wsgibench/wsgibench/results"

// A Comparison is what others concluded about the differences between the targets, as texts to be shown.
type Comparison struct {
	About   string          // what the ratios are, and what the verdicts are corrected for
	Ranking *Table          // best first, with ranks and letters; nil: none
	Ranked  string          // by what it ranks
	Phases  []ComparedPhase // in the order of the scenario
}

// A ComparedPhase is the comparison in one phase.
type ComparedPhase struct {
	Name  string
	Table Table
	Notes []string // on verdicts, and on what could not be compared
}

// maxCompared bounds the rows of a phase: a run of a hundred targets has a thousand, and the figures need room too.
const maxCompared = 200

// cleaned is the comparison with every text made fit to be shown; nil where there is nothing to compare.
func (c *Comparison) cleaned() *Comparison {
	if c == nil {
		return nil
	}
	v := &Comparison{About: Clean(c.About), Ranked: Clean(c.Ranked)}
	if c.Ranking != nil {
		t := c.Ranking.cleaned()
		v.Ranking = &t
	}
	for _, p := range c.Phases {
		if len(p.Table.Rows) == 0 && len(p.Notes) == 0 {
			continue
		}
		cut := ComparedPhase{Name: Clean(p.Name), Table: p.Table.cleaned()}
		for _, n := range p.Notes[:min(len(p.Notes), maxCompared)] {
			cut.Notes = append(cut.Notes, Clean(n))
		}
		if more := len(p.Table.Rows) - maxCompared; more > 0 {
			cut.Notes = append(cut.Notes, "And "+results.FormatNumber(float64(more))+" more rows: wsgibench compare shows them.")
		}
		v.Phases = append(v.Phases, cut)
	}
	if len(v.Phases) == 0 && v.Ranking == nil {
		return nil
	}
	return v
}

func (t Table) cleaned() Table {
	var out Table
	for _, h := range t.Header {
		out.Header = append(out.Header, Clean(h))
	}
	for _, row := range t.Rows[:min(len(t.Rows), maxCompared)] {
		var cells []string
		for _, c := range row {
			cells = append(cells, Clean(c))
		}
		out.Rows = append(out.Rows, cells)
	}
	return out
}
