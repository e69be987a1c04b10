package streaming

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wsgibench/wsgibench/results"
)

// lockstep are the checks that tell whether blocks are held back: of a body, of one with Content-Length, of write().
// Those that a scenario has no use for are not put.
var lockstep = []string{"body-lockstep", "body-lockstep-length", "write-lockstep"}

// whole are the checks of which a failure means that a body's bytes are lost or changed.
var whole = []string{"body-exact", "body-large", "body-empty-blocks", "body-none", "write-callable"}

// The outcomes of a check that say something here.
const (
	passed = "pass"
	failed = "fail"
)

// heldBack says what the lock-step checks saw, or why that is not known.
func heldBack(r *results.Record, cell string) (held []string, unknown string) {
	c := r.Run.ConformanceOf(cell)
	if c == nil {
		return nil, unasked(r.Run, cell)
	}
	if c.Missing != "" {
		return nil, "it did not start for the checks: " + c.Missing
	}
	unknown = "the scenario names its checks, and body-lockstep is not among them"
	for _, id := range lockstep {
		check := c.Check(id)
		switch {
		case check == nil:
		case check.Outcome == failed && !broken(c, id):
			held = append(held, fmt.Sprintf("%s (check %s)", check.Reason, id))
		case check.Outcome == passed:
			unknown = ""
		case check.Outcome != failed:
			return held, fmt.Sprintf("check %s: %s", id, check.Reason)
		}
	}
	return held, unknown
}

// broken says whether what a check asks about does not work at all, so that its failure says nothing about timing.
func broken(c *results.Conformance, id string) bool {
	needs := "body-exact"
	if id == "write-lockstep" {
		needs = "write-callable"
	}
	check := c.Check(needs)
	return check != nil && check.Outcome == failed
}

// unasked is why no check was put to the server of a cell.
func unasked(run *results.Run, cell string) string {
	for i := range run.Cells {
		if c := &run.Cells[i]; c.ID == cell && c.Descriptor == "" {
			return "it was running already, with an application of its own: the checks need theirs"
		}
	}
	if len(run.Conformance) == 0 {
		return "no checks were put: the scenario asks for none, or no server hosts an application"
	}
	return "it hosts no application, so that no checks can be put to it"
}

// losses are the metrics of what became of blocks, and the words for them.
var losses = []struct{ metric, word string }{
	{"blocks_lost", "lost"}, {"blocks_damaged", "damaged or cut"}, {"blocks_repeated", "repeated"}, {"blocks_swapped", "out of order"},
}

// lost says which blocks did not come as they were sent, in which phase of how many trials, valid or not.
func lost(r *results.Record, cell string) (evidence []string) {
	if c := r.Run.ConformanceOf(cell); c != nil {
		for _, id := range whole {
			if check := c.Check(id); check != nil && check.Outcome == failed {
				evidence = append(evidence, fmt.Sprintf("%s (check %s)", check.Reason, id))
			}
		}
	}
	for _, p := range r.Measured() {
		if text := lostIn(r, cell, p.Name); text != "" {
			evidence = append(evidence, text)
		}
	}
	return evidence
}

func lostIn(r *results.Record, cell, phase string) string {
	measured, with := 0, 0
	sums := make([]float64, len(losses))
	for _, t := range r.Of(cell) {
		if t.Metric("streams", phase, "") == nil {
			continue
		}
		measured++
		any := false
		for i, l := range losses {
			if v := t.Metric(l.metric, phase, ""); v != nil && *v > 0 {
				sums[i] += *v
				any = true
			}
		}
		if any {
			with++
		}
	}
	if with == 0 {
		return ""
	}
	var words []string
	for i, l := range losses {
		if sums[i] > 0 {
			words = append(words, count(sums[i])+" "+l.word)
		}
	}
	return fmt.Sprintf("blocks %s in phase %s, in %d of %d trials", strings.Join(words, ", "), phase, with, measured)
}

// merged says in which phases blocks that were yielded apart came together, by the median of the trials that count: a
// generator that was starved finds together what came apart. What the load generator merges itself, by its calibration,
// is not the server's. Where streams were paced and no trial counts, unknown says so.
func merged(r *results.Record, cell string) (evidence []string, unknown string) {
	var shares []string
	for _, p := range r.Measured() {
		var valid []float64
		measured := false
		for _, v := range r.Values(cell, "blocks_merged", p.Name, "") {
			measured = measured || v.Value != nil
			if v.Value != nil && v.Verdict == results.Valid {
				valid = append(valid, *v.Value)
			}
		}
		if len(valid) == 0 {
			if measured {
				unknown = "whether small blocks are merged is not known, since no trial with paced streams counts"
			}
			continue
		}
		slices.Sort(valid)
		limit := MergedFrom
		if own, _ := r.Run.Floor(p.Name, "blocks_merged"); own != nil {
			limit += *own
		}
		if share := valid[len(valid)/2]; share >= limit {
			shares = append(shares, fmt.Sprintf("%s in phase %s", results.FormatPercent(share), p.Name))
		}
	}
	if shares != nil {
		evidence = []string{"of the blocks that were yielded apart, those that came with the one before are " + list(shares)}
	}
	return evidence, unknown
}
