package truth

import "slices"

// A StreamLog is what was sent, of streams that were sent to their end.
type StreamLog struct {
	Connections int // that were accepted
	Streams     int
	Faulty      int       // of them, with a fault
	Bytes       int64     // of their bodies
	Wire        int64     // of their heads and bodies, framing included
	Yields      [][]int64 // when each block was yielded, in ns of CLOCK_MONOTONIC, of each stream; with Streams.Stamps
}

// Log returns what was sent so far.
func (s *Streams) Log() StreamLog {
	s.mu.Lock()
	defer s.mu.Unlock()
	log := s.sent
	log.Yields = slices.Clone(log.Yields)
	return log
}

// log adds a stream that was sent to its end.
func (s *Streams) log(l *sending) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent.Streams++
	s.sent.Bytes += l.body
	s.sent.Wire += l.wire
	if l.harm.block >= 0 {
		s.sent.Faulty++
	}
	if s.Stamps {
		s.sent.Yields = append(s.sent.Yields, l.yields)
	}
}
