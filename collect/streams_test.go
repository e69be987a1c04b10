package collect

import (
	"math"
	"testing"
	"time"

	"github.com/wsgibench/wsgibench/results"
)

// metricsOf finishes a recorder and returns its metrics by name; what is unknown is NaN.
func metricsOf(r *streamRecorder) map[string]float64 {
	all := map[string]float64{}
	for _, m := range r.Finish(time.Second).Metrics {
		all[m.Name] = math.NaN()
		if m.Value != nil {
			all[m.Name] = *m.Value
		}
	}
	return all
}

func checkMetrics(t *testing.T, got, want map[string]float64) {
	t.Helper()
	for name, w := range want {
		g, ok := got[name]
		if !ok || math.IsNaN(w) != math.IsNaN(g) || math.Abs(g-w) > 1e-3*math.Abs(w) {
			t.Errorf("%s: got %v (there: %v), want %v", name, g, ok, w)
		}
	}
}

func TestStreamsSayNothingWithoutStreams(t *testing.T) {
	r := newStreamRecorder(Scope{Length: time.Second})
	r.Observe(&Exchange{End: time.Second, Status: 200})
	if o := r.Finish(time.Second); len(o.Metrics) != 0 {
		t.Errorf("got %d metrics, want none", len(o.Metrics))
	}
}

func TestStreams(t *testing.T) {
	const ms = time.Millisecond
	r := newStreamRecorder(Scope{Length: 2 * time.Second, Streams: StreamScope{FirstBlock: 20 * ms, GapP99: 12 * ms}})
	for i := range 100 {
		at := time.Duration(10+10*i) * ms
		b := Block{Index: int64(i), Received: at, Follows: i > 0, Gap: 10 * ms, Apart: 7 * ms, Stamped: true, Paced: true, First: i%4 != 3}
		b.Yielded, b.Planned = at-2*ms, at-5*ms
		r.ObserveBlocks(0, []Block{b})
	}
	r.Observe(&Exchange{Sent: 0, End: 1000 * ms, BodyBytes: 10_000, WireIn: 11_000, Stream: &Stream{
		Blocks: 100, Reads: 50, FirstBlock: 10 * ms, SecondBlock: 20 * ms, LastBlock: 1000 * ms, GapP99: 10 * ms, RunAhead: 700,
	}})
	r.Observe(&Exchange{Sent: 0, End: 1000 * ms, BodyBytes: 30_000, WireIn: 33_000, Error: WrongBody, Stream: &Stream{ // not whole
		Blocks: 97, Reads: 97, FirstBlock: 30 * ms, SecondBlock: 40 * ms, LastBlock: 990 * ms, GapP99: 10 * ms, GapMax: 90 * ms,
		Lost: 2, Repeated: 1, Swapped: 1, Damaged: 3, Stalls: 2, StallTime: 100 * ms,
	}})
	r.Observe(&Exchange{Sent: 0, End: 1000 * ms, Stream: &Stream{Blocks: 1, Reads: 1, FirstBlock: 30 * ms}}) // whole, and too late
	checkMetrics(t, metricsOf(r), map[string]float64{
		"streams": 3, "streams_whole": 2. / 3, "stream_goodput": 0.5, "blocks": 198, "blocks_per_read": 198. / 148,
		"blocks_lost": 2, "blocks_repeated": 1, "blocks_swapped": 1, "blocks_damaged": 3,
		"stalls": 2, "stall_share": 0.1 / 3, "stall_longest": 0.09, "body_rate": 20_000, "wire_rate": 22_000, "run_ahead": 700,
		"stream_rate": 30_000, "fairness": 40_000. * 40_000 / (2 * (10_000.*10_000 + 30_000.*30_000)),
		"first_block_p50": 0.03, "block_gap_p50": 0.01, "delivery_p50": 0.002, "lateness_p50": 0.003, "stream_gap_p99_p50": 0.01,
		"jitter_p50": 0.003, "block_time_p50": 0.01, "block_rate": 99, "blocks_merged": 25. / 99,
		"close_delay_p50": math.NaN(),
	})
}

