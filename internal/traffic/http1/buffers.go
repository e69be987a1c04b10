package http1

import "sync"

// How much is read at once: little, until a read fills that. Buffers are shared, and a connection has one only while it
// empties its socket; but where an observer holds up many connections in the middle of that, each of them has its own.
// With the long ones alone, 2,000 streams of small blocks took 128 MiB then.
//
// Blocks that arrive together must be read together, or they would not be seen to. So a connection that once brought
// much is read into long buffers until so many wake-ups in a row brought little.
const (
	readSize  = 4 << 10
	bulkSize  = 64 << 10
	bulkTurns = 64
)

type buffer struct {
	bytes []byte
	pool  *sync.Pool
}

var (
	smallBuffers sync.Pool
	bulkBuffers  sync.Pool
)

// borrow returns a buffer as long as the connection needs.
func (c *Conn) borrow() *buffer {
	pool, size := &smallBuffers, readSize
	if c.bulk > 0 {
		pool, size = &bulkBuffers, bulkSize
	}
	if b, ok := pool.Get().(*buffer); ok {
		return b
	}
	return &buffer{make([]byte, size), pool}
}

func (b *buffer) giveBack() { b.pool.Put(b) }

// grow returns a long buffer in place of a short one that a read has filled.
func (c *Conn) grow(b *buffer) *buffer {
	c.bulk = bulkTurns
	if len(b.bytes) == bulkSize {
		return b
	}
	b.giveBack()
	return c.borrow()
}

// brought learns from what a wake-up brought, in bytes.
func (c *Conn) brought(n int) {
	switch {
	case n > readSize:
		c.bulk = bulkTurns
	case c.bulk > 0:
		c.bulk--
	}
}
