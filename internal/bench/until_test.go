package bench

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wsgibench/wsgibench/internal/compare"
	"github.com/wsgibench/wsgibench/results"
	"github.com/wsgibench/wsgibench/scenarios"
)

// simulated is a run of targets with goodputs around these means, one block after the other.
type simulated struct {
	rng   *rand.Rand
	sd    float64
	means []float64
	dead  int // index of a target that never has a valid trial; -1: none
}

func (m simulated) block(run *results.Run, b int) []*results.Trial {
	var trials []*results.Trial
	for i, c := range run.Cells {
		v := results.Known("goodput", "1/s", m.means[i]*(1+m.sd*m.rng.NormFloat64()))
		v.Phase = "full"
		t := &results.Trial{ID: fmt.Sprintf("%d-%s", b, c.ID), Cell: c.ID, Block: b, Verdict: results.Valid, Metrics: []results.Metric{v}}
		if i == m.dead {
			t.Verdict = results.Invalid
		}
		trials = append(trials, t)
	}
	return trials
}

// run carries blocks out, each of a second, until the stopper says so.
func (m simulated) run(t *testing.T, trials scenarios.Trials) (*results.Record, []string) {
	t.Helper()
	run := &results.Run{Blocks: trials.Blocks, Phases: []results.Phase{{Name: "full", Model: "closed", Clients: 4}}}
	for i := range m.means {
		run.Cells = append(run.Cells, results.Cell{ID: fmt.Sprint("c", i), Label: fmt.Sprint("C", i)})
	}
	run.Until = until(run, trials)
	var notes []string
	s := stopper{run: run, budget: trials.Budget, tell: func(n string) { notes = append(notes, n) }}
	for b := 1; b <= trials.Blocks; b++ {
		s.trials = append(s.trials, m.block(run, b)...)
		end, err := s.after(b, time.Duration(b)*time.Second)
		if err != nil {
			t.Fatal(err)
		}
		if end != nil {
			return &results.Record{Run: run, Trials: s.trials, End: end, Complete: true}, notes
		}
	}
	t.Fatal("the run did not end with its last block")
	return nil, nil
}

func TestStop(t *testing.T) {
	verdict := &scenarios.Until{Margin: 0.02}
	for _, tt := range []struct {
		name   string
		sd     float64
		means  []float64
		dead   int
		trials scenarios.Trials
		want   results.End
		text   string
	}{
		{"a clear difference", 0.01, []float64{100, 120}, -1, scenarios.Trials{Blocks: 30, Until: verdict},
			results.End{Stop: results.StopVerdict, Blocks: 8, Looks: []results.Look{{Blocks: 8, Settled: 1, Stop: results.StopVerdict}}}, "every comparison has a verdict after 8 blocks"},
		{"no difference", 0.005, []float64{100, 100}, -1, scenarios.Trials{Blocks: 30, Until: verdict},
			results.End{Stop: results.StopVerdict, Blocks: 8, Looks: []results.Look{{Blocks: 8, Settled: 1, Stop: results.StopVerdict}}}, "verdict"},
		{"narrow enough", 0.025, []float64{100, 101.5}, -1, scenarios.Trials{Blocks: 30, Until: &scenarios.Until{Margin: 0.02, Precision: 0.05}},
			results.End{Stop: results.StopPrecision, Blocks: 12, Looks: []results.Look{{Blocks: 8, Open: 1}, {Blocks: 12, Precise: 1, Stop: results.StopPrecision}}}, "the comparison is precise enough"},
		{"hopeless", 0.30, []float64{100, 101}, -1, scenarios.Trials{Blocks: 30, Until: verdict},
			results.End{Stop: results.StopFutility, Blocks: 12, Looks: []results.Look{{Blocks: 8, Open: 1}, {Blocks: 12, Futile: 1, Stop: results.StopFutility}}}, "hardly settle more"},
		{"never valid", 0.01, []float64{100, 120, 140}, 2, scenarios.Trials{Blocks: 30, Until: verdict},
			results.End{Stop: results.StopFutility, Blocks: 12, Looks: []results.Look{{Blocks: 12, Settled: 1, Invalid: 2, Stop: results.StopFutility}}}, "2 invalid"},
		{"three targets cannot be told apart before 12 blocks", 0.01, []float64{100, 120, 140}, -1, scenarios.Trials{Blocks: 30, Until: verdict},
			results.End{Stop: results.StopVerdict, Blocks: 12, Looks: []results.Look{{Blocks: 12, Settled: 3, Stop: results.StopVerdict}}}, "after 12 blocks"},
		{"the most blocks", 0.04, []float64{100, 103}, -1, scenarios.Trials{Blocks: 10, Until: verdict},
			results.End{Stop: results.StopBudget, Blocks: 10, Looks: []results.Look{{Blocks: 8, Open: 1}, {Blocks: 10, Open: 1, Stop: results.StopBudget}}}, "10 blocks are the most allowed"},
		{"the time is up", 0.04, []float64{100, 103}, -1, scenarios.Trials{Blocks: 30, Until: verdict, Budget: 9500 * time.Millisecond},
			results.End{Stop: results.StopBudget, Blocks: 9, Looks: []results.Look{{Blocks: 8, Open: 1}}}, "another one would not have ended within 9.5s"},
		{"a fixed number", 0.01, []float64{100, 120}, -1, scenarios.Trials{Blocks: 9}, results.End{Stop: results.StopComplete, Blocks: 9}, "all 9 blocks"},
		{"a fixed number, and the time is up", 0.01, []float64{100, 120}, -1, scenarios.Trials{Blocks: 9, Budget: 4 * time.Second}, results.End{Stop: results.StopBudget, Blocks: 4}, "the time was up"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := simulated{rand.New(rand.NewPCG(2, 0)), tt.sd, tt.means, tt.dead}
			r, notes := m.run(t, tt.trials)
			end := r.End
			got := *end
			got.Text = ""
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if !strings.Contains(end.Text, tt.text) {
				t.Errorf("text %q does not say %q", end.Text, tt.text)
			}
			if went := max(0, len(end.Looks)-1); tt.trials.Budget == 0 && len(notes) != went {
				t.Errorf("%d notes %q, want one for each of %d looks after which it went on", len(notes), notes, went)
			}
		})
	}
}

