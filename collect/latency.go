package collect

import (
	"strconv"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"github.com/wsgibench/wsgibench/results"
)

var latency = Kind{
	Name: "latency",
	Doc:  "HDR histograms of response time, service time, time to first byte, send lag and the engine's part of it, per second and per request",
	New:  func(s Scope) (Collector, error) { return newLatencyRecorder(s), nil },
}

// Percentiles are those that become metrics. All others can be read from the histograms.
var Percentiles = []float64{50, 90, 99, 99.9}

// timings are the spans of an exchange that have a histogram. Failed exchanges count in response time only when the
// whole timeout was waited for: an error that comes back at once must not make a server look fast.
var timings = []struct {
	name string
	of   func(*Exchange) (time.Duration, bool)
}{
	{"response", func(x *Exchange) (time.Duration, bool) {
		return x.ResponseTime(), x.Error == "" || x.Error == Timeout || x.Error == Unsent
	}},
	{"service", func(x *Exchange) (time.Duration, bool) { return x.ServiceTime(), x.Error == "" || x.Error == Timeout }},
	{"first_byte", func(x *Exchange) (time.Duration, bool) { return x.FirstByte - x.Sent, x.FirstByte > 0 && x.Error == "" }},
	{"send_lag", func(x *Exchange) (time.Duration, bool) { return x.SendLag(), x.Error != Unsent && x.Sent > 0 }},
	{"engine_lag", func(x *Exchange) (time.Duration, bool) { return x.EngineLag(), x.Error != Unsent && x.Sent > 0 }},
}

// A latencyRecorder keeps one histogram per timing for the current second, and merges and writes it when the second is
// over; in the background, because encoding a histogram takes as long as many requests.
type latencyRecorder struct {
	scope    Scope
	current  []*hdrhistogram.Histogram // per timing
	spare    chan []*hdrhistogram.Histogram
	second   time.Duration // start of the current one
	done     chan finished
	merged   chan struct{}
	totals   []*hdrhistogram.Histogram
	requests [][]*hdrhistogram.Histogram // per request, per timing; nil where there is only one request
	failed   error
}

type finished struct {
	start, length time.Duration
	hists         []*hdrhistogram.Histogram
}

func newHistograms() []*hdrhistogram.Histogram {
	hs := make([]*hdrhistogram.Histogram, len(timings))
	for i := range hs {
		hs[i] = results.NewHistogram()
	}
	return hs
}

func newLatencyRecorder(s Scope) *latencyRecorder {
	r := &latencyRecorder{
		scope:   s,
		current: newHistograms(),
		spare:   make(chan []*hdrhistogram.Histogram, 2),
		done:    make(chan finished, 8),
		merged:  make(chan struct{}),
		totals:  newHistograms(),
	}
	r.spare <- newHistograms()
	if len(s.Requests) > 1 {
		for range s.Requests {
			r.requests = append(r.requests, newHistograms())
		}
	}
	go r.merge()
	return r
}

func (r *latencyRecorder) Observe(x *Exchange) {
	if x.End >= r.second+time.Second {
		r.rotate(x.End.Truncate(time.Second))
	}
	for i, t := range timings {
		d, ok := t.of(x)
		if !ok {
			continue
		}
		record(r.current[i], d)
		if r.requests != nil && x.Request < len(r.requests) {
			record(r.requests[x.Request][i], d)
		}
	}
}

// record clamps to the range of the histogram: nothing is dropped, and the ends show as such.
func record(h *hdrhistogram.Histogram, d time.Duration) {
	v := min(max(int64(d), 0), h.HighestTrackableValue())
	_ = h.RecordValue(v) // cannot fail inside the range
}

func (r *latencyRecorder) rotate(next time.Duration) {
	r.done <- finished{r.second, next - r.second, r.current}
	select {
	case r.current = <-r.spare:
	default: // the writer is behind: take a new one rather than make a request wait
		r.current = newHistograms()
	}
	r.second = next
}

func (r *latencyRecorder) merge() {
	defer close(r.merged)
	for f := range r.done {
		for i, h := range f.hists {
			r.totals[i].Merge(h)
			if h.TotalCount() > 0 {
				r.write(results.HistTag(r.scope.Phase, timings[i].name, ""), f.start, f.length, h)
			}
			h.Reset()
		}
		select {
		case r.spare <- f.hists:
		default:
		}
	}
}

func (r *latencyRecorder) write(tag string, start, length time.Duration, h *hdrhistogram.Histogram) {
	if r.scope.Hist == nil {
		return
	}
	if err := r.scope.Hist.Write(tag, r.scope.Began+start, length, h); err != nil && r.failed == nil {
		r.failed = err
	}
}

func (r *latencyRecorder) Finish(elapsed time.Duration) Outcome {
	r.done <- finished{r.second, max(elapsed-r.second, time.Millisecond), r.current}
	close(r.done)
	<-r.merged
	var o Outcome
	for i, t := range timings {
		o.Metrics = append(o.Metrics, quantiles(t.name, "", r.totals[i])...)
	}
	for i, hs := range r.requests {
		name := r.scope.Requests[i]
		for j, t := range timings {
			o.Metrics = append(o.Metrics, quantiles(t.name, name, hs[j])...)
			if hs[j].TotalCount() > 0 {
				r.write(results.HistTag(r.scope.Phase, t.name, name), 0, elapsed, hs[j])
			}
		}
	}
	if r.failed != nil {
		o.Warnings = append(o.Warnings, results.Notice{Code: "histogram-not-written", Text: r.failed.Error(), Hint: "is the disk full?"})
	}
	return o
}

// quantiles makes the metrics of one histogram. A percentile of too few values is null: P(n) needs n·(1−P) ≥ 1 to be
// anything but the maximum under another name.
func quantiles(name, request string, h *hdrhistogram.Histogram) []results.Metric {
	n := float64(h.TotalCount())
	var ms []results.Metric
	add := func(stat string, need, v float64) {
		m := results.Known(name+"_"+stat, "s", v/1e9)
		if n == 0 {
			m = results.Unknown(name+"_"+stat, "s", "nothing was recorded")
		} else if n < need {
			m = results.Unknown(name+"_"+stat, "s", strconv.FormatFloat(n, 'f', 0, 64)+" values, needs "+strconv.FormatFloat(need, 'f', 0, 64))
		}
		m.Request = request
		ms = append(ms, m)
	}
	for _, p := range Percentiles {
		add("p"+strconv.FormatFloat(p, 'f', -1, 64), 100/(100-p), float64(h.ValueAtPercentile(p)))
	}
	add("mean", 1, h.Mean())
	add("max", 1, float64(h.Max()))
	return ms
}
