package truth

import (
	"bytes"
	"math/rand/v2"
)

// Faults are what can happen to a block: it is left out, sent twice, exchanged with the next one, cut short, or one of
// its bytes is changed.
var Faults = []string{"lost", "repeated", "swapped", "cut", "changed"}

// A harm is where the fault of one stream is.
type harm struct {
	block int // its index; -1: nowhere
	at    int // byte of the block: where it is cut, or which one is changed
	more  int // bytes that the body has more than without it
}

// plant draws a place for the fault, any with the same chance.
func (s *Streams) plant(rng *rand.Rand) harm {
	if s.Fault == "" {
		return harm{block: -1}
	}
	h := harm{block: rng.IntN(s.Blocks), at: rng.IntN(s.Size)}
	switch s.Fault {
	case "lost":
		h.more = -s.Size
	case "repeated":
		h.more = s.Size
	case "swapped":
		h.block = rng.IntN(max(1, s.Blocks-1))
	case "cut":
		h.at = max(1, h.at) // a cut that leaves nothing is a loss
		h.more = h.at - s.Size
	}
	return h
}

// faulty sends block i with the fault, and returns the index of the last block that is dealt with.
func (l *sending) faulty(i int) (int, error) {
	switch l.Fault {
	case "lost":
		return i, l.block(i, func([]byte) error { return nil })
	case "repeated":
		if err := l.block(i, l.send); err != nil {
			return i, err
		}
		return i, l.send(l.made)
	case "swapped":
		return l.swapped(i)
	case "cut":
		return i, l.block(i, func(b []byte) error { return l.send(b[:l.harm.at]) })
	}
	return i, l.block(i, func(b []byte) error {
		b[l.harm.at] ^= 1
		return l.send(b)
	})
}

// swapped sends the block after i before it; a stream of one block has none.
func (l *sending) swapped(i int) (int, error) {
	var held []byte
	if err := l.block(i, func(b []byte) error {
		held = bytes.Clone(b)
		return nil
	}); err != nil {
		return i, err
	}
	if i+1 < l.Blocks {
		i++
		if err := l.block(i, l.send); err != nil {
			return i, err
		}
	}
	return i, l.send(held)
}