// A run without any difference seldom stops on one, and seldom is one found afterwards: its looks alone would make that
// four times as likely.
func TestLooksAddNoFalseAlarms(t *testing.T) {
	const runs = 400
	rng := rand.New(rand.NewPCG(3, 0))
	alarms := 0
	for range runs {
		r, _ := (simulated{rng, 0.05, []float64{100, 100}, -1}).run(t, scenarios.Trials{Blocks: 30, Until: &scenarios.Until{Margin: 0.001}})
		c, err := compare.Targets(r, compare.Options{Margin: 0.001})
		if err != nil {
			t.Fatal(err)
		}
		found := slices.ContainsFunc(c.Rows, compare.Row.Clear)
		if r.End.Stop == results.StopVerdict && !found {
			t.Errorf("stopped on a verdict after %d blocks, and the comparison has none: %+v", r.End.Blocks, c.Rows)
		}
		if found {
			alarms++
		}
	}
	// 5 % of 400 is 20, with a standard deviation of 4.4.
	if alarms > 31 {
		t.Errorf("%d of %d runs without a difference have a verdict of one, want about 20 at most", alarms, runs)
	}
}

// The looks are fixed before the first trial, at the figure that the run is about unless the scenario says another.
func TestUntilIsPlanned(t *testing.T) {
	run := &results.Run{
		Phases: []results.Phase{{Name: "w", Warmup: true, Model: "open"}, {Name: "rate", Model: "open"}, {Name: "full", Model: "closed"}},
		Cells:  []results.Cell{{ID: "a"}, {ID: "b"}},
	}
	got := until(run, scenarios.Trials{Blocks: 20, Until: &scenarios.Until{Margin: 0.02, Precision: 0.03}})
	if diff := cmp.Diff(&results.Until{Looks: []int{8, 12, 20}, Metric: "goodput", Phase: "full", Margin: 0.02, Precision: 0.03}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	got = until(run, scenarios.Trials{Blocks: 30, Until: &scenarios.Until{Margin: 0.02, Metric: "response_p99", Phase: "rate"}})
	if diff := cmp.Diff(&results.Until{Looks: []int{8, 12, 20, 30}, Metric: "response_p99", Phase: "rate", Margin: 0.02}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := until(run, scenarios.Trials{Blocks: 5}); got != nil {
		t.Errorf("a fixed number of blocks: %+v, want no looks", got)
	}
}

// A target that is alone gets the blocks of a first look, and that is said.
func TestUntilOfOneTarget(t *testing.T) {
	var notes []string
	p := &Plan{config: Config{Progress: func(e Event) { notes = append(notes, e.Note) }}}
	p.Run.Cells = []results.Cell{{ID: "a"}}
	trials := scenarios.Trials{Blocks: 30, Until: &scenarios.Until{Margin: 0.02}}
	if got := p.most(trials); got != 8 || len(notes) != 1 || !strings.Contains(notes[0], "nothing to compare it with: 8 blocks") {
		t.Errorf("%d blocks, notes %q; want 8 and why", got, notes)
	}
	if got := until(&p.Run, trials); got != nil {
		t.Errorf("looks %+v at one target, want none", got)
	}
	p.Run.Cells = append(p.Run.Cells, results.Cell{ID: "b"})
	if got := p.most(trials); got != 30 {
		t.Errorf("%d blocks of two targets, want 30", got)
	}
}
