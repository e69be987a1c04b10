package bench

import (
	"github.com/wsgibench/wsgibench/internal/traffic"
	"github.com/wsgibench/wsgibench/scenarios"
)

// manner is how the clients of a request treat bodies.
func manner(r scenarios.Request) traffic.Manner {
	return traffic.Manner{
		ReadRate: r.Manner.ReadRate, SendRate: r.Manner.SendRate, ChunkSize: int(r.Body.Chunk),
		LeaveAfter: r.Manner.LeaveAfter, Reset: r.Manner.Reset,
	}
}

// stream is what the reference app was asked to stream; nil: nothing.
func (a app) stream(r scenarios.Request) *traffic.StreamPlan {
	p, ok := a.reference.Stream(r.Method, r.Path)
	if !ok {
		return nil
	}
	return &traffic.StreamPlan{Blocks: p.Blocks, Size: p.Size, Gap: p.Gap, Content: p.Content}
}
