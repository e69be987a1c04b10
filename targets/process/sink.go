package process

import (
	"errors"
	"io"
	"os"
	"sync"
	"syscall"
)

// A sink moves what the server prints from a pipe into the log: all of it up to a limit, then it only drains, so that a
// chatty server neither fills the disk nor blocks on a full pipe.
type sink struct {
	in    syscall.RawConn
	file  *os.File // in, to be closed
	out   io.Writer
	left  int64 // bytes that may still be written
	event func(event)
	done  chan struct{} // closed at the end of the pipe

	mu      sync.Mutex // held over read *and* write: who holds it knows that nothing is in between
	buf     [64 << 10]byte
	flooded bool
	broken  bool
}

func newSink(in *os.File, out io.Writer, limit int64, tell func(event)) (*sink, error) {
	raw, err := in.SyscallConn()
	if err != nil {
		return nil, err
	}
	s := &sink{in: raw, file: in, out: out, left: limit, event: tell, done: make(chan struct{})}
	go s.run()
	return s, nil
}

// run copies until the last writer has closed the pipe, or close was called.
func (s *sink) run() {
	defer close(s.done)
	for {
		ended := false
		err := s.in.Read(func(fd uintptr) bool {
			again, end := s.step(int(fd))
			ended = end
			return !again
		})
		if err != nil || ended {
			return
		}
	}
}

// step moves what is there right now. It reports whether the pipe is empty, and whether it has ended.
func (s *sink) step(fd int) (empty, ended bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, err := syscall.Read(fd, s.buf[:])
	switch {
	case errors.Is(err, syscall.EINTR):
		return false, false
	case errors.Is(err, syscall.EAGAIN):
		return true, false
	case err != nil || n == 0:
		return false, true
	}
	s.write(s.buf[:n])
	return false, false
}

func (s *sink) write(b []byte) {
	if int64(len(b)) > s.left {
		b = b[:s.left]
		if !s.flooded {
			s.flooded = true
			defer s.event(event{What: evFlooded})
		}
	}
	s.left -= int64(len(b))
	if len(b) == 0 || s.broken {
		return
	}
	if _, err := s.out.Write(b); err != nil {
		s.broken = true // once is enough to say; the pipe is drained all the same
		s.event(event{What: evLogLost, Text: err.Error()})
	}
}

// drain moves what the pipe holds now, so that the last words of a process that has just ended are in the log before
// its end is told. Bounded: its children may still be printing.
func (s *sink) drain() {
	_ = s.in.Control(func(fd uintptr) {
		for range 64 {
			if empty, ended := s.step(int(fd)); empty || ended {
				return
			}
		}
	})
}

// close gives up waiting for the end of the pipe.
func (s *sink) close() {
	s.file.Close()
	<-s.done
}
