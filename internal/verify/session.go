package verify

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/wsgibench/wsgibench/internal/verify/wire"
)

// A Session is one server under examination, as the checks see it.
type Session struct {
	Network  string            // "tcp" or "unix"
	Address  string            // "127.0.0.1:8000", or the path of a socket
	Can      map[string]bool   // what the descriptor says that the server can: "keepalive", "threads", ...
	Settings map[string]string // with which it was started: "threads", "workers", ...

	side  *Side
	log   string // path of the file with what the server prints; empty: not known
	start func(ctx context.Context, v Variant) (*Session, func() error, error)

	mu    sync.Mutex
	conns []*wire.Conn  // of the check under way
	from  int64         // where the server's log stood when the check began
	away  time.Duration // spent on other starts of the server during the check
}

// Host is what a polite client writes into the Host header.
const Host = "localhost"

// Dial opens a connection. It is closed when the check ends, and what went over the first ones stands in the result.
func (s *Session) Dial(ctx context.Context) (*wire.Conn, error) {
	c, err := wire.Dial(ctx, s.Network, s.Address)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	s.mu.Lock()
	s.conns = append(s.conns, c)
	s.mu.Unlock()
	return c, nil
}

// Talk begins a conversation with the application over the side channel. It ends with the check.
func (s *Session) Talk() *Talk { return s.side.Talk() }

// Log returns what the server has printed since the check began; ok is false where that cannot be known.
func (s *Session) Log() (text string, ok bool) {
	if s.log == "" {
		return "", false
	}
	f, err := os.Open(s.log)
	if err != nil {
		return "", false
	}
	defer f.Close()
	b, err := io.ReadAll(io.NewSectionReader(f, s.from, maxLine))
	return string(b), err == nil
}

// A Variant is the same server, started in another way.
type Variant struct {
	Callable string            // another name in the module of the application; empty: application
	Settings map[string]string // over those of the session
}

// errNoVariants: the server was found running, and cannot be started in another way.
var errNoVariants = errors.New("this server was not started by wsgibench, so it cannot be started in another way")

// Another starts the server beside this one. The caller calls stop.
func (s *Session) Another(ctx context.Context, v Variant) (other *Session, stop func() error, err error) {
	if s.start == nil {
		return nil, nil, errNoVariants
	}
	began := time.Now()
	other, stop, err = s.start(ctx, v)
	s.away += time.Since(began)
	return other, stop, err
}

// begin is called before each check, end after it: it closes everything that the check left open and returns what went
// over the wire.
func (s *Session) begin() {
	s.from, s.away = 0, 0
	if info, err := os.Stat(s.log); s.log != "" && err == nil {
		s.from = info.Size()
	}
}

func (s *Session) end() (sent, got string) {
	s.mu.Lock()
	conns := s.conns
	s.conns = nil
	s.mu.Unlock()
	var out, in []string
	for _, c := range conns {
		o, i := c.Transcript()
		out, in = append(out, o), append(in, i)
		c.Close()
	}
	s.side.hangUp()
	return strings.Join(out, betweenConns), strings.Join(in, betweenConns)
}

// betweenConns stands between the transcripts of two connections.
const betweenConns = "\n-- another connection --\n"

// awaitLog waits for a text in what the server prints. The error says that its output is not known.
func (s *Session) awaitLog(ctx context.Context, text string) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, patience(ctx))
	defer cancel()
	for {
		log, ok := s.Log()
		if !ok {
			return false, errors.New("what the server prints is not known")
		}
		if strings.Contains(log, text) {
			return true, nil
		}
		select {
		case <-ctx.Done():
			return false, nil
		case <-time.After(10 * time.Millisecond):
		}
	}
}
