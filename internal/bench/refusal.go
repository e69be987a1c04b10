package bench

import "github.com/wsgibench/wsgibench/results"

// partnerRefused is the failure of a trial that has nothing to be compared with.
const partnerRefused = "not measured: the other server of the pair fails a check"

// Refused reports whether a trial was not carried out because its server fails a check that the scenario needs; its
// reasons are these checks.
func Refused(t *results.Trial) bool {
	return t.Verdict == results.Invalid && t.Failure == nil && t.Hist == "" && len(t.Reasons) > 0
}

// refuse records a trial whose server fails a check, or whose partner's does; nil: neither fails.
func (p *Plan) refuse(store *results.Dir, at Event) *results.Trial {
	gated := false
	for _, c := range p.cells {
		gated = gated || c.gated != nil
	}
	if !gated {
		return nil
	}
	t := p.newTrial(store, at)
	if t.cell.gated != nil {
		t.record.Verdict, t.record.Reasons = results.Invalid, t.cell.gated
	} else {
		t.record.Failure = &results.Failure{Stage: "verify", Text: partnerRefused}
	}
	return t.record
}
