package resultstest

import (
	"github.com/wsgibench/wsgibench/results"
)

// report adds what the phase amounts to to the trial.
func (ph *phase) report(t *results.Trial) {
	span, n, good := ph.p.Duration, float64(ph.n), float64(ph.n-ph.bad)
	cpu := n * ph.c.cpu
	load := n * 90e-6
	add := func(ms ...results.Metric) {
		for _, m := range ms {
			m.Phase = ph.p.Name
			t.Metrics = append(t.Metrics, m)
		}
	}
	if ph.p.Offered > 0 {
		add(results.Known("offered", "1/s", ph.p.Offered))
	} else {
		add(results.Unknown("offered", "1/s", "the closed model offers no fixed load"))
	}
	add(
		results.Known("requests", "1", n), results.Known("throughput", "1/s", n/span), results.Known("goodput", "1/s", good/span),
		results.Known("errors", "1", float64(ph.bad)/n), results.Known("errors_count", "1", float64(ph.bad)),
		results.Known("bytes_in", "B", good*167), results.Known("bytes_out", "B", n*71),
		results.Known("cpu", "s", cpu), results.Known("cpu_per_request", "s", cpu/good),
		results.Known("pss", "B", ph.c.pss), results.Known("rss", "B", 1.4*ph.c.pss), results.Known("threads", "1", float64(ph.c.threads)),
		results.Known("ctx_voluntary", "1", 2*n), results.Known("ctx_involuntary", "1", n/10),
		results.Known("generator_cpu", "1", load/span), results.Known("listen_overflows", "1", 0), results.Known("retransmits", "1", 0),
		results.Unknown("steal", "1", "this kernel does not count it"),
	)
	for i, h := range ph.all {
		add(quantiles(timings[i], ph.p.Name, "", h)...)
	}
	for r, hs := range ph.named {
		for i, h := range hs {
			add(quantiles(timings[i], ph.p.Name, ph.requests[r], h)...)
		}
	}
	ph.counts(t)
	ph.series(t, cpu/span)
}

func (ph *phase) counts(t *results.Trial) {
	t.Statuses = append(t.Statuses, results.Count{Phase: ph.p.Name, Kind: "200", Count: int64(ph.n - ph.bad)})
	if ph.bad == 0 {
		return
	}
	t.Statuses = append(t.Statuses, results.Count{Phase: ph.p.Name, Kind: "503", Count: int64(ph.bad)})
	t.Errors = append(t.Errors, results.Count{Phase: ph.p.Name, Kind: "wrong-status", Count: int64(ph.bad), Example: "503 instead of 200"})
}

// series are the values per second. The first sample of the memory is missing: the server's processes had just begun.
func (ph *phase) series(t *results.Trial, cpu float64) {
	add := func(name, unit string, of func(s int) *float64) {
		se := results.Series{Name: name, Unit: unit, Phase: ph.p.Name, Start: ph.began.Seconds(), Step: 1}
		for s := range ph.good {
			se.Values = append(se.Values, of(s))
		}
		t.Series = append(t.Series, se)
	}
	constant := func(v float64) func(int) *float64 { return func(int) *float64 { return &v } }
	add("goodput", "1/s", func(s int) *float64 { return &ph.good[s] })
	add("cpu", "1", constant(cpu))
	for _, m := range []struct {
		name  string
		bytes float64
	}{{"pss", ph.c.pss}, {"rss", 1.4 * ph.c.pss}} {
		add(m.name, "B", func(s int) *float64 {
			if s == 0 {
				return nil
			}
			return &m.bytes
		})
	}
}
