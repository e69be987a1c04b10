package resultstest

import (
	"math"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"github.com/wsgibench/wsgibench/results"
)

// timings are the histograms of a phase, in the order in which sample.values has them.
var timings = [4]string{"response", "service", "first_byte", "send_lag"}

// A hists is one histogram per timing.
type hists [4]*hdrhistogram.Histogram

func newHists() *hists {
	var h hists
	for i := range h {
		h[i] = results.NewHistogram()
	}
	return &h
}

// measure invents the phases of a trial that could be measured, and writes its histograms.
func measure(d *results.Dir, run *results.Run, o Options, i int, slot results.Slot, at time.Time) (*results.Trial, error) {
	var c character
	for _, known := range characters(o.Hostile) {
		if known.id == slot.Cell {
			c = known
		}
	}
	rng := rand.New(rand.NewPCG(o.Seed, uint64(i)+1))
	// One server start is not like the other. Rounded, because the last bits depend on the processor.
	c.median *= 1 + math.Round(300*rng.NormFloat64())/1e4
	c.cpu = math.Round(1e9*c.cpu*(1+0.02*rng.NormFloat64())) / 1e9
	c.pss = 4096 * math.Round(c.pss/4096*(1+0.01*rng.NormFloat64()))
	workers, processes, keep := 1, 2, true
	t := &results.Trial{
		ID: trialID(i, slot), Cell: slot.Cell, Block: slot.Block, Position: i + 1, Started: at, Verdict: results.Valid,
		Obtained: results.Obtained{
			Argv: []string{"python3", "-m", c.target, "-b", "127.0.0.1:8000"}, ServerCPUs: "1", LoadCPUs: "0",
			Workers: &workers, Threads: &c.threads, Processes: &processes, KeepAlive: &keep, ReadyAfter: 0.4, Server: c.target,
			Framing: "content-length",
		},
	}
	w, err := d.Hist(t.ID)
	if err != nil {
		return nil, err
	}
	w.Started, t.Hist = at, w.Path()
	began := 500 * time.Millisecond
	for _, p := range run.Phases {
		ph := phase{c: c, p: p, rng: rng, requests: requests(o.Hostile), began: began}
		if err := ph.write(w, t); err != nil {
			return nil, err
		}
		if o.Streams {
			if err := ph.streams(w, rand.New(rand.NewPCG(o.Seed, uint64(i)<<32))); err != nil {
				return nil, err
			}
		}
		began += time.Duration(p.Duration * 1e9)
	}
	t.Duration = began.Seconds() + 0.1
	return t, w.Close()
}

// A phase is being invented.
type phase struct {
	c        character
	p        results.Phase
	rng      *rand.Rand
	requests []string
	began    time.Duration

	all   *hists
	named []*hists
	good  []float64 // per second
	n     int
	bad   int
}

// write invents the exchanges of the phase and hands in what they amount to.
func (ph *phase) write(w *results.HistWriter, t *results.Trial) error {
	ph.all = newHists()
	for range ph.requests {
		ph.named = append(ph.named, newHists())
	}
	for s := range int(ph.p.Duration) {
		one := newHists()
		ph.second(one)
		start := ph.began + time.Duration(s)*time.Second
		for i, h := range one {
			if err := w.Write(results.HistTag(ph.p.Name, timings[i], ""), start, time.Second, h); err != nil {
				return err
			}
			ph.all[i].Merge(h)
		}
	}
	length := time.Duration(ph.p.Duration * 1e9)
	for r, hs := range ph.named {
		for i, h := range hs {
			if err := w.Write(results.HistTag(ph.p.Name, timings[i], ph.requests[r]), ph.began, length, h); err != nil {
				return err
			}
		}
	}
	ph.report(t)
	return nil
}

// second invents one second of exchanges. In the closed model as many as Little's law lets the clients have.
func (ph *phase) second(one *hists) {
	n := int(ph.p.Offered)
	median, lag := ph.c.median, 25e-6
	if ph.p.Clients > 0 {
		median, lag = ph.c.cpu*float64(ph.p.Clients), 4e-6 // one CPU: the others wait
		mean := median*math.Exp(ph.c.sigma*ph.c.sigma/2) + lag
		n = int(float64(ph.p.Clients) / mean)
	}
	good := 0
	for range n {
		r := 0
		if ph.rng.Float64() < 0.1 {
			r = 1
		}
		ph.n++
		if ph.rng.Float64() < ph.c.errors {
			ph.bad++
			continue
		}
		good++
		late := lag * math.Exp(0.5*ph.rng.NormFloat64())
		service := median * math.Exp(ph.c.sigma*ph.rng.NormFloat64())
		for i, v := range [4]float64{late + service, service, 0.9 * service, late} {
			ns := max(int64(v*1e9), 1000)
			_ = one[i].RecordValue(ns) // within 1 µs and 60 s by construction
			_ = ph.named[r][i].RecordValue(ns)
		}
	}
	ph.good = append(ph.good, float64(good))
}

// percentiles are those that become metrics.
var percentiles = []float64{50, 90, 99, 99.9}

func quantiles(name, phase, request string, h *hdrhistogram.Histogram) []results.Metric {
	var ms []results.Metric
	add := func(stat string, ns float64) {
		m := results.Known(name+"_"+stat, "s", ns/1e9)
		m.Phase, m.Request = phase, request
		ms = append(ms, m)
	}
	for _, p := range percentiles {
		add("p"+strconv.FormatFloat(p, 'f', -1, 64), float64(h.ValueAtPercentile(p)))
	}
	add("mean", h.Mean())
	add("max", float64(h.Max()))
	return ms
}
