package scenarios

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Clients that are held beside a phase are measured too: "NAME held" is what they are called.
func TestThresholdOfHeldClients(t *testing.T) {
	want := Threshold{Text: "L4 held: p99(delivery) < 5ms", Metric: "delivery_p99", Phase: "L4 held", Op: "<", Limit: 0.005}
	got, err := ParseThreshold(want.Text)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	for _, text := range []string{"L4 held held: errors < 1%", "L4 beside: errors < 1%"} {
		if got, err := ParseThreshold(text); err == nil {
			t.Errorf("%q: got %+v, want an error", text, got)
		}
	}
	const scenario = `
app: reference
targets: [wsgiref]
requests: [{name: paced, get: "/stream"}, {name: hello, get: /hello}]
traffic:
  - {name: alone, rate: 50/s, for: 3s, only: [hello]}
  - {name: beside, rate: 50/s, for: 3s, only: [hello], held: {only: [paced], clients: 4}}
thresholds: `
	if _, err := Parse("s.yaml", []byte(scenario+`["beside held: p99(delivery) < 5ms"]`), nil, Names{}); err != nil {
		t.Errorf("a threshold of held clients: %v", err)
	}
	for text, want := range map[string]string{
		"alone held: p99(delivery) < 5ms":  `nothing is held beside the phase "alone"`,
		"besides held: p99(delivery) < 5s": `unknown phase "besides"`,
	} {
		_, err := Parse("s.yaml", []byte(scenario+`["`+text+`"]`), nil, Names{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
	}
}

// Every metric of streams can be demanded, in its unit.
func TestThresholdsOfStreams(t *testing.T) {
	for text, metric := range map[string]string{
		"p50(first_byte) < 5ms": "first_byte_p50", "p50(first_block) < 5ms": "first_block_p50", "p50(second_block) < 5ms": "second_block_p50",
		"p99(block_gap) < 30ms": "block_gap_p99", "p99(jitter) < 5ms": "jitter_p99", "p50(stream_gap_p99) < 20ms": "stream_gap_p99_p50",
		"mean(block_time) < 11ms": "block_time_mean", "p99(delivery) < 1ms": "delivery_p99", "p99(lateness) < 1ms": "lateness_p99",
		"p99(close_delay) < 1s": "close_delay_p99", "blocks_merged < 10%": "blocks_merged", "streams_whole >= 100%": "streams_whole",
		"stall_share < 1%": "stall_share", "stall_longest < 100ms": "stall_longest", "stalls < 3": "stalls", "blocks_per_read < 1.5": "blocks_per_read",
		"block_rate > 1000/s": "block_rate", "body_rate > 1MB/s": "body_rate", "wire_rate > 1MB/s": "wire_rate", "stream_rate > 1kB/s": "stream_rate",
		"stream_goodput > 3/s": "stream_goodput", "run_ahead < 4MiB": "run_ahead", "held_pss < 100KiB": "held_pss", "streams_open >= 4": "streams_open",
		"blocks_lost <= 0": "blocks_lost", "blocks_repeated <= 0": "blocks_repeated", "blocks_swapped <= 0": "blocks_swapped",
		"blocks_damaged <= 0": "blocks_damaged", "blocks_after_leave < 10": "blocks_after_leave", "fairness > 0.9": "fairness",
	} {
		if got, err := ParseThreshold(text); err != nil || got.Metric != metric {
			t.Errorf("%s: got %+v, %v; want metric %s", text, got, err, metric)
		}
	}
}
