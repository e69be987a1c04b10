package streaming

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wsgibench/wsgibench/results"
)

const held = "block 0 did not come before the next was asked for: no answer in time"

// trial has metrics of phase "events", valid or not.
func trial(cell, verdict string, metrics map[string]float64) *results.Trial {
	t := &results.Trial{ID: cell, Cell: cell, Verdict: verdict}
	for name, v := range metrics {
		m := results.Known(name, "1", v)
		m.Phase = "events"
		t.Metrics = append(t.Metrics, m)
	}
	return t
}

func run(checks []results.CheckResult, trials ...*results.Trial) *results.Record {
	return &results.Record{
		Run: &results.Run{
			Cells:       []results.Cell{{ID: "a", Label: "server a", Target: "a", Descriptor: "doc: A server."}},
			Phases:      []results.Phase{{Name: "warmup", Warmup: true}, {Name: "events"}},
			Conformance: []results.Conformance{{Label: "server a", Checks: checks}},
		},
		Trials: trials,
	}
}

// merging is a run before which the load generator itself found this share of blocks together.
func merging(r *results.Record, share float64) *results.Record {
	r.Run.Calibration = &results.Calibration{Streams: []results.StreamFloor{{Phase: "events", Metrics: []results.Metric{results.Known("blocks_merged", "1", share)}}}}
	return r
}

func check(id, outcome, reason string) results.CheckResult {
	return results.CheckResult{ID: id, Outcome: outcome, Reason: reason}
}

