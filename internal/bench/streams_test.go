package bench

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wsgibench/wsgibench/internal/traffic"
	"github.com/wsgibench/wsgibench/results"
)

// What is recorded of the streams of a phase holds for all of them, or is not recorded.
func TestNoteStreams(t *testing.T) {
	stream := func(size int, gap time.Duration, read float64) traffic.Request {
		return traffic.Request{Stream: &traffic.StreamPlan{Blocks: 9, Size: size, Gap: gap}, Manner: traffic.Manner{ReadRate: read}}
	}
	short := traffic.Request{Name: "hello"}
	never := stream(7, time.Hour, 7)
	never.Weight = traffic.Never
	for name, c := range map[string]struct {
		requests []traffic.Request
		want     results.Phase
	}{
		"no streams":      {[]traffic.Request{short, never}, results.Phase{}},
		"one":             {[]traffic.Request{short, stream(100, 10*time.Millisecond, 0), never}, results.Phase{Block: 100, Gap: 0.01}},
		"two alike":       {[]traffic.Request{stream(64, 0, 1e6), stream(64, 0, 1e6)}, results.Phase{Block: 64, ReadRate: 1e6}},
		"of several ways": {[]traffic.Request{stream(64, 0, 1e6), stream(128, time.Second, 0)}, results.Phase{}},
	} {
		var got results.Phase
		noteStreams(&got, traffic.Phase{Requests: c.requests})
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}
