package truth

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// A Server answers every request with the same body, when its law says so.
type Server struct {
	Law  Law
	Body []byte
	Log  *Log // nil: nothing is logged

	origin   time.Time
	response []byte
	requests atomic.Int64

	mu    sync.Mutex
	conns map[net.Conn]bool
	done  bool
}

// Requests is how many requests have been answered.
func (s *Server) Requests() int64 { return s.requests.Load() }

// Origin is the instant from which the law and the log count.
func (s *Server) Origin() time.Time { return s.origin }

// Serve answers until ctx is cancelled; then it closes every connection and returns nil.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	s.origin = time.Now()
	s.conns = map[net.Conn]bool{}
	s.response = fmt.Appendf(nil, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(s.Body), s.Body)
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

func (s *Server) add(c net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.done {
		c.Close()
		return false
	}
	s.conns[c] = true
	return true
}

func (s *Server) closeAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.done = true
	for c := range s.conns {
		c.Close()
	}
}

var headEnd = []byte("\r\n\r\n")

// serve answers the requests of one connection, one after the other.
func (s *Server) serve(c net.Conn) {
	defer func() {
		s.mu.Lock()
		delete(s.conns, c)
		s.mu.Unlock()
		c.Close()
	}()
	buf := make([]byte, 16<<10)
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
			last := bytes.Contains(head, []byte("Connection: close"))
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

func (s *Server) answer(c net.Conn, arrived time.Duration) bool {
	at := s.Law.Answer(arrived)
	if at > arrived {
		time.Sleep(at - time.Since(s.origin))
	}
	var answered time.Duration
	if s.Log != nil {
		answered = time.Since(s.origin)
	}
	if _, err := c.Write(s.response); err != nil {
		return false
	}
	s.requests.Add(1)
	if s.Log != nil {
		s.Log.add(Entry{arrived, answered})
	}
	return true
}

// An Entry is one request as the server saw it, counted from the server's origin.
type Entry struct{ Arrived, Answered time.Duration }

// Sojourn is how long the request was in the server.
func (e Entry) Sojourn() time.Duration { return e.Answered - e.Arrived }

// A Log keeps entries in memory, in the order of their answers.
type Log struct {
	mu      sync.Mutex
	entries []Entry
}

// NewLog returns a log with room for n entries, so that it does not grow while time is measured.
func NewLog(n int) *Log { return &Log{entries: make([]Entry, 0, n)} }

func (l *Log) add(e Entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entries = append(l.entries, e)
}

// Take returns the entries, and starts anew.
func (l *Log) Take() []Entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	e := l.entries
	l.entries = make([]Entry, 0, cap(e))
	return e
}
