//go:build !linux

package truth

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"sync"
	"time"
)

// Serve answers until ctx is cancelled; then it closes every connection and returns nil.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	s.begin()
	g := &goroutines{Server: s, conns: map[net.Conn]bool{}}
	return g.run(ctx, ln)
}

// goroutines serves with one goroutine for each connection. Its instants are as exact as Go's timers.
type goroutines struct {
	*Server
	mu    sync.Mutex
	conns map[net.Conn]bool
	done  bool
}

func (s *goroutines) run(ctx context.Context, ln net.Listener) error {
	var serving sync.WaitGroup
	stop := context.AfterFunc(ctx, func() {
		ln.Close()
		s.closeAll()
	})
	defer stop()
	defer serving.Wait()
	for {
		c, err := ln.Accept()
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			s.closeAll()
			return fmt.Errorf("accept: %w", err)
		}
		if !s.add(c) {
			continue
		}
		serving.Go(func() { s.serve(c) })
	}
}

func (s *goroutines) add(c net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.done {
		c.Close()
		return false
	}
	s.conns[c] = true
	return true
}

func (s *goroutines) closeAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.done = true
	for c := range s.conns {
		c.Close()
	}
}

// serve answers the requests of one connection, one after the other.
func (s *goroutines) serve(c net.Conn) {
	defer func() {
		s.mu.Lock()
		delete(s.conns, c)
		s.mu.Unlock()
		c.Close()
	}()
	buf := make([]byte, maxHead)
	have := 0
	for {
		n, err := c.Read(buf[have:])
		if err != nil {
			return
		}
		arrived := time.Since(s.origin)
		have += n
		for {
			i := bytes.Index(buf[:have], headEnd)
			if i < 0 {
				break
			}
			head := buf[:i+len(headEnd)]
			last := bytes.Contains(head, closing)
			if !s.answer(c, arrived) || last {
				return
			}
			have = copy(buf, buf[len(head):have])
		}
		if have == len(buf) {
			return // a head this long is none of ours
		}
	}
}

func (s *goroutines) answer(c net.Conn, arrived time.Duration) bool {
	s.Log.arrival()
	at := s.Law.Answer(arrived)
	if at > arrived {
		time.Sleep(at - time.Since(s.origin))
	}
	var answered time.Duration
	if s.Log != nil {
		answered = time.Since(s.origin)
	}
	s.requests.Add(1)
	if s.Log != nil {
		s.Log.add(Entry{arrived, answered})
	}
	_, err := c.Write(s.response)
	return err == nil
}
