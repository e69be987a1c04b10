package truth

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/wsgibench/wsgibench/internal/traffic/stream"
)

// Streams is a server of known streams: every request is answered with the same number of blocks of the same size, with
// chunked coding and one write for each block, at planned instants.
type Streams struct {
	Blocks, Size int
	Gap          time.Duration // between the instants of two blocks; 0: as fast as they are taken
	Fault        string        // what happens to one block of every stream, one of Faults; empty: nothing
	Seed         uint64        // of where it happens

	mu     sync.Mutex
	sent   StreamLog
	opened uint64
}

// Faults are what can happen to a block: it is left out, sent twice, exchanged with the next one, cut short, or one of
// its bytes is changed.
var Faults = []string{"lost", "repeated", "swapped", "cut", "changed"}

// A StreamLog is what was sent.
type StreamLog struct {
	Streams int             // that were sent to their end
	Bytes   int64           // of their bodies
	Gaps    []time.Duration // between two blocks as they were yielded, of all streams, in no order
	Means   []time.Duration // from the first block to the last by the number of gaps, of each stream
}

// Log returns what was sent so far.
func (s *Streams) Log() StreamLog {
	s.mu.Lock()
	defer s.mu.Unlock()
	log := s.sent
	log.Gaps, log.Means = slices.Clone(log.Gaps), slices.Clone(log.Means)
	return log
}

// Serve answers until ctx is cancelled; then it closes every connection and returns nil.
func (s *Streams) Serve(ctx context.Context, ln net.Listener) error {
	var serving sync.WaitGroup
	defer serving.Wait()
	stop := context.AfterFunc(ctx, func() { ln.Close() })
	defer stop()
	for {
		c, err := ln.Accept()
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return fmt.Errorf("accept: %w", err)
		}
		serving.Go(func() {
			closing := context.AfterFunc(ctx, func() { c.Close() })
			defer closing()
			defer c.Close()
			s.connection(c)
		})
	}
}

func (s *Streams) connection(c net.Conn) {
	in := bufio.NewReaderSize(c, 4<<10)
	for {
		r, err := http.ReadRequest(in)
		if err != nil || s.answer(c) != nil || r.Close {
			return
		}
	}
}

// answer sends one stream.
func (s *Streams) answer(c net.Conn) error {
	s.mu.Lock()
	s.opened++
	rng := rand.New(rand.NewPCG(s.Seed, s.opened))
	s.mu.Unlock()
	at := -1
	if s.Fault != "" {
		at = rng.IntN(s.Blocks - 1)
	}
	if _, err := c.Write([]byte("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")); err != nil {
		return err
	}
	l := &sending{Streams: s, payload: make([]byte, s.Size-stream.MinSize), origin: stream.Now(), began: time.Now()}
	for i := 0; i < s.Blocks; i++ {
		var err error
		if i == at {
			i, err = l.faulty(c, i, rng)
		} else {
			err = l.send(c, l.block(i))
		}
		if err != nil {
			return err
		}
	}
	if _, err := c.Write([]byte("0\r\n\r\n")); err != nil {
		return err
	}
	l.done()
	return nil
}

// sending is one stream under way.
type sending struct {
	*Streams
	payload     []byte
	origin      int64 // on the clock of stamps
	began       time.Time
	first, last int64
	n           int
	bytes       int64
	gaps        []time.Duration
	buf         []byte
}

// block waits for the instant of block i, and makes it.
func (l *sending) block(i int) []byte {
	due := time.Duration(i) * l.Gap
	planned := int64(0)
	if l.Gap > 0 {
		time.Sleep(time.Until(l.began.Add(due)))
		planned = l.origin + int64(due)
	}
	now := stream.Now()
	if l.n == 0 {
		l.first = now
	} else {
		l.gaps = append(l.gaps, time.Duration(now-l.last))
	}
	l.last = now
	l.n++
	return stream.Append(nil, uint32(i), planned, now, l.payload)
}

func (l *sending) send(c net.Conn, b []byte) error {
	l.buf = strconv.AppendInt(l.buf[:0], int64(len(b)), 16)
	l.buf = append(append(append(l.buf, "\r\n"...), b...), "\r\n"...)
	l.bytes += int64(len(b))
	_, err := c.Write(l.buf)
	return err
}

// faulty sends block i with the fault, and returns the index of the last block that is dealt with.
func (l *sending) faulty(c net.Conn, i int, rng *rand.Rand) (int, error) {
	b := l.block(i)
	switch l.Fault {
	case "lost":
		return i, nil
	case "repeated":
		return i, errors.Join(l.send(c, b), l.send(c, b))
	case "swapped":
		return i + 1, errors.Join(l.send(c, l.block(i+1)), l.send(c, b))
	case "cut":
		return i, l.send(c, b[:1+rng.IntN(len(b)-1)])
	}
	b[rng.IntN(len(b))] ^= 1
	return i, l.send(c, b)
}

func (l *sending) done() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sent.Streams++
	l.sent.Bytes += l.bytes
	l.sent.Gaps = append(l.sent.Gaps, l.gaps...)
	if l.n > 1 {
		l.sent.Means = append(l.sent.Means, time.Duration(l.last-l.first)/time.Duration(l.n-1))
	}
}
