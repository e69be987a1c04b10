package wire

import (
	"fmt"
	"strings"
	"sync"
)

// maxKept is how many bytes of each direction a transcript keeps; what comes after is counted only.
const maxKept = 4096

// A transcript is the beginning of what went in one direction. A connection is written and read at the same time.
type transcript struct {
	mu   sync.Mutex
	kept []byte
	more int
}

func (t *transcript) add(b []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := min(len(b), maxKept-len(t.kept))
	t.kept = append(t.kept, b[:n]...)
	t.more += len(b) - n
}

func (t *transcript) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := Escape(t.kept)
	if t.more > 0 {
		s += fmt.Sprintf("… and %d bytes more", t.more)
	}
	return s
}

// Escape makes bytes readable: printable ASCII stays, a line feed is written \n and followed by a real one, so that a
// head reads as lines, and every other byte becomes an escape as in Go.
func Escape(b []byte) string {
	var s strings.Builder
	for _, c := range b {
		switch {
		case c == '\n':
			s.WriteString("\\n\n")
		case c == '\r':
			s.WriteString("\\r")
		case c == '\t':
			s.WriteString("\\t")
		case c == '\\':
			s.WriteString("\\\\")
		case c >= ' ' && c < 0x7f:
			s.WriteByte(c)
		default:
			fmt.Fprintf(&s, "\\x%02x", c)
		}
	}
	return s.String()
}
