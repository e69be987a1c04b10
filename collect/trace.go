package collect

import (
	"fmt"
	"math"
	"time"

	"github.com/wsgibench/wsgibench/results"
)

var traces = Kind{
	Name: "traces",
	Doc:  "one stream of each phase, block by block: planned, yielded, received",
	New:  func(s Scope) (Collector, error) { return &tracer{scope: s, every: 1}, nil },
}

// maxTraced is how many blocks of a stream are kept. Of a longer one every second goes whenever there are more, so that
// between half as many and as many are left, evenly spaced: a stream's length is not known while it comes.
const maxTraced = 512

// A tracer keeps the first stream of a phase whose blocks say when they were planned or yielded. It has nothing to say
// about a phase without one.
type tracer struct {
	scope   Scope
	stream  *Stream // that is traced; nil: none came yet
	request int
	began   time.Duration // when the request was sent; known when the stream has ended
	ended   bool

	every  int64 // of the blocks that arrived, which are kept
	kept   []traced
	last   traced // that arrived
	number int64  // of blocks that arrived
}

// A traced block is one of the stream, and how many bytes of the body there were at its end.
type traced struct {
	Block
	bytes int64
}

var (
	_ Observer      = (*tracer)(nil)
	_ BlockObserver = (*tracer)(nil)
)

// ObserveBlocks keeps the blocks of the traced stream.
func (t *tracer) ObserveBlocks(request int, blocks []Block) {
	for i := range blocks {
		b := &blocks[i]
		if b.Stream == nil || !b.Stamped && !b.Paced {
			continue
		}
		if t.stream == nil && !b.Follows {
			t.stream, t.request = b.Stream, request
		}
		if b.Stream == t.stream && !t.ended {
			t.keep(b)
		}
	}
}

func (t *tracer) keep(b *Block) {
	t.last = traced{*b, t.last.bytes + int64(b.Size)}
	if t.number%t.every == 0 {
		if len(t.kept) == maxTraced {
			t.thin()
		}
		if t.number%t.every == 0 {
			t.kept = append(t.kept, t.last)
		}
	}
	t.number++
}

// thin drops every second block that was kept, and keeps half as many from now on.
func (t *tracer) thin() {
	half := len(t.kept) / 2
	for i := range half {
		t.kept[i] = t.kept[2*i]
	}
	t.kept = t.kept[:half]
	t.every *= 2
}

// Observe learns when the traced stream's request was sent.
func (t *tracer) Observe(x *Exchange) {
	if x.Stream != nil && x.Stream == t.stream {
		t.began, t.ended = x.Sent, true
	}
}

// Finish hands in the trace of a stream that ended, or that this side left.
func (t *tracer) Finish(time.Duration) Outcome {
	if !t.ended || len(t.kept) == 0 {
		return Outcome{}
	}
	if (t.number-1)%t.every != 0 {
		t.kept = append(t.kept, t.last)
	}
	r := results.Trace{Request: t.name(), Blocks: t.number, Every: t.every}
	planned, yielded := true, true
	for i := range t.kept {
		b := &t.kept[i]
		r.Index = append(r.Index, b.Index)
		r.Received = append(r.Received, t.since(b.Received))
		r.Bytes = append(r.Bytes, b.bytes)
		r.Planned = append(r.Planned, t.since(b.Planned))
		r.Yielded = append(r.Yielded, t.since(b.Yielded))
		planned, yielded = planned && b.Paced, yielded && b.Stamped
	}
	unknown := map[string]string{}
	if !planned {
		r.Planned, unknown["planned"] = nil, "the blocks are not planned for an instant"
	}
	if !yielded {
		r.Yielded, unknown["yielded"] = nil, "the blocks do not say when they were yielded"
	}
	if len(unknown) > 0 {
		r.Unknown = unknown
	}
	return Outcome{Traces: []results.Trace{r}}
}

// since is an instant of the phase in seconds since the request was sent, to the microsecond.
func (t *tracer) since(at time.Duration) float64 {
	return math.Round((at-t.began).Seconds()*1e6) / 1e6
}

func (t *tracer) name() string {
	if t.request >= 0 && t.request < len(t.scope.Requests) {
		return t.scope.Requests[t.request]
	}
	return fmt.Sprintf("request %d", t.request+1)
}
