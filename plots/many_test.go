package plots

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/wsgibench/wsgibench/results"
)

// manyCells writes a run of n cells with two blocks and one measured phase. Every ninth cell from the third on failed.
func manyCells(t *testing.T, n int) *results.Record {
	t.Helper()
	return opened(t, fmt.Sprintf("many-%d", n), func(dir string) (*results.Record, error) { return writeMany(dir, n) })
}

func writeMany(dir string, n int) (*results.Record, error) {
	run := &results.Run{
		Started: time.Date(2026, 11, 21, 11, 0, 0, 0, time.UTC), Blocks: 2,
		Scenario: results.Scenario{Name: "many"},
		Phases:   []results.Phase{{Name: "steady", Model: "open", Schedule: "300/s poisson", Duration: 4, Offered: 300}},
	}
	for i := range n {
		run.Cells = append(run.Cells, results.Cell{
			ID:    fmt.Sprintf("cell-%02d", i),
			Label: fmt.Sprintf("gunicorn-gthread python3.%d workers=%d threads=%d", 9+i%5, 1+i/5%3, 1<<(i/15)),
		})
	}
	for i := range 2 * n {
		run.Order = append(run.Order, results.Slot{Block: 1 + i/n, Cell: run.Cells[i%n].ID})
	}
	d, err := results.Create(dir, run)
	if err != nil {
		return nil, err
	}
	rng := rand.New(rand.NewPCG(7, uint64(n)))
	for block := 1; block <= run.Blocks; block++ {
		for i, c := range run.Cells {
			tr := &results.Trial{ID: fmt.Sprintf("%s-%d", c.ID, block), Cell: c.ID, Block: block, Verdict: results.Valid, Metrics: []results.Metric{}}
			if i%9 == 2 {
				tr.Verdict, tr.Failure = results.Failed, &results.Failure{Stage: "ready", Text: "did not listen"}
			} else {
				if err := measureMany(d, tr, i, rng); err != nil {
					return nil, err
				}
			}
			if err := d.Append(tr); err != nil {
				return nil, err
			}
		}
	}
	if err := d.Close(); err != nil {
		return nil, err
	}
	return results.Open(d.Path())
}

func measureMany(d *results.Dir, tr *results.Trial, i int, rng *rand.Rand) error {
	w, err := d.Hist(tr.ID)
	if err != nil {
		return err
	}
	tr.Hist = w.Path()
	typical := 1e6 * math.Exp(0.09*float64(i))
	for s := range 4 {
		h := results.NewHistogram()
		for range 300 {
			_ = h.RecordValue(int64(typical * math.Exp(0.6*rng.NormFloat64())))
		}
		if err := w.Write("steady/response", time.Duration(s)*time.Second, time.Second, h); err != nil {
			return err
		}
	}
	for _, m := range []results.Metric{
		results.Known("goodput", "1/s", 300-2*rng.Float64()),
		results.Known("cpu_per_request", "s", 4e-4*(1+0.1*float64(i%6)+0.03*rng.Float64())),
		results.Known("pss", "B", 30e6*(1+0.2*float64(i%7)+0.03*rng.Float64())),
		results.Known("rss", "B", 45e6*(1+0.2*float64(i%7))),
	} {
		m.Phase = "steady"
		tr.Metrics = append(tr.Metrics, m)
	}
	return w.Close()
}
