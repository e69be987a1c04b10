package collect

import (
	"errors"
	"math"
	"sync"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/wsgibench/wsgibench/results"
)

// answered is an exchange that was answered rightly: due at, sent lag later, and ended after the given service time.
func answered(at, lag, service time.Duration) *Exchange {
	return &Exchange{Intended: at, Sent: at + lag, FirstByte: at + lag + service/2, End: at + lag + service, Status: 200, BodyBytes: 14, WireIn: 100, WireOut: 50}
}

func metric(t *testing.T, ms []results.Metric, name, request string) results.Metric {
	t.Helper()
	for _, m := range ms {
		if m.Name == name && m.Request == request {
			return m
		}
	}
	t.Fatalf("no metric %s (request %q)", name, request)
	return results.Metric{}
}

func check(t *testing.T, ms []results.Metric, name string, want float64) {
	t.Helper()
	m := metric(t, ms, name, "")
	if m.Value == nil {
		t.Fatalf("%s is unknown (%s), want %v", name, m.Reason, want)
	}
	if math.Abs(*m.Value-want) > 1e-3*math.Abs(want)+1e-12 {
		t.Errorf("%s = %v, want %v", name, *m.Value, want)
	}
}

func TestOutcomes(t *testing.T) {
	c := newOutcomeCounter(Scope{Requests: []string{"a", "b"}, Length: time.Second})
	for i := range 100 {
		x := answered(time.Duration(i)*20*time.Millisecond, 0, 20*time.Millisecond)
		x.Request = i % 2
		switch {
		case i < 10:
			x.Error, x.Detail, x.Status = Timeout, "no answer in 1 s", 0
		case i < 15:
			x.Error, x.Status = WrongStatus, 500
		}
		c.Observe(x)
	}
	o := c.Finish(0)
	check(t, o.Metrics, "requests", 100)
	check(t, o.Metrics, "errors_count", 15)
	check(t, o.Metrics, "errors", 0.15)
	check(t, o.Metrics, "throughput", 45) // 90 answers in 2 s
	check(t, o.Metrics, "goodput", 42.5)
	check(t, o.Metrics, "bytes_in", 10000)
	if got := metric(t, o.Metrics, "requests", "b"); *got.Value != 50 {
		t.Errorf("requests of b = %v, want 50", *got.Value)
	}
	wantErrors := []results.Count{{Kind: "timeout", Count: 10, Example: "no answer in 1 s"}, {Kind: "wrong-status", Count: 5}}
	for i, want := range wantErrors {
		if i >= len(o.Errors) || o.Errors[i] != want {
			t.Errorf("errors = %+v, want %+v", o.Errors, wantErrors)
			break
		}
	}
	if len(o.Statuses) != 2 || o.Statuses[0] != (results.Count{Kind: "200", Count: 85}) {
		t.Errorf("statuses = %+v, want 85 × 200 and 5 × 500", o.Statuses)
	}
	if got := len(o.Series[0].Values); got != 2 {
		t.Errorf("goodput has %d seconds, want 2", got)
	}
}

// A phase that is longer than its last answer counts whole: five requests at 5/s for a second are 5/s.
func TestRateOfAPhaseThatEndsWithAPause(t *testing.T) {
	c := newOutcomeCounter(Scope{Length: time.Second})
	for i := range 5 {
		c.Observe(answered(time.Duration(i)*200*time.Millisecond, 0, time.Millisecond))
	}
	check(t, c.Finish(0).Metrics, "goodput", 5)
}

func TestNothingSentHasNoRate(t *testing.T) {
	o := newOutcomeCounter(Scope{}).Finish(time.Second)
	for _, name := range []string{"goodput", "throughput", "errors"} {
		if m := metric(t, o.Metrics, name, ""); m.Value != nil || m.Reason == "" {
			t.Errorf("%s = %+v, want unknown with a reason", name, m)
		}
	}
}

// A sink remembers what was written.
type sink struct {
	mu    sync.Mutex
	count map[string]int64
	spans map[string]time.Duration
	err   error
}

func (s *sink) Write(tag string, start, length time.Duration, h *hdrhistogram.Histogram) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count[tag] += h.TotalCount()
	s.spans[tag] += length
	return s.err
}

func newSink() *sink { return &sink{count: map[string]int64{}, spans: map[string]time.Duration{}} }

func TestLatencyCountsFromTheIntendedStart(t *testing.T) {
	out := newSink()
	r := newLatencyRecorder(Scope{Phase: "steady", Requests: []string{"one"}, Hist: out})
	for i := range 2000 { // 4 s
		r.Observe(answered(time.Duration(i)*2*time.Millisecond, 5*time.Millisecond, 10*time.Millisecond))
	}
	o := r.Finish(4015 * time.Millisecond)
	check(t, o.Metrics, "response_p50", 15e-3)
	check(t, o.Metrics, "service_p50", 10e-3)
	check(t, o.Metrics, "first_byte_p99", 5e-3)
	check(t, o.Metrics, "send_lag_max", 5e-3)
	for _, tag := range []string{"steady/response", "steady/service", "steady/first_byte", "steady/send_lag", "steady/engine_lag"} {
		if out.count[tag] != 2000 {
			t.Errorf("%s: %d values were written, want 2000", tag, out.count[tag])
		}
		if out.spans[tag] != 4015*time.Millisecond {
			t.Errorf("%s: the intervals are %s long together, want 4.015s", tag, out.spans[tag])
		}
	}
}

