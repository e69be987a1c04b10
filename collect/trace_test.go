package collect

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/wsgibench/wsgibench/results"
	"pgregory.net/rapid"
)

// paced shows a tracer n blocks of a stream, ten milliseconds apart and one late each, and then their exchange.
func paced(c *tracer, s *Stream, request, n int, sent time.Duration) {
	for i := range n {
		at := sent + time.Duration(10*i)*time.Millisecond
		c.ObserveBlocks(request, []Block{{
			Stream: s, Index: int64(i), Size: 100, Follows: i > 0, Stamped: true, Paced: true,
			Planned: at, Yielded: at + time.Millisecond, Received: at + 3*time.Millisecond,
		}})
	}
	c.Observe(&Exchange{Request: request, Sent: sent, End: sent + time.Second, Stream: s})
}

func TestTraceOfTheFirstStream(t *testing.T) {
	c := &tracer{scope: Scope{Requests: []string{"hello", "events"}}, every: 1}
	first, second := new(Stream), new(Stream)
	c.Observe(&Exchange{End: time.Second}) // no stream
	c.ObserveBlocks(0, []Block{{Stream: second, Index: 7, Follows: true, Stamped: true}})
	c.ObserveBlocks(0, []Block{{Stream: new(Stream)}}) // says nothing of itself
	paced(c, first, 1, 2, 5*time.Second)
	paced(c, second, 0, 3, 6*time.Second)
	want := []results.Trace{{
		Request: "events", Blocks: 2, Every: 1, Index: []int64{0, 1}, Planned: []float64{0, 0.01}, Yielded: []float64{0.001, 0.011},
		Received: []float64{0.003, 0.013}, Bytes: []int64{100, 200},
	}}
	if d := cmp.Diff(want, c.Finish(time.Second).Traces); d != "" {
		t.Errorf("traces (-want +got):\n%s", d)
	}
}

func TestTraceSaysWhatItDoesNotKnow(t *testing.T) {
	c := &tracer{every: 1}
	s := new(Stream)
	c.ObserveBlocks(3, []Block{{Stream: s, Stamped: true, Yielded: time.Second, Received: time.Second}})
	if got := c.Finish(time.Second).Traces; got != nil {
		t.Errorf("a stream that did not end has the traces %+v, want none: when it began is not known", got)
	}
	c.Observe(&Exchange{Stream: s})
	got := c.Finish(time.Second).Traces[0]
	if got.Planned != nil || got.Unknown["planned"] == "" || len(got.Yielded) != 1 || got.Unknown["yielded"] != "" || got.Request != "request 4" {
		t.Errorf("got %+v, want no plan, with the reason", got)
	}
}

// However long a stream is, few blocks are kept: evenly spaced from the first on, and the last.
func TestTraceIsBounded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 20*maxTraced).Draw(t, "blocks")
		c := &tracer{every: 1}
		paced(c, new(Stream), 0, n, 0)
		got := c.Finish(time.Second).Traces[0]
		if len(got.Index) > maxTraced+1 || n > maxTraced && len(got.Index) < maxTraced/2 || n <= maxTraced && len(got.Index) != n {
			t.Fatalf("%d of %d blocks were kept", len(got.Index), n)
		}
		for i, index := range got.Index[:len(got.Index)-1] {
			if index != int64(i)*got.Every {
				t.Fatalf("block %d is number %d, want every %d", index, i, got.Every)
			}
		}
		if last := len(got.Index) - 1; got.Blocks != int64(n) || got.Index[last] != int64(n-1) || got.Bytes[last] != int64(100*n) {
			t.Fatalf("the last of %d blocks is %d, with %d bytes", got.Blocks, got.Index[last], got.Bytes[last])
		}
	})
}