// A stream that nobody waited for to its end, or that was no stream, has lost nothing; one that was cut has.
func TestStreamsThatAreLostAndThatAreLate(t *testing.T) {
	for kind, lost := range map[ErrorKind]float64{
		Timeout: 0, WrongStatus: 0, ConnectRefused: 0, Truncated: 5, WrongBody: 5, WrongLength: 5, Reset: 5,
	} {
		r := newStreamRecorder(Scope{Length: time.Second})
		r.Observe(&Exchange{End: time.Second, Error: kind, Stream: &Stream{Blocks: 5, Reads: 5, Lost: 5}})
		checkMetrics(t, metricsOf(r), map[string]float64{"blocks_lost": lost, "streams_whole": 0})
	}
	r := newStreamRecorder(Scope{Length: time.Second})
	r.Observe(&Exchange{End: time.Second, Error: Reset, Stream: &Stream{Lost: 5}}) // never began
	checkMetrics(t, metricsOf(r), map[string]float64{"blocks_lost": 0})
}

// Blocks that were yielded together may come together; so may those that were never planned apart.
func TestStreamsMergeOnlyWhatWasApart(t *testing.T) {
	const ms = time.Millisecond
	together := Block{Follows: true, Stamped: true, Paced: true, Apart: ms / 10}
	unpaced := Block{Follows: true, Stamped: true, Apart: 10 * ms}
	first := Block{Stamped: true, Paced: true, First: true}
	r := newStreamRecorder(Scope{Length: time.Second})
	r.ObserveBlocks(0, []Block{first, together, unpaced})
	r.Observe(&Exchange{End: time.Second, Stream: &Stream{Blocks: 3, Reads: 1}})
	checkMetrics(t, metricsOf(r), map[string]float64{"blocks_merged": math.NaN()})
	r.ObserveBlocks(0, []Block{first, {Follows: true, Stamped: true, Paced: true, Apart: 10 * ms}})
	checkMetrics(t, metricsOf(r), map[string]float64{"blocks_merged": 1})
}

func TestStreamsThatWereLeft(t *testing.T) {
	const ms = time.Millisecond
	asked := 0
	r := newStreamRecorder(Scope{Length: time.Second, Streams: StreamScope{Closings: func(n int) []Closing {
		asked = n
		return []Closing{
			{ID: 1, At: 130 * ms, Yields: []time.Duration{80 * ms, 90 * ms, 110 * ms, 120 * ms}}, // two after this side left
			{ID: 7, At: 130 * ms, Yields: []time.Duration{120 * ms}},                             // another's
		}
	}}})
	for id := int64(1); id < 3; id++ {
		r.Observe(&Exchange{End: 100 * ms, Stream: &Stream{Blocks: 3, Reads: 3, Left: 100 * ms, ID: id, Lost: 40}})
	}
	checkMetrics(t, metricsOf(r), map[string]float64{
		"streams_left": 2, "streams_closed": 1, "blocks_after_leave": 2, "close_delay_max": 0.03,
		"blocks_lost": 0, "streams_whole": 1,
	})
	if asked != 2 {
		t.Errorf("asked for %d streams, want 2", asked)
	}
}

// TestStreamHistograms: what becomes percentiles is in the log too, so that figures and later runs can read it.
func TestStreamHistograms(t *testing.T) {
	written := newSink()
	r := newStreamRecorder(Scope{Phase: "p", Hist: written})
	r.ObserveBlocks(0, []Block{{Follows: true, Gap: time.Millisecond}})
	r.Observe(&Exchange{End: 1, Stream: &Stream{Blocks: 2, Reads: 1}})
	r.Finish(time.Second)
	for _, name := range []string{"first_block", "second_block", "block_gap", "stream_gap_p99", "block_time"} {
		if written.count[results.HistTag("p", name, "")] == 0 {
			t.Errorf("no histogram of %s: %v", name, written.count)
		}
	}
}
