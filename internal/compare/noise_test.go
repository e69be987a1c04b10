package compare

import (
	"math"
	"math/rand/v2"
	"strings"

	"github.com/wsgibench/wsgibench/results"
)

// A noise makes figures that differ from trial to trial for no reason.
type noise struct{ *rand.Rand }

func newNoise(seed uint64) noise { return noise{rand.New(rand.NewPCG(seed, 0))} }

// factor is lognormal with now and then an outlier.
func (n noise) factor(sd float64) float64 {
	if n.Float64() < 0.05 {
		sd *= 4
	}
	return math.Exp(sd * n.NormFloat64())
}

// nothing is a run of three targets that do not differ, in two phases and every metric but errors.
func nothing(n noise, blocks int) *results.Record {
	run := &results.Run{Blocks: blocks, Phases: []results.Phase{{Name: "rate", Model: "open"}, {Name: "full", Model: "closed"}}}
	r := &results.Record{Run: run, Complete: true}
	for _, c := range []string{"a", "b", "c"} {
		run.Cells = append(run.Cells, results.Cell{ID: c, Label: strings.ToUpper(c)})
	}
	for b := range blocks {
		for _, c := range run.Cells {
			t := &results.Trial{ID: c.ID + string(rune('a'+b)), Cell: c.ID, Block: b + 1, Verdict: results.Valid}
			for _, p := range run.Phases {
				common := n.factor(0.03)
				for _, m := range Metrics {
					if m.Share {
						continue
					}
					v := results.Known(m.Name, m.Unit, common*n.factor(0.02))
					v.Phase = p.Name
					t.Metrics = append(t.Metrics, v)
				}
			}
			r.Trials = append(r.Trials, t)
		}
	}
	return r
}
