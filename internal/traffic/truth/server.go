package truth

import (
	"fmt"
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
}

// Requests is how many requests have been answered, counted just before the answer leaves.
func (s *Server) Requests() int64 { return s.requests.Load() }

// Origin is the instant from which the law and the log count; it is set when Serve begins.
func (s *Server) Origin() time.Time { return s.origin }

func (s *Server) begin() {
	s.origin = time.Now()
	s.response = fmt.Appendf(nil, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(s.Body), s.Body)
}

var (
	headEnd = []byte("\r\n\r\n")
	closing = []byte("Connection: close")
)

// maxHead is the longest request that is understood.
const maxHead = 16 << 10
