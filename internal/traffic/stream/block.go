// Package stream answers: what do the blocks of this body say of themselves, and when did each arrive?
//
// The reference app's streams are made of blocks that carry their index, the instant for which they were planned, the
// instant at which the app yielded them, and a checksum. So a client sees what was lost, repeated, swapped, cut or
// changed on the way, and tells the server's delay (received − yielded) from the app's own lateness (yielded − planned).
// The package opens no connection and keeps no body.
package stream

import (
	"hash/crc32"
	"time"
)

// A block on the wire, all numbers in lower-case hexadecimal of fixed width:
//
//	#IIIIIIII PPPPPPPPPPPPPPPP YYYYYYYYYYYYYYYY payload CCCCCCCC\n
//
// index, planned and yielded in ns of CLOCK_MONOTONIC (0: not known), payload, and the CRC-32 (IEEE) of all before the
// space that precedes it. The payload has no meaning here.
const (
	headSize = 1 + 8 + 1 + 16 + 1 + 16 + 1
	tailSize = 1 + 8 + 1

	// MinSize is the size of a block without payload, in bytes. Streams of smaller blocks are not described: they are
	// slices of the table, whose content is known.
	MinSize = headSize + tailSize
)

// Append appends a block of the given payload. Planned and Yielded are in ns of CLOCK_MONOTONIC.
func Append(b []byte, index uint32, planned, yielded int64, payload []byte) []byte {
	from := len(b)
	b = append(b, '#')
	b = appendHex(b, uint64(index), 8)
	b = append(b, ' ')
	b = appendHex(b, uint64(planned), 16)
	b = append(b, ' ')
	b = appendHex(b, uint64(yielded), 16)
	b = append(b, ' ')
	b = append(b, payload...)
	sum := crc32.ChecksumIEEE(b[from:])
	b = append(b, ' ')
	b = appendHex(b, uint64(sum), 8)
	return append(b, '\n')
}

const digits = "0123456789abcdef"

func appendHex(b []byte, v uint64, width int) []byte {
	for shift := 4 * (width - 1); shift >= 0; shift -= 4 {
		b = append(b, digits[v>>shift&15])
	}
	return b
}

// stamps are what a block says of itself; the instants are in ns of CLOCK_MONOTONIC, 0 where they are not known.
type stamps struct {
	index            uint32
	planned, yielded int64
}

// parse reads a whole block, from its "#" to its line end. A block that is not intact is not ok.
func parse(b []byte) (s stamps, ok bool) {
	n := len(b)
	if n < MinSize || b[0] != '#' || b[9] != ' ' || b[26] != ' ' || b[43] != ' ' || b[n-tailSize] != ' ' || b[n-1] != '\n' {
		return s, false
	}
	index, ok1 := hexValue(b[1:9])
	planned, ok2 := hexValue(b[10:26])
	yielded, ok3 := hexValue(b[27:43])
	sum, ok4 := hexValue(b[n-tailSize+1 : n-1])
	if !ok1 || !ok2 || !ok3 || !ok4 || uint64(crc32.ChecksumIEEE(b[:n-tailSize])) != sum {
		return s, false
	}
	return stamps{uint32(index), int64(planned), int64(yielded)}, true
}

// nibbles is the value of each hexadecimal digit, and notHex for every other byte. Most of the time that a small block
// costs goes into its digits.
var nibbles = func() (t [256]byte) {
	for c := range t {
		t[c] = notHex
	}
	for v := range len(digits) {
		t[digits[v]] = byte(v)
	}
	return t
}()

const notHex = 0xff

func hexValue(b []byte) (v uint64, ok bool) {
	var all byte
	for _, c := range b {
		n := nibbles[c]
		all |= n
		v = v<<4 | uint64(n&15)
	}
	return v, all != notHex
}

// A Clock translates CLOCK_MONOTONIC, by which blocks are stamped, into the clock of a phase.
type Clock struct{ origin int64 } // what CLOCK_MONOTONIC said at the phase's start, in ns

// at returns the instant on the phase's clock; ok says that it is known.
func (c Clock) at(ns int64) (d time.Duration, ok bool) {
	if ns == 0 || c.origin == 0 {
		return 0, false
	}
	return time.Duration(ns - c.origin), true
}
