package compare

import (
	"fmt"
	"strings"

	"github.com/wsgibench/wsgibench/results"
)

// Runs compares the targets that two runs have in common, by their labels, in the phases that they have in common: the
// ones with the same name, load and length. The trials are not paired, so drift between the runs is not controlled; the
// cautions say that, and what else differs. Where nothing is in common that is an error.
func Runs(base, head *results.Record, o Options) (*Comparison, error) {
	metrics, err := o.resolve()
	if err != nil {
		return nil, err
	}
	if o.Baseline != "" {
		return nil, fmt.Errorf("between two runs every target is compared with itself: there is no baseline to choose")
	}
	phases, cautions := commonPhases(base, head)
	if len(phases) == 0 {
		return nil, fmt.Errorf("runs %s and %s have no phase in common: %s", base.Run.ID, head.Run.ID, strings.Join(cautions, " "))
	}
	c := o.comparison(head.Run.Until, phases, metrics)
	c.Runs = []string{base.Run.ID, head.Run.ID}
	c.Cautions = append(c.Cautions, "The trials of the two runs are not paired: a drift of the machine between them looks like a difference.")
	c.Cautions = append(append(c.Cautions, unfinished(base)...), unfinished(head)...)
	c.Cautions = append(c.Cautions, cautions...)
	sides, cautions := commonCells(base, head)
	if len(sides) == 0 {
		return nil, fmt.Errorf("runs %s and %s have no target in common: %s", base.Run.ID, head.Run.ID, strings.Join(cautions, " "))
	}
	c.Cautions = append(c.Cautions, cautions...)
	c.Cautions = append(c.Cautions, results.EnvironmentDifferences(base.Run, head.Run)...)
	var questions []*question
	for _, phase := range phases {
		for _, m := range metrics {
			for _, s := range sides {
				if m.fits(phase) {
					questions = append(questions, ask(s[0], s[1], phase, m, false, c.headline.is(phase, m)))
				}
			}
		}
	}
	c.Looks = max(looks(base), looks(head))
	settle(questions, c.Looks, o)
	c.take(questions, o)
	c.Sentence = sentenceOfRuns(c)
	return c, nil
}

// commonPhases are those that mean the same in both runs, and sentences about the others.
func commonPhases(base, head *results.Record) (phases []results.Phase, cautions []string) {
	if base.Run.Scenario.SHA256 != head.Run.Scenario.SHA256 || strings.Join(base.Run.Scenario.Set, "\n") != strings.Join(head.Run.Scenario.Set, "\n") {
		cautions = append(cautions, "The scenarios are not the same: what was requested, and of what, may differ.")
	}
	others := map[string]results.Phase{}
	for _, p := range head.Measured() {
		others[p.Name] = p
	}
	for _, p := range base.Measured() {
		other, ok := others[p.Name]
		delete(others, p.Name)
		switch {
		case !ok:
			cautions = append(cautions, fmt.Sprintf("Only run %s has a phase %s.", base.Run.ID, p.Name))
		case p != other:
			cautions = append(cautions, fmt.Sprintf("Phase %s is not compared: %s in one run and %s in the other.", p.Name, load(p), load(other)))
		default:
			phases = append(phases, p)
		}
	}
	for _, p := range head.Measured() {
		if _, left := others[p.Name]; left {
			cautions = append(cautions, fmt.Sprintf("Only run %s has a phase %s.", head.Run.ID, p.Name))
		}
	}
	return phases, cautions
}

func load(p results.Phase) string {
	return fmt.Sprintf("%s for %s", p.Schedule, results.FormatSeconds(p.Duration))
}

// commonCells are the targets that have the same label in both runs, and sentences about the others.
func commonCells(base, head *results.Record) (sides [][2]side, cautions []string) {
	others := map[string]*results.Cell{}
	for i := range head.Run.Cells {
		others[head.Run.Cells[i].Label] = &head.Run.Cells[i]
	}
	for i := range base.Run.Cells {
		c := &base.Run.Cells[i]
		other, ok := others[c.Label]
		if !ok {
			cautions = append(cautions, fmt.Sprintf("Only run %s has %s.", base.Run.ID, c.Label))
			continue
		}
		delete(others, c.Label)
		if c.App != other.App {
			cautions = append(cautions, fmt.Sprintf("%s serves %s in one run and %s in the other.", c.Label, c.App, other.App))
		}
		sides = append(sides, [2]side{newSide(base, c), newSide(head, other)})
	}
	for _, c := range head.Run.Cells {
		if _, left := others[c.Label]; left {
			cautions = append(cautions, fmt.Sprintf("Only run %s has %s.", head.Run.ID, c.Label))
		}
	}
	return sides, cautions
}
