package plots

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/wsgibench/wsgibench/results"
)

// streamRun opens an invented run of n cells with streams of every kind. Of the cells, the first holds bodies back, the
// second serves two streams at once and fails from then on, the third has no valid trial, and the rest get slower one by
// one.
func streamRun(t *testing.T, n int) *results.Record {
	t.Helper()
	return opened(t, fmt.Sprintf("streams-%d", n), func(dir string) (*results.Record, error) { return writeStreams(dir, n) })
}

var heldLevels = []int{0, 1, 2, 4}

func writeStreams(dir string, n int) (*results.Record, error) {
	run := &results.Run{
		Started: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC), Blocks: 2, Scenario: results.Scenario{Name: "streams"},
		Host: results.Host{Sysctl: map[string]string{"net/ipv4/tcp_wmem": "4096 16384 4194304", "net/ipv4/tcp_rmem": "4096 131072 6291456"}},
		Phases: []results.Phase{
			{Name: "events", Model: "closed", Schedule: "1 client", Clients: 1, Block: 100, Gap: 0.01, Duration: 2},
			{Name: "slow", Model: "closed", Schedule: "2 clients", Clients: 2, Block: 4096, ReadRate: 4e6, ReceiveBuffer: 4096, Duration: 2},
		},
	}
	for _, size := range []int{64, 1024, 65536} {
		run.Phases = append(run.Phases, results.Phase{Name: fmt.Sprintf("blocks-%d", size), Model: "closed", Schedule: "1 client", Clients: 1, Block: size, Duration: 1})
	}
	for _, held := range heldLevels {
		p := results.Phase{Name: fmt.Sprintf("L%d", held), Model: "open", Schedule: "200/s", Offered: 200, Duration: 2}
		run.Phases = append(run.Phases, p)
		if held > 0 {
			run.Phases = append(run.Phases, results.Phase{Name: p.Name + " held", Model: "closed", Schedule: "held", Clients: held, Beside: p.Name, Duration: 2})
		}
	}
	for i := range n {
		c := results.Cell{ID: fmt.Sprintf("cell-%02d", i), Label: fmt.Sprintf("server-%02d threads=4", i), Settings: map[string]string{"workers": "1", "threads": "4"}}
		if i == 1 {
			c.Label, c.Settings, c.Limits = "gunicorn-sync workers=2", map[string]string{"workers": "2"}, []string{"one request at a time in each worker"}
		}
		run.Cells = append(run.Cells, c)
	}
	for i := range 2 * n {
		run.Order = append(run.Order, results.Slot{Block: 1 + i/n, Cell: run.Cells[i%n].ID})
	}
	d, err := results.Create(dir, run)
	if err != nil {
		return nil, err
	}
	for i, slot := range run.Order {
		if err := writeStreamTrial(d, run, slot, i%n, i); err != nil {
			return nil, err
		}
	}
	if err := d.Close(); err != nil {
		return nil, err
	}
	return results.Open(d.Path())
}

func writeStreamTrial(d *results.Dir, run *results.Run, slot results.Slot, cell, i int) error {
	tr := &results.Trial{ID: fmt.Sprintf("%03d-%s", i+1, slot.Cell), Cell: slot.Cell, Block: slot.Block, Verdict: results.Valid, Metrics: []results.Metric{}}
	switch cell {
	case 1:
		tr.Verdict, tr.Reasons = results.Invalid, []results.Notice{{Code: "errors", Text: "L2: 75 % of the requests failed"}}
	case 2:
		tr.Verdict, tr.Failure = results.Failed, &results.Failure{Stage: "ready", Text: "did not listen"}
		return d.Append(tr)
	}
	rng := rand.New(rand.NewPCG(3, uint64(i)))
	w, err := d.Hist(tr.ID)
	if err != nil {
		return err
	}
	tr.Hist = w.Path()
	var all []results.Trace
	for _, p := range run.Phases {
		if err := measureStreams(w, tr, p, cell, rng); err != nil {
			return err
		}
		if p.Gap > 0 {
			all = append(all, inventTrace(tr.ID, p, cell, 80))
		} else if p.Block == 4096 {
			all = append(all, inventTrace(tr.ID, p, cell, 2000))
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	if err := d.AppendTraces(all); err != nil {
		return err
	}
	return d.Append(tr)
}

// measureStreams invents the metrics and histograms of a phase.
func measureStreams(w *results.HistWriter, tr *results.Trial, p results.Phase, cell int, rng *rand.Rand) error {
	add := func(name, unit string, v float64) {
		m := results.Known(name, unit, math.Round(v*1e6)/1e6)
		m.Phase = p.Name
		tr.Metrics = append(tr.Metrics, m)
	}
	slower, noise := 1+float64(cell)/4, 1+0.03*rng.Float64()
	held, bad := 0, 0.0
	if _, err := fmt.Sscanf(p.Name, "L%d", &held); err == nil && cell == 1 && held >= 2 {
		bad = 300
	}
	add("requests", "1", 400)
	add("errors_count", "1", bad)
	add("goodput", "1/s", (400-bad)/p.Duration)
	add("cpu_per_request", "s", 3e-4*slower*noise)
	add("pss", "B", math.Round(20e6*slower*noise+float64(held)*50e3*slower))
	add("rss", "B", math.Round(30e6*slower*noise))
	if p.Block > 0 {
		add("blocks", "1", 2e4/slower*noise)
		add("cpu", "s", 1)
		add("body_rate", "B/s", math.Round(2e4/slower*noise*float64(p.Block)))
		add("run_ahead", "B", math.Round(20e3*math.Pow(4, float64(cell%5))*noise))
	}
	h := results.NewHistogram()
	typical := 1e6 * slower
	if p.Beside == "" && held >= 4 {
		typical *= 300
	}
	for range 200 {
		_ = h.RecordValue(int64(typical * math.Exp(0.3*rng.NormFloat64())))
	}
	return w.Write(results.HistTag(p.Name, "response", ""), 0, time.Duration(p.Duration*1e9), h)
}

// inventTrace makes a stream that is passed on in steps, or held back to the end.
func inventTrace(trial string, p results.Phase, cell, blocks int) results.Trace {
	t := results.Trace{Trial: trial, Phase: p.Name, Request: "r", Blocks: int64(blocks), Every: 1}
	if blocks > 512 {
		t.Every = 8
	}
	gap := max(p.Gap, 0.0004)
	for i := 0; i < blocks; i += int(t.Every) {
		at := 0.02 + gap*float64(i)
		received := at + 0.001
		if merged := cell % 4; merged > 1 {
			received = 0.021 + gap*float64(i-i%(4*merged)+4*merged)
		}
		if cell == 0 {
			received = 0.03 + gap*float64(blocks)
		}
		t.Index, t.Bytes = append(t.Index, int64(i)), append(t.Bytes, int64((i+1)*p.Block))
		t.Yielded, t.Received = append(t.Yielded, at+0.0005), append(t.Received, received)
		if p.Gap > 0 {
			t.Planned = append(t.Planned, at)
		}
	}
	return t
}
