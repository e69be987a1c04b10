package stream

import (
	"bytes"
	"time"

	"github.com/wsgibench/wsgibench/collect"
)

// A Plan is what a stream is to be.
type Plan struct {
	Blocks int           // how many
	Size   int           // bytes of each, on the wire
	Gap    time.Duration // mean of the plan between two of them; 0: as fast as the server takes them
	// Content is the whole body where the blocks do not describe themselves; they are compared with it.
	Content []byte
	Split   Split // what a block is; where it is not BySize, nothing else is known of it
}

// described says that the blocks carry stamps and checksums.
func (p *Plan) described() bool {
	return p.Split == BySize && p.Size >= MinSize && p.Content == nil
}

// A Reader takes a body as it arrives, cut anyhow, and tells of each block. It holds at most one block.
type Reader struct {
	Stream collect.Stream // what is known so far

	plan   Plan
	clock  Clock
	part   []byte // an incomplete block
	torn   int    // bytes since the last intact block that belong to none
	fresh  []collect.Block
	total  int64    // bytes seen
	next   int64    // the index that comes next when nothing is wrong
	seen   []uint64 // bits of the indices that came, made when the first one is out of order
	last   time.Duration
	yield  time.Duration // of the block before
	at     time.Duration // of the read under way
	ahead  runAhead
	gaps   sketch
	ended  bool
	kind   collect.ErrorKind
	detail string
	differ bool
	split  splitter
}

// NewReader returns a reader for one stream.
func NewReader(p Plan, c Clock) *Reader {
	return &Reader{plan: p, clock: c, Stream: collect.Stream{Gap: p.Gap}}
}

// Begin begins a read that returned at an instant of the phase's clock.
func (r *Reader) Begin(at time.Duration) { r.fresh, r.at = r.fresh[:0], at }

// Write takes the next bytes of the body that the read brought; without the framing there may be several pieces.
func (r *Reader) Write(p []byte) {
	switch {
	case r.plan.described():
		r.parse(p)
	case r.plan.Split != BySize:
		r.text(p)
	default:
		r.slice(p)
	}
	r.total += int64(len(p))
}

// Blocks returns the blocks that the read completed, in the order of their arrival. The next read overwrites them.
func (r *Reader) Blocks() []collect.Block { return r.fresh }

// parse finds the blocks in p. While nothing is wrong they are Size bytes each; after damage the next one is looked for.
func (r *Reader) parse(p []byte) {
	for len(p) > 0 {
		if len(r.part) == 0 && len(p) >= r.plan.Size {
			if s, ok := parse(p[:r.plan.Size]); ok {
				r.block(s)
				p = p[r.plan.Size:]
				continue
			}
		}
		n := min(len(p), r.plan.Size-len(r.part))
		r.part = append(r.part, p[:n]...)
		p = p[n:]
		if len(r.part) < r.plan.Size {
			return
		}
		if s, ok := parse(r.part); ok {
			r.part = r.part[:0]
			r.block(s)
			continue
		}
		r.resume()
	}
}

// block tells of an intact block.
func (r *Reader) block(s stamps) {
	r.damage()
	b := collect.Block{Index: int64(s.index), Received: r.at, Size: r.plan.Size, First: len(r.fresh) == 0}
	b.Yielded, b.Stamped = r.clock.at(s.yielded)
	b.Planned, b.Paced = r.clock.at(s.planned)
	if r.Stream.Blocks == 0 {
		r.Stream.ID = s.yielded
	}
	r.order(b.Index)
	r.tell(b)
}

// slice counts the blocks of a stream that does not describe itself by its bytes.
func (r *Reader) slice(p []byte) {
	rest := r.plan.Content[min(r.total, int64(len(r.plan.Content))):]
	if len(p) > len(rest) || !bytes.Equal(p, rest[:len(p)]) {
		r.differ = true
	}
	size := int64(r.plan.Size)
	for i := r.total / size; i < (r.total+int64(len(p)))/size; i++ {
		r.next = i + 1
		r.tell(collect.Block{Index: i, Received: r.at, Size: r.plan.Size, First: len(r.fresh) == 0})
	}
}

func (r *Reader) tell(b collect.Block) {
	s := &r.Stream
	b.Stream = s
	if s.Blocks == 0 {
		s.FirstBlock = b.Received
	} else {
		b.Gap = b.Received - r.last
		b.Apart = b.Yielded - r.yield
		b.Follows = true
		r.gaps.add(b.Gap)
		s.GapMax = max(s.GapMax, b.Gap)
		if nominal := r.plan.Gap; nominal > 0 && b.Gap > StallFactor*nominal {
			s.Stalls++
			s.StallTime += b.Gap - nominal
		}
	}
	if s.Blocks == 1 {
		s.SecondBlock = b.Received
	}
	s.Blocks++
	if b.First {
		s.Reads++
	}
	if b.Stamped {
		s.RunAhead = max(s.RunAhead, int64(r.ahead.block(b.Yielded, b.Received))*int64(b.Size))
	}
	s.LastBlock, r.last, r.yield = b.Received, b.Received, b.Yielded
	r.fresh = append(r.fresh, b)
}

// StallFactor is how many planned gaps a gap must last to be a stall (video players call it rebuffering).
const StallFactor = 3

// order counts what is not in order: an index seen before is repeated; one that is lower than those seen, and new, is
// swapped; one that is higher than expected leaves others out, which are lost unless they still come.
func (r *Reader) order(i int64) {
	if i >= int64(r.plan.Blocks) {
		r.Stream.Surplus++
		return
	}
	if i == r.next && r.seen == nil {
		r.next++
		return
	}
	if r.seen == nil {
		r.seen = make([]uint64, (r.plan.Blocks+63)/64)
		for j := range r.next {
			r.mark(j)
		}
	}
	switch {
	case r.marked(i):
		r.Stream.Repeated++
		return
	case i < r.next:
		r.Stream.Swapped++
	}
	r.mark(i)
	r.next = max(r.next, i+1)
}

func (r *Reader) mark(i int64) {
	r.seen[i/64] |= 1 << (i % 64)
}

func (r *Reader) marked(i int64) bool {
	return r.seen[i/64]&(1<<(i%64)) != 0
}
