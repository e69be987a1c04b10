package truth

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/wsgibench/wsgibench/internal/traffic/stream"
)

// Streams is a server of known streams: every request is answered with the same number of blocks of the same size, with
// one write for each block, at planned instants. Connections are kept.
type Streams struct {
	Blocks, Size int
	Gap          time.Duration // mean of the plan between two blocks; 0: as fast as they are taken
	Law          string        // of the gaps, one of GapLaws; empty: constant
	Length       bool          // with Content-Length in place of chunked coding
	Fault        string        // what happens to one block of every stream, one of Faults; empty: nothing
	Seed         uint64        // of the gaps, and of where the fault is
	Stamps       bool          // the log holds every instant

	payload []byte
	mu      sync.Mutex
	sent    StreamLog
	opened  uint64
}

// check says what cannot be served.
func (s *Streams) check() error {
	if s.Size < stream.MinSize || s.Blocks < 1 {
		return fmt.Errorf("%d blocks of %d bytes: want at least one, of %d bytes or more", s.Blocks, s.Size, stream.MinSize)
	}
	if err := known("law", s.Law, GapLaws); err != nil {
		return err
	}
	return known("fault", s.Fault, Faults)
}

// Serve answers until ctx is cancelled; then it closes every connection and returns nil.
func (s *Streams) Serve(ctx context.Context, ln net.Listener) error {
	var serving sync.WaitGroup
	defer serving.Wait()
	stop := context.AfterFunc(ctx, func() { ln.Close() })
	defer stop()
	if err := s.check(); err != nil {
		return err
	}
	s.payload = payload(s.Size - stream.MinSize)
	for {
		c, err := ln.Accept()
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return fmt.Errorf("accept: %w", err)
		}
		serving.Go(func() { s.connection(ctx, c) })
	}
}

// connection answers on one connection until it ends.
func (s *Streams) connection(ctx context.Context, c net.Conn) {
	defer c.Close()
	a, err := newAlarm()
	if err != nil { // no descriptor is left, and the client sees the connection end
		return
	}
	defer a.close()
	closing := context.AfterFunc(ctx, func() {
		c.Close()
		a.interrupt()
	})
	defer closing()
	s.mu.Lock()
	s.sent.Connections++
	s.mu.Unlock()
	in := bufio.NewReaderSize(c, 4<<10)
	for {
		r, err := http.ReadRequest(in)
		if err != nil || s.answer(c, a) != nil || r.Close {
			return
		}
	}
}

// answer sends one stream.
func (s *Streams) answer(c net.Conn, a *alarm) error {
	s.mu.Lock()
	s.opened++
	rng := rand.New(rand.NewPCG(s.Seed, s.opened))
	s.mu.Unlock()
	l := &sending{Streams: s, conn: c, alarm: a, rng: rng, harm: s.plant(rng)}
	if err := l.head(); err != nil {
		return err
	}
	l.origin = a.now()
	for i := 0; i < s.Blocks; i++ {
		var err error
		if i == l.harm.block {
			i, err = l.faulty(i)
		} else {
			err = l.block(i, l.send)
		}
		if err != nil {
			return err
		}
	}
	if err := l.end(); err != nil {
		return err
	}
	s.log(l)
	return nil
}

// payload is what every block carries. It is drawn at random, so that it holds what looks like the beginning of a block.
func payload(n int) []byte {
	rng := rand.New(rand.NewPCG(uint64(n), 0))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
	return b
}
