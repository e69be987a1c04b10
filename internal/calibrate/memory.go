package calibrate

import (
	"runtime"
	"runtime/metrics"
	"sync/atomic"

	"github.com/wsgibench/wsgibench/collect"
	"github.com/wsgibench/wsgibench/results"
)

// leaving shows what comes to a group, turns streams that were cancelled into streams that this side left, and counts
// those that are open.
type leaving struct {
	next *collect.Group
	open atomic.Int64 // that had a block
}

var (
	_ collect.Observer      = (*leaving)(nil)
	_ collect.BlockObserver = (*leaving)(nil)
)

// ObserveBlocks implements collect.BlockObserver.
func (l *leaving) ObserveBlocks(request int, blocks []collect.Block) {
	for i := range blocks {
		if !blocks[i].Follows {
			l.open.Add(1)
		}
	}
	l.next.ObserveBlocks(request, blocks)
}

// Observe implements collect.Observer.
func (l *leaving) Observe(x *collect.Exchange) {
	if x.Stream != nil && x.Stream.Blocks > 0 {
		l.open.Add(-1)
	}
	if x.Leave() {
		l.next.Observe(x)
	}
}

// generatorMemory is what the load generator holds for one open stream, in B: live objects and stacks.
const generatorMemory = "generator_memory"

// fewest open streams that tell anything about the memory of one.
const fewest = 64

// A memoryMeter compares what the load generator holds before and while streams are open.
type memoryMeter struct {
	off    bool
	before int64
	result results.Metric
}

func newMemoryMeter(clients int) *memoryMeter {
	m := &memoryMeter{off: clients < fewest, result: results.Unknown(generatorMemory, "B", "fewer than 64 streams at once say nothing about the memory of one")}
	if !m.off {
		m.before = holds()
	}
	return m
}

// read is called once, while so many streams are open.
func (m *memoryMeter) read(open int64) {
	if !m.off && open >= fewest {
		m.result = results.Known(generatorMemory, "B", float64(max(0, holds()-m.before))/float64(open))
	}
}

func (m *memoryMeter) metric() results.Metric { return m.result }

// holds is what this process holds in live objects and in stacks.
func holds() int64 {
	runtime.GC() // what is dead and not yet swept would count
	s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/stacks:bytes"}}
	metrics.Read(s)
	return int64(s[0].Value.Uint64() + s[1].Value.Uint64())
}
