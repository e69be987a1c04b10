package results_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wsgibench/wsgibench/results"
)

func TestLadders(t *testing.T) {
	run := smallRun()
	beside := func(name string) results.Phase {
		return results.Phase{Name: name, Model: "open", Ladder: "idle"}
	}
	held := func(name string, clients int) results.Phase {
		return results.Phase{Name: name + " held", Model: "closed", Beside: name, Clients: clients, Ladder: "idle"}
	}
	run.Phases = []results.Phase{
		{Name: "warmup", Warmup: true}, {Name: "before"}, beside("idle-0"), beside("idle-4"), held("idle-4", 4), beside("idle-9"), held("idle-9", 9), {Name: "after"},
	}
	cell := run.Cells[0].ID
	gave := results.Climb{Ladder: "idle", Held: 0, Gave: "idle-4", Clients: 4, What: "2 of 4 held clients had a stream", Unreached: []string{"idle-9", "idle-9 held"}}
	trial := func(c results.Climb, verdict string) *results.Trial {
		return &results.Trial{ID: "x", Cell: cell, Block: 1, Verdict: verdict, Ladders: []results.Climb{c}}
	}
	r := &results.Record{Run: run, Trials: []*results.Trial{trial(gave, results.Valid), trial(results.Climb{Ladder: "idle", Held: 9}, results.Invalid)}}
	ladders := r.Ladders()
	if len(ladders) != 1 || len(ladders[0].Steps) != 3 {
		t.Fatalf("got %+v, want one ladder of three steps", ladders)
	}
	if diff := cmp.Diff([]int{0, 4, 9}, ladders[0].Held); diff != "" {
		t.Errorf("held (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]results.Climb{gave}, ladders[0].Cells[0].Climbs); diff != "" {
		t.Errorf("climbs of valid trials (-want +got):\n%s", diff)
	}
	if got, want := r.Spread(cell, "goodput", "idle-9").Reason, "not reached: gave at 4 held clients"; got != want {
		t.Errorf("reason of a step that was not run: %q, want %q", got, want)
	}
	if got, want := r.Spread(cell, "goodput", "idle-4").Reason, "not measured"; got != want {
		t.Errorf("reason of a step that was: %q, want %q", got, want)
	}
}

func TestClimbsInWords(t *testing.T) {
	top := results.Climb{Held: 9}
	gave := func(n int) results.Climb { return results.Climb{Gave: "step", Clients: n, What: "so"} }
	for want, climbs := range map[string][]results.Climb{
		"no valid trial":          nil,
		"holds 9":                 {top, top},
		"gave at 4: so":           {gave(4), gave(4)},
		"gave at 4 to 9: so":      {gave(9), gave(4)},
		"gave at 9 or held 9: so": {top, gave(9)},
		"gave at 4 or held 9: so": {gave(4), top, gave(9)},
	} {
		c := results.CellClimbs{Climbs: climbs}
		if climbs == nil {
			c.Reason = "no valid trial"
		}
		if got := c.Words(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
