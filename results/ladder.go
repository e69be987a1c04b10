package results

import (
	"fmt"
	"slices"
	"strconv"
)

// A Climb is how far a trial got on a ladder: a phase that was sent beside more and more held clients, until something
// gave.
type Climb struct {
	Ladder    string   `json:"ladder"`              // Phase.Ladder
	Held      int      `json:"held"`                // most clients beside which nothing gave
	Gave      string   `json:"gave,omitempty"`      // name of the step at which something did; empty: held to the top
	Clients   int      `json:"clients,omitempty"`   // held at that step
	What      string   `json:"what,omitempty"`      // what gave, in a sentence
	Unreached []string `json:"unreached,omitempty"` // names of the phases that were not run, as something had given before
}

// climb finds the climb that ended before a phase; nil: the phase was run, or belongs to no ladder.
func (t *Trial) climb(phase string) *Climb {
	for i := range t.Ladders {
		for _, name := range t.Ladders[i].Unreached {
			if name == phase {
				return &t.Ladders[i]
			}
		}
	}
	return nil
}

// Reached says whether the trial ran the phase: false where something gave at an earlier step of its ladder.
func (t *Trial) Reached(phase string) bool { return t.climb(phase) == nil }

// unreached says why there is no figure of a phase; empty: it was run.
func (t *Trial) unreached(phase string) string {
	c := t.climb(phase)
	if c == nil {
		return ""
	}
	return fmt.Sprintf("not reached: gave at %d held clients", c.Clients)
}

// A Ladder is a phase beside more and more held clients, and how far the trials of each cell got on it.
type Ladder struct {
	Name  string
	Steps []Phase // without those of the held clients, from few of these to many
	Held  []int   // clients held beside each step
	Cells []CellClimbs
}

// A CellClimbs is how far the trials of a cell got. Only valid trials count.
type CellClimbs struct {
	Cell, Label string
	Climbs      []Climb
	Reason      string // why there are none
}

// Ladders returns the ladders of the run, in the order of its phases.
func (r *Record) Ladders() []Ladder {
	var all []Ladder
	phases := r.Measured()
	for i, p := range phases {
		if p.Ladder == "" || p.Beside != "" {
			continue
		}
		if n := len(all); n == 0 || all[n-1].Name != p.Ladder {
			all = append(all, Ladder{Name: p.Ladder})
		}
		l := &all[len(all)-1]
		held := 0
		if i+1 < len(phases) && phases[i+1].Beside == p.Name {
			held = phases[i+1].Clients
		}
		l.Steps, l.Held = append(l.Steps, p), append(l.Held, held)
	}
	for i := range all {
		all[i].Cells = r.climbs(all[i].Name)
	}
	return all
}

func (r *Record) climbs(ladder string) []CellClimbs {
	var all []CellClimbs
	for _, c := range r.Run.Cells {
		cell := CellClimbs{Cell: c.ID, Label: c.Label, Reason: "no valid trial"}
		for _, t := range r.Of(c.ID) {
			for _, climb := range t.Ladders {
				if t.Verdict == Valid && climb.Ladder == ladder {
					cell.Climbs, cell.Reason = append(cell.Climbs, climb), ""
				}
			}
		}
		all = append(all, cell)
	}
	return all
}

// Words say how far the trials of a cell got: "gave at 64: 61 of 64 clients got a first block", and of how many trials
// that is true where they differ.
func (c *CellClimbs) Words() string {
	if len(c.Climbs) == 0 {
		return c.Reason
	}
	first, last := c.Climbs[0], c.Climbs[0]
	for _, climb := range c.Climbs {
		if climb.under(first) {
			first = climb
		}
		if last.under(climb) {
			last = climb
		}
	}
	switch {
	case first.Gave == "":
		return fmt.Sprintf("holds %d", first.Held)
	case last.Gave == "":
		return fmt.Sprintf("gave at %d or held %d: %s", first.Clients, last.Held, first.What)
	case first.Clients != last.Clients:
		return fmt.Sprintf("gave at %d to %d: %s", first.Clients, last.Clients, first.What)
	}
	return fmt.Sprintf("gave at %d: %s", first.Clients, first.What)
}

// under says whether c got less far than d.
func (c Climb) under(d Climb) bool {
	if (c.Gave == "") != (d.Gave == "") {
		return c.Gave != ""
	}
	return c.Gave != "" && c.Clients < d.Clients
}

// gaveIn says whether something gave at a step in a valid trial of the cell.
func (c *CellClimbs) gaveIn(step string) bool {
	return slices.ContainsFunc(c.Climbs, func(climb Climb) bool { return climb.Gave == step })
}

// Table shows how short requests fared at each step, by the median of their response times; what each held stream cost in
// memory, at the last step where that is known; and how far each cell got. A step at which something gave is marked.
func (l *Ladder) Table(r *Record) (header []string, rows [][]string) {
	header = []string{"target"}
	for _, n := range l.Held {
		header = append(header, strconv.Itoa(n))
	}
	header = append(header, "PSS/stream", "how far")
	for _, c := range l.Cells {
		row, pss := []string{c.Label}, "–"
		for _, p := range l.Steps {
			row = append(row, l.step(r, &c, p.Name))
			if s := r.Spread(c.Cell, "held_pss", p.Name); s.Median != nil {
				pss = FormatBytes(*s.Median)
			}
		}
		rows = append(rows, append(row, pss, c.Words()))
	}
	return header, rows
}

func (l *Ladder) step(r *Record, c *CellClimbs, phase string) string {
	text := "–"
	if p50 := r.Quantiles(c.Cell, phase, "response")[0].Value; p50 != nil {
		text = FormatSeconds(*p50)
	}
	if c.gaveIn(phase) {
		return "✗ " + text
	}
	return text
}

// Tabled are the measured phases that have a table of requests: all but those of clients who are held on a ladder, whose
// streams go on from step to step.
func (r *Record) Tabled() []Phase {
	return slices.DeleteFunc(slices.Clone(r.Measured()), func(p Phase) bool { return p.Ladder != "" && p.Beside != "" })
}
