package http1

import (
	"syscall"
	"time"
)

// A sending is what is left of a request, sent while the answer is read: an application may give back what it takes, and
// would stop taking it where nobody reads.
type sending struct {
	conn   *Conn
	serial int // of the exchange
	head   []byte
	body   []byte
	rate   float64 // of the body, bytes per second; 0: as fast as it goes
	quit   chan struct{}
	done   chan struct{}
}

// sendSlice is how much is sent with the connection locked: less than the time stamps of what is read would notice.
const sendSlice = 64 << 10

// sendOn sends what is left of the request: all of it at once where the socket takes it, else beside what this goroutine
// reads. It is called with the connection locked.
func (c *Conn) sendOn(sent int) *sending {
	s := &sending{conn: c, serial: c.used, head: c.wire()[sent:], body: c.msg.body, rate: c.msg.manner.SendRate}
	if s.rate == 0 {
		s.head = s.now(s.head)
		if len(s.head) == 0 {
			s.body = s.now(s.body)
		}
	}
	if len(s.head)+len(s.body) == 0 {
		return nil
	}
	s.quit, s.done = make(chan struct{}), make(chan struct{})
	go s.run()
	return s
}

// now sends what the socket takes without waiting, and returns the rest. An error is left for the read to find.
func (s *sending) now(b []byte) []byte {
	for len(b) > 0 {
		n, err := s.conn.sendSome(b)
		if err != nil {
			return b
		}
		b = b[n:]
	}
	return nil
}

func (s *sending) run() {
	defer close(s.done)
	if !s.send(s.head) {
		return
	}
	if s.rate == 0 {
		s.send(s.body)
		return
	}
	began := s.conn.now()
	for sent := 0; ; {
		n := portion(s.rate, len(s.body)-sent)
		if !s.send(s.body[sent : sent+n]) {
			return
		}
		if sent += n; sent == len(s.body) {
			return
		}
		timer := time.NewTimer(began + span(int64(sent), s.rate) - s.conn.now())
		select {
		case <-timer.C:
		case <-s.quit:
			timer.Stop()
			return
		}
	}
}

// send says whether all was sent. That bytes were sent is counted before the lock is given up: who reads the answer to
// the last of them must know that it was the last.
func (s *sending) send(b []byte) bool {
	c, over := s.conn, false
	err := c.rc.Write(func(uintptr) bool {
		for len(b) > 0 && !over {
			c.mu.Lock()
			over = c.aborted || !c.active || c.used != s.serial
			var n int
			var e error
			if !over {
				n, e = c.sendSome(b)
			}
			c.mu.Unlock()
			if e == syscall.EAGAIN {
				return false
			}
			over = over || e != nil
			b = b[n:]
		}
		return true
	})
	return err == nil && len(b) == 0
}

// sendSome sends a slice of b, and counts it.
func (c *Conn) sendSome(b []byte) (int, error) {
	n, e := send(c.fd, b[:min(len(b), sendSlice)])
	if e == syscall.EINTR {
		return 0, nil
	}
	if e != 0 {
		return 0, e
	}
	c.X.WireOut += int64(n)
	return n, nil
}

// stop ends it, where it has not ended: an answer that did not wait for the rest is the last on its connection. It is
// called with the connection locked.
func (s *sending) stop() {
	if s == nil {
		return
	}
	c := s.conn
	c.mu.Unlock()
	defer c.mu.Lock()
	close(s.quit)
	_ = c.nc.SetWriteDeadline(past)
	<-s.done
}
