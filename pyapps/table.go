package pyapps

import (
	"encoding/binary"
	"sync"
)

// TableSize is the length of the table that /bytes and /stream take slices of, in bytes.
const TableSize = 1 << 20

const maxBytes = 16 << 20 // of one /bytes or /stream answer

// Table returns the table: 1024 lanes of xorshift64 (Marsaglia 2003, shifts 13, 7, 17), 128 steps of all lanes one
// after another, little-endian; the lanes' seeds are the generator's own first 1024 states. Callers must not write to it.
var Table = sync.OnceValue(func() []byte {
	const lanes = 1024
	var state [lanes]uint64
	x := uint64(0x9E3779B97F4A7C15)
	for i := range state {
		x = xorshift(x)
		state[i] = x
	}
	table := make([]byte, 0, TableSize)
	for len(table) < TableSize {
		for i := range state {
			state[i] = xorshift(state[i])
			table = binary.LittleEndian.AppendUint64(table, state[i])
		}
	}
	return table
})

func xorshift(x uint64) uint64 {
	x ^= x << 13
	x ^= x >> 7
	return x ^ x<<17
}

// tableFrom returns size bytes of the endless repetition of the table.
func tableFrom(size int) []byte {
	table := Table()
	if size <= TableSize {
		return table[:size:size]
	}
	body := make([]byte, 0, size)
	for len(body) < size {
		body = append(body, table[:min(TableSize, size-len(body))]...)
	}
	return body
}
