package verify

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"strings"
	"sync"
)

// maxLine bounds what the application may say at once, in bytes.
const maxLine = 1 << 20

// A Side is the side channel between the checks and the application under the server: the application connects to it
// (its address stands in the request), says what it sees, and goes on only when it is told to. So whatever it said
// happened before whatever it does next, and the checks need no clock.
type Side struct {
	listener net.Listener

	mu    sync.Mutex
	last  int
	talks map[string]*Talk
	ended bool
}

func newSide() (*Side, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("open the side channel: %w", err)
	}
	s := &Side{listener: l, talks: map[string]*Talk{}}
	go s.accept()
	return s, nil
}

// Talk begins a conversation with the application: one request, or several that belong together.
func (s *Side) Talk() *Talk {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last++
	t := &Talk{address: s.listener.Addr().String(), token: fmt.Sprintf("t%d", s.last), changed: make(chan struct{}), ended: make(chan struct{})}
	s.talks[t.token] = t
	return t
}

// hangUp ends every conversation, which sets free what waits for one.
func (s *Side) hangUp() {
	s.mu.Lock()
	talks := s.talks
	s.talks = map[string]*Talk{}
	s.mu.Unlock()
	for _, t := range talks {
		t.end()
	}
}

func (s *Side) close() {
	s.hangUp()
	s.mu.Lock()
	s.ended = true
	s.mu.Unlock()
	s.listener.Close()
}

func (s *Side) accept() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return // closed
		}
		go s.serve(conn)
	}
}

// serve is one call of the application. An unknown token is a conversation that is over.
func (s *Side) serve(conn net.Conn) {
	defer conn.Close()
	lines := bufio.NewScanner(conn)
	lines.Buffer(nil, maxLine)
	if !lines.Scan() {
		return
	}
	s.mu.Lock()
	t := s.talks[lines.Text()]
	s.mu.Unlock()
	if t == nil {
		return
	}
	call, ok := t.join(conn)
	for ok && lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), " ")
		name, held := strings.CutPrefix(name, "?")
		if !t.hear(Event{Name: name, Value: json.RawMessage(value), Call: call}, held) {
			return
		}
		if _, err := conn.Write([]byte("go\n")); err != nil {
			return
		}
	}
}
