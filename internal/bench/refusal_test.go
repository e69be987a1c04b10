package bench

import (
	"testing"

	"github.com/wsgibench/wsgibench/results"
)

// Where a side fails a check nothing of a pair is measured, whichever way it would be; both trials say why.
func TestRefusedPair(t *testing.T) {
	failed := []results.Notice{{Code: "body-exact", Text: "it fails the check body-exact: lost a byte"}}
	for _, how := range []Pairing{InTurn, AtOnce} {
		p := &Plan{cells: map[string]*cell{"base": {}, "head": {gated: failed}}}
		p.Run.Cells = []results.Cell{{ID: "base"}, {ID: "head"}}
		at := []Event{{Slot: results.Slot{Block: 1, Cell: "head"}, Number: 1}, {Slot: results.Slot{Block: 1, Cell: "base"}, Number: 2}}
		pair := p.byCell(p.carryOutPair(t.Context(), nil, how, at))
		base, head := pair[0], pair[1]
		if head.Verdict != results.Invalid || len(head.Reasons) != 1 || head.Reasons[0] != failed[0] || !Refused(head) {
			t.Errorf("%s: head is %+v, want it refused for the check that it fails", how, head)
		}
		if base.Verdict != results.Failed || base.Failure == nil || base.Failure.Text != partnerRefused || Refused(base) {
			t.Errorf("%s: base is %+v, want it failed for its partner", how, base)
		}
		if len(base.Metrics)+len(head.Metrics) > 0 {
			t.Errorf("%s: something was measured", how)
		}
	}
	if (&Plan{cells: map[string]*cell{"base": {}, "head": {}}}).refuse(nil, Event{}) != nil {
		t.Error("a pair that passes all checks was refused")
	}
}

func TestRefused(t *testing.T) {
	for name, trial := range map[string]*results.Trial{
		"measured":                   {Verdict: results.Valid, Hist: "hist/1.hlog"},
		"measured and not counted":   {Verdict: results.Invalid, Hist: "hist/1.hlog", Reasons: []results.Notice{{Code: "errors"}}},
		"not started":                {Verdict: results.Failed, Failure: &results.Failure{Stage: "start"}},
		"invalid without any reason": {Verdict: results.Invalid},
	} {
		if Refused(trial) {
			t.Errorf("a trial that was %s counts as refused for a check", name)
		}
	}
}