func TestFind(t *testing.T) {
	lock := check("body-lockstep", "pass", "")
	sound := map[string]float64{"streams": 9, "blocks_lost": 0, "blocks_merged": 0.02}
	late := map[string]float64{"streams": 9, "blocks_lost": 0, "blocks_merged": 0.97, "delivery_p50": 3}
	lossy := map[string]float64{"streams": 9, "blocks_lost": 4, "blocks_damaged": 1}
	lossText := "blocks 4 lost, 1 damaged or cut in phase events, in 1 of 2 trials"
	for name, tt := range map[string]struct {
		record *results.Record
		want   []Finding
	}{
		"streams":                             {run([]results.CheckResult{lock}, trial("a", "valid", sound)), []Finding{{"a", Streams, ""}}},
		"late is not held back":               {run([]results.CheckResult{lock}, trial("a", "valid", map[string]float64{"streams": 9, "delivery_p50": 3})), []Finding{{"a", Streams, ""}}},
		"held back, whatever the figures say": {run([]results.CheckResult{check("body-lockstep", "fail", held)}, trial("a", "valid", sound)), []Finding{{"a", HoldsBack, held + " (check body-lockstep)"}}},
		"what is held back is not merged too": {run([]results.CheckResult{check("body-lockstep", "fail", held)}, trial("a", "valid", late)), []Finding{{"a", HoldsBack, held + " (check body-lockstep)"}}},
		"held back with a length": {run([]results.CheckResult{lock, check("body-lockstep-length", "fail", held)}, trial("a", "valid", sound)),
			[]Finding{{"a", HoldsBack, held + " (check body-lockstep-length)"}}},
		"merges": {run([]results.CheckResult{lock}, trial("a", "valid", late)),
			[]Finding{{"a", Merges, "of the blocks that were yielded apart, those that came with the one before are 97.0 % in phase events"}}},
		"the median of valid trials decides": {run([]results.CheckResult{lock}, trial("a", "valid", sound), trial("a", "invalid", late), trial("a", "invalid", late)),
			[]Finding{{"a", Streams, ""}}},
		"a starved client finds blocks together": {run([]results.CheckResult{lock}, trial("a", "invalid", late)),
			[]Finding{{"a", Streams, "whether small blocks are merged is not known, since no trial with paced streams counts"}}},
		"what the load generator merges itself": {merging(run([]results.CheckResult{lock}, trial("a", "valid", map[string]float64{"streams": 9, "blocks_merged": 0.3})), 0.25),
			[]Finding{{"a", Streams, ""}}},
		"loses, in a trial that does not count": {run([]results.CheckResult{lock}, trial("a", "valid", sound), trial("a", "invalid", lossy)),
			[]Finding{{"a", LosesData, lossText}}},
		"holds back and loses": {run([]results.CheckResult{check("body-lockstep", "fail", held)}, trial("a", "valid", sound), trial("a", "invalid", lossy)),
			[]Finding{{"a", HoldsBack, held + " (check body-lockstep)"}, {"a", LosesData, lossText}}},
		"kept from being measured": {run([]results.CheckResult{check("body-exact", "fail", "got 3 bytes, want 4"), check("body-lockstep", "fail", "got 3 bytes")}, trial("a", "invalid", nil)),
			[]Finding{{"a", LosesData, "got 3 bytes, want 4 (check body-exact)"}}},
		"write() that does not work": {run([]results.CheckResult{lock, check("write-callable", "fail", "it is None"), check("write-lockstep", "fail", "block 1 was not asked for")}),
			[]Finding{{"a", LosesData, "it is None (check write-callable)"}}},
		"the check could not be put": {run([]results.CheckResult{check("body-lockstep", "unknown", "no connection")}, trial("a", "valid", sound)),
			[]Finding{{"a", Unknown, "check body-lockstep: no connection"}}},
		"other checks were named": {run([]results.CheckResult{check("body-exact", "pass", "")}, trial("a", "valid", sound)),
			[]Finding{{"a", Unknown, "the scenario names its checks, and body-lockstep is not among them"}}},
		"nothing is streamed": {run([]results.CheckResult{check("body-exact", "pass", "")}, trial("a", "valid", map[string]float64{"goodput": 3})), nil},
	} {
		if diff := cmp.Diff(tt.want, Find(tt.record)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// Where no checks were put, the reason is told.
func TestUnasked(t *testing.T) {
	sound := trial("a", "valid", map[string]float64{"streams": 9})
	for name, tt := range map[string]struct {
		change func(*results.Run)
		want   string
	}{
		"off": {func(r *results.Run) { r.Conformance = nil }, "no checks were put: the scenario asks for none, or no server hosts an application"},
		"a URL": {func(r *results.Run) { r.Conformance, r.Cells[0].Descriptor = nil, "" },
			"it was running already, with an application of its own: the checks need theirs"},
		"hosts nothing":  {func(r *results.Run) { r.Conformance[0].Label = "another" }, "it hosts no application, so that no checks can be put to it"},
		"does not start": {func(r *results.Run) { r.Conformance[0].Missing = "exit status 1" }, "it did not start for the checks: exit status 1"},
	} {
		r := run(nil, sound)
		tt.change(r.Run)
		if diff := cmp.Diff([]Finding{{"a", Unknown, tt.want}}, Find(r)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// A word is one sentence; targets with the same evidence stand together in it.
func TestSentences(t *testing.T) {
	lock := []results.CheckResult{check("body-lockstep", "pass", "")}
	fails := []results.CheckResult{check("body-lockstep", "fail", held)}
	r := run(nil)
	r.Run.Cells, r.Run.Conformance = nil, nil
	for _, c := range []struct {
		name   string
		checks []results.CheckResult
	}{{"a", lock}, {"b", fails}, {"c", lock}, {"d", lock}, {"e", slices.Clone(fails)}} {
		r.Run.Cells = append(r.Run.Cells, results.Cell{ID: c.name, Label: "server " + c.name, Target: c.name, Descriptor: "x"})
		r.Run.Conformance = append(r.Run.Conformance, results.Conformance{Label: "server " + c.name, Checks: c.checks})
	}
	r.Trials = append(r.Trials, trial("d", "invalid", map[string]float64{"streams": 1, "blocks_swapped": 2}), trial("c", "invalid", map[string]float64{"streams": 1, "blocks_merged": 1}))
	r.Run.Conformance[4].Checks[0].Reason = "no answer in time"
	var got []string
	for _, s := range Sentences(r) {
		got = append(got, s.Text)
	}
	want := []string{
		"server a and server c stream: server a: each block is delivered before the application is asked for the next; " +
			"server c: each block is delivered before the application is asked for the next, but whether small blocks are merged is not known, since no trial with paced streams counts.",
		"server b and server e hold back: server b: " + held + " (check body-lockstep); server e: no answer in time (check body-lockstep).",
		"server d loses data: blocks 2 out of order in phase events, in 1 of 1 trials.",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