// What connecting and waiting for a free place take is the server's, and no lag of the engine.
func TestEngineLagIsTheEnginesAlone(t *testing.T) {
	r := newLatencyRecorder(Scope{Phase: "steady", Requests: []string{"one"}})
	for range 200 {
		x := answered(0, 10*time.Millisecond, time.Millisecond)
		x.Connect, x.Waited = 3*time.Millisecond, 5*time.Millisecond
		r.Observe(x)
	}
	o := r.Finish(time.Second)
	check(t, o.Metrics, "send_lag_p99", 10e-3)
	check(t, o.Metrics, "engine_lag_p99", 2e-3)
}

func TestFailuresDoNotMakeLatencies(t *testing.T) {
	r := newLatencyRecorder(Scope{Requests: []string{"one"}})
	for range 1000 {
		x := answered(0, 0, time.Microsecond)
		x.Error = ConnectRefused
		r.Observe(x)
	}
	slow := answered(0, 0, time.Second)
	slow.Error = Timeout
	r.Observe(slow)
	o := r.Finish(time.Second)
	check(t, o.Metrics, "response_max", 1)
	check(t, o.Metrics, "response_mean", 1)
	if m := metric(t, o.Metrics, "response_p99", ""); m.Value != nil {
		t.Errorf("p99 of one value = %v, want unknown", *m.Value)
	}
	if m := metric(t, o.Metrics, "first_byte_p50", ""); m.Value != nil {
		t.Errorf("first byte of failures = %v, want unknown", *m.Value)
	}
}

func TestLatencyPerRequest(t *testing.T) {
	out := newSink()
	r := newLatencyRecorder(Scope{Phase: "p", Requests: []string{"fast", "slow"}, Hist: out})
	for i := range 400 {
		x := answered(0, 0, time.Millisecond)
		if i%2 == 1 {
			x = answered(0, 0, 100*time.Millisecond)
			x.Request = 1
		}
		r.Observe(x)
	}
	o := r.Finish(time.Second)
	for name, want := range map[string]float64{"fast": 1e-3, "slow": 0.1} {
		if got := *metric(t, o.Metrics, "response_p50", name).Value; math.Abs(got-want) > 1e-3*want {
			t.Errorf("p50 of %s = %v, want %v", name, got, want)
		}
		if out.count["p/response/"+name] != 200 {
			t.Errorf("%d values of %s written, want 200", out.count["p/response/"+name], name)
		}
	}
}

func TestHistogramThatCannotBeWrittenIsAWarning(t *testing.T) {
	out := newSink()
	out.err = errors.New("disk full")
	r := newLatencyRecorder(Scope{Hist: out})
	r.Observe(answered(0, 0, time.Millisecond))
	if o := r.Finish(time.Second); len(o.Warnings) != 1 || o.Warnings[0].Code != "histogram-not-written" {
		t.Errorf("warnings = %+v, want histogram-not-written", o.Warnings)
	}
}

func TestObserveDoesNotAllocate(t *testing.T) {
	g := Start([]Kind{outcomes, latency}, Scope{Requests: []string{"one"}})
	x := answered(time.Millisecond, time.Millisecond, time.Millisecond)
	g.Observe(x)
	if got := testing.AllocsPerRun(1000, func() { g.Observe(x) }); got != 0 {
		t.Errorf("Observe allocates %v times, want 0", got)
	}
	g.Finish()
}

func TestGroup(t *testing.T) {
	broken := Kind{Name: "broken", New: func(Scope) (Collector, error) { return nil, errors.New("no such file") }}
	g := Start(append(Kinds(), broken), Scope{Phase: "steady", Requests: []string{"one"}})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := range 500 {
				g.Observe(answered(time.Duration(i)*time.Millisecond, 0, time.Millisecond))
			}
		})
	}
	wg.Wait()
	o := g.Finish()
	check(t, o.Metrics, "requests", 4000)
	seen := map[string]bool{}
	for _, m := range o.Metrics {
		if m.Phase != "steady" {
			t.Errorf("%s is of phase %q, want steady", m.Name, m.Phase)
		}
		if m.Value == nil && m.Reason == "" {
			t.Errorf("%s is unknown, and there is no reason", m.Name)
		}
		if seen[m.Name] {
			t.Errorf("%s is there twice", m.Name)
		}
		seen[m.Name] = true
	}
	if m := metric(t, o.Metrics, "cpu_per_request", ""); m.Value != nil || m.Reason != errNoTree.Error() {
		t.Errorf("cpu_per_request = %+v, want unknown because %v", m, errNoTree)
	}
	if len(o.Warnings) != 1 || o.Warnings[0].Text != "broken: no such file" {
		t.Errorf("warnings = %+v, want that of the broken collector", o.Warnings)
	}
}
