package calibrate

import (
	"strings"
	"testing"
	"time"

	"github.com/wsgibench/wsgibench/internal/traffic"
	"github.com/wsgibench/wsgibench/results"
)

func streamOf(name string, p traffic.StreamPlan, clients int) Stream {
	return Stream{Phase: traffic.Phase{
		Name: name, For: time.Second, Clients: clients,
		Requests: []traffic.Request{{Name: name, Method: "POST", Path: "/stream?n=1", Weight: traffic.Never, Stream: &p, Expect: traffic.Expect{Status: 404}}},
	}}
}

func measureStreams(t *testing.T, budget time.Duration, streams ...Stream) []results.StreamFloor {
	t.Helper()
	c, err := Measure(t.Context(), Options{
		Stretches: 1, Ceiling: 50 * time.Millisecond, Lag: 200 * time.Millisecond, Single: 50 * time.Millisecond, Streams: streams, Streaming: budget,
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Streams) != len(streams) {
		t.Fatalf("got %d floors of %d streams", len(c.Streams), len(streams))
	}
	return c.Streams
}

// The floor of a stream is that of its plan: the gaps of the plan, a delivery far below them, and a capacity only where
// nothing but the generator sets the pace. Streams longer than the stretch are left, and their blocks count.
func TestStreamFloors(t *testing.T) {
	events := streamOf("events", traffic.StreamPlan{Blocks: 100_000, Size: 100, Gap: 2 * time.Millisecond}, 3)
	many := streamOf("many", traffic.StreamPlan{Blocks: 200, Size: 16}, 2)
	reader := streamOf("reader", traffic.StreamPlan{Blocks: 200, Size: 1000}, 1)
	reader.Phase.Requests[0].Manner.ReadRate = 1e5
	got := measureStreams(t, 2*time.Second, events, many, reader)
	if got[2].Capacity != nil {
		t.Errorf("a slow reader: %v B/s are no capacity of the generator", *got[2].Capacity)
	}
	for i, f := range got[:2] {
		if f.Reason != "" {
			t.Fatalf("%s: %s", f.Phase, f.Reason)
		}
		for _, name := range []string{"first_block_p50", "delivery_p50", "body_rate", "block_rate"} {
			if v := f.Metric(name); v == nil || *v <= 0 {
				t.Errorf("stream %d: no %s in %+v", i, name, f.Metrics)
			}
		}
	}
	paced, quick := got[0], got[1]
	if median, high := paced.Metric("block_gap_p50"), paced.Metric("block_gap_p99"); median == nil || high == nil || *median > *high*1.001 {
		t.Errorf("gaps: the median is %v, p99 %v", median, high)
	}
	if paced.Clients != 3 || paced.Gap != 0.002 || paced.Law != "constant" || paced.Capacity != nil || paced.Metric("jitter_p50") == nil {
		t.Errorf("paced: got %+v", paced)
	}
	if quick.Size < 54 || quick.Gap != 0 || quick.Capacity == nil || *quick.Capacity != *quick.Metric("body_rate") {
		t.Errorf("as fast as they are taken: got %+v", quick)
	}
	if m := paced.Metric(generatorMemory); m != nil {
		t.Errorf("3 streams: the memory of one is %v, want unknown", *m)
	}
}

// Many streams at once say what one of them costs the generator.
func TestStreamMemory(t *testing.T) {
	f := measureStreams(t, time.Second, streamOf("held", traffic.StreamPlan{Blocks: 1000, Size: 60, Gap: 50 * time.Millisecond}, 100))[0]
	if m := f.Metric(generatorMemory); f.Reason != "" || m == nil || *m <= 0 || *m > 1<<20 {
		t.Errorf("got %+v; want the memory of one stream", f)
	}
}

// What there is no time for, and what brings nothing in the time, is recorded with the reason.
func TestStreamFloorsWithoutTime(t *testing.T) {
	unknown := streamOf("unknown", traffic.StreamPlan{Size: 100}, 1)
	slow := streamOf("slow", traffic.StreamPlan{Blocks: 3, Size: 100, Gap: time.Hour}, 1)
	got := measureStreams(t, 150*time.Millisecond, slow, streamOf("second", traffic.StreamPlan{Blocks: 3, Size: 100}, 1), slow, unknown)
	if v := got[0].Metric("block_gap_p50"); v != nil || got[0].Metric("block_rate") == nil && got[0].Reason == "" {
		t.Errorf("gaps of an hour: got %+v", got[0])
	}
	if !strings.Contains(got[1].Reason, "150ms") || len(got[1].Metrics) != 0 {
		t.Errorf("no time left: got %+v", got[1])
	}
	if got[2].Reason != got[0].Reason || len(got[2].Metrics) != len(got[0].Metrics) {
		t.Errorf("the same as the first: got %+v, want %+v", got[2], got[0])
	}
	if !strings.Contains(got[3].Reason, "how many blocks") {
		t.Errorf("a stream without a plan: got %+v", got[3])
	}
}

// The time is shared out by what each load wants, and never exceeded; what is left over for nobody is no stretch.
func TestStretches(t *testing.T) {
	const ms = time.Millisecond
	quick := streamOf("quick", traffic.StreamPlan{Blocks: 10, Size: 100}, 1)
	events := streamOf("events", traffic.StreamPlan{Blocks: 10, Size: 100, Gap: 5 * ms}, 1)
	crowd := streamOf("crowd", traffic.StreamPlan{Blocks: 10, Size: 100, Gap: 5 * ms}, 1000)
	idle := streamOf("idle", traffic.StreamPlan{Blocks: 10, Size: 100, Gap: time.Hour}, 2)
	for _, tt := range []struct {
		budget time.Duration
		all    []Stream
		want   []time.Duration
	}{
		{4000 * ms, []Stream{quick, events, crowd, idle, quick}, []time.Duration{400 * ms, 600 * ms, 400 * ms, 1200 * ms, 400 * ms}},
		{1300 * ms, []Stream{quick, events, crowd, idle}, []time.Duration{200 * ms, 300 * ms, 200 * ms, 600 * ms}},
		{250 * ms, []Stream{quick, events, crowd}, []time.Duration{100 * ms, 107142857, 0}},
		{0, []Stream{quick}, []time.Duration{0}},
	} {
		got := stretches(tt.all, tt.budget)
		for i := range tt.all {
			if d := got[tt.all[i].load()]; d != tt.want[i] {
				t.Errorf("of %v, %s: got %v, want %v", tt.budget, tt.all[i].Phase.Name, d, tt.want[i])
			}
		}
	}
}
