package bench

import (
	"github.com/wsgibench/wsgibench/internal/traffic"
	"github.com/wsgibench/wsgibench/internal/traffic/stream"
	"github.com/wsgibench/wsgibench/results"
	"github.com/wsgibench/wsgibench/scenarios"
)

// manner is how the clients of a request treat bodies.
func manner(r scenarios.Request) traffic.Manner {
	return traffic.Manner{
		ReadRate: r.Manner.ReadRate, SendRate: r.Manner.SendRate, ChunkSize: int(r.Body.Chunk),
		LeaveAfter: r.Manner.LeaveAfter, Reset: r.Manner.Reset,
	}
}

// splits are the words of a scenario for what the blocks of a stream are.
var splits = map[string]stream.Split{"events": stream.ByEvent, "lines": stream.ByLine}

// stream is what the scenario says of the blocks, or what the reference app was asked to stream; nil: nothing.
func (a app) stream(r scenarios.Request) *traffic.StreamPlan {
	if split, ok := splits[r.Stream]; ok {
		return &traffic.StreamPlan{Split: split}
	}
	p, ok := a.reference.Stream(r.Method, r.Path)
	if !ok {
		return nil
	}
	return &traffic.StreamPlan{Blocks: p.Blocks, Size: p.Size, Gap: p.Gap, Content: p.Content}
}

// noteStreams records what the streams of a phase are to be, as far as all of them are to be the same.
func noteStreams(rec *results.Phase, t traffic.Phase) {
	sizes, gaps, rates := map[int]bool{}, map[float64]bool{}, map[float64]bool{}
	for _, r := range t.Requests {
		if r.Stream == nil || r.Weight == traffic.Never || t.Sessions != nil {
			continue
		}
		sizes[r.Stream.Size], gaps[r.Stream.Gap.Seconds()], rates[r.Manner.ReadRate] = true, true, true
		rec.Block, rec.Gap, rec.ReadRate = r.Stream.Size, r.Stream.Gap.Seconds(), r.Manner.ReadRate
	}
	rec.ReceiveBuffer = t.ReceiveBuffer
	if len(sizes) > 1 {
		rec.Block = 0
	}
	if len(gaps) > 1 {
		rec.Gap = 0
	}
	if len(rates) > 1 {
		rec.ReadRate = 0
	}
}
