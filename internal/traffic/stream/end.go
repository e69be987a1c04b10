package stream

import (
	"math/bits"
	"strings"

	"github.com/wsgibench/wsgibench/collect"
)

// End ends the stream, when it is called first, and says what is wrong with its content; an empty kind: nothing.
// Whether the response was framed rightly and ended as it should is not this package's to judge.
func (r *Reader) End() (kind collect.ErrorKind, detail string) {
	if !r.ended {
		r.ended = true
		r.kind, r.detail = r.end()
	}
	return r.kind, r.detail
}

// SoFar is what the stream has amounted to while it goes on: nothing of it counts as lost yet.
func (r *Reader) SoFar() collect.Stream {
	s := r.Stream
	s.GapP99 = r.gaps.quantile(0.99)
	return s
}

func (r *Reader) end() (collect.ErrorKind, string) {
	s := &r.Stream
	s.GapP99 = r.gaps.quantile(0.99)
	switch {
	case r.plan.Split != BySize:
		return r.endText()
	case !r.plan.described():
		return r.endContent()
	}
	r.cut()
	s.Lost = int64(r.plan.Blocks) - r.distinct()
	var wrong []string
	for _, w := range []struct {
		n    int64
		word string
	}{{s.Damaged, "damaged"}, {s.Lost, "lost"}, {s.Repeated, "repeated"}, {s.Swapped, "out of order"}, {s.Surplus, "beyond the last"}} {
		if w.n > 0 {
			wrong = append(wrong, w.word)
		}
	}
	if wrong == nil {
		return "", ""
	}
	return collect.WrongBody, "blocks " + strings.Join(wrong, ", ")
}

func (r *Reader) distinct() (n int64) {
	if r.seen == nil {
		return min(r.next, int64(r.plan.Blocks))
	}
	for _, w := range r.seen {
		n += int64(bits.OnesCount64(w))
	}
	return n
}

func (r *Reader) endContent() (collect.ErrorKind, string) {
	want := int64(len(r.plan.Content))
	switch {
	case r.total < want:
		r.Stream.Lost = int64(r.plan.Blocks) - r.next
		return collect.WrongLength, "body shorter than expected"
	case r.total > want:
		return collect.WrongLength, "body longer than expected"
	case r.differ:
		r.Stream.Damaged++
		return collect.WrongBody, "content differs"
	}
	return "", ""
}
