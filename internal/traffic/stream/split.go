package stream

import (
	"bytes"

	"github.com/wsgibench/wsgibench/collect"
)

// A Split says what the blocks of a body are.
type Split uint8

// The splits.
const (
	BySize  Split = iota // so many bytes each, which describe themselves or are known
	ByEvent              // server-sent events (WHATWG HTML, 9.2): lines with data, and the empty line that ends them
	ByLine               // lines that are not blank: JSON texts, one to a line
)

// A splitter finds the ends of blocks that are text, whatever they say. It keeps no more of them than it needs for that.
type splitter struct {
	begin []byte // of the line under way, as much as it takes to know it
	chars bool   // the line under way is not empty
	solid bool   // it has something that is not a blank
	data  bool   // the event under way has a line with data
	cr    bool   // the byte before was a carriage return
	size  int    // bytes since the last block
}

// keep is how much of a line says what it is: a byte-order mark and "data:".
const keep = 3 + 5

var (
	mark     = []byte("\xef\xbb\xbf")
	dataWord = []byte("data")
)

// text finds the blocks that end in p.
func (r *Reader) text(p []byte) {
	for _, c := range p {
		if r.split.next(c, r.plan.Split) {
			r.next++
			r.tell(collect.Block{Index: r.next - 1, Received: r.at, Size: r.split.size, First: len(r.fresh) == 0})
			r.split.size = 0
		}
	}
}

// next takes a byte and says whether a block ends with it.
func (s *splitter) next(c byte, split Split) (ends bool) {
	s.size++
	after := s.cr
	s.cr = c == '\r' && split == ByEvent
	switch {
	case c == '\n' && after: // the rest of a line end that has been seen
		return false
	case c == '\n', s.cr:
		ends = split == ByLine && s.solid
		if split == ByEvent {
			ends = s.lineEnds()
		}
		s.begin, s.chars, s.solid = s.begin[:0], false, false
		return ends
	}
	s.chars = true
	s.solid = s.solid || c != ' ' && c != '\t' && c != '\r'
	if len(s.begin) < keep {
		s.begin = append(s.begin, c)
	}
	return false
}

// lineEnds says whether the line that ends is the empty one behind an event. Events without data are not dispatched.
func (s *splitter) lineEnds() bool {
	if s.chars {
		line := bytes.TrimPrefix(s.begin, mark)
		s.data = s.data || bytes.HasPrefix(line, dataWord) && (len(line) == len(dataWord) || line[len(dataWord)] == ':')
		return false
	}
	ends := s.data
	s.data = false
	return ends
}

// endText judges what is left at the end: an event that no empty line ends is never dispatched, so that it was cut; a
// last line needs no line end.
func (r *Reader) endText() (collect.ErrorKind, string) {
	s := &r.split
	switch {
	case r.plan.Split == ByLine && s.solid:
		r.Begin(r.at)
		r.next++
		r.tell(collect.Block{Index: r.next - 1, Received: r.at, Size: s.size, First: true})
	case r.plan.Split == ByEvent && (s.data || bytes.HasPrefix(bytes.TrimPrefix(s.begin, mark), dataWord)):
		r.Stream.Damaged++
		r.Stream.Cut = 1
		return collect.WrongBody, "the last event was cut: no empty line ends it"
	}
	return "", ""
}
