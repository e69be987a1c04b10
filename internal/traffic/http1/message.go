package http1

import (
	"cmp"
	"errors"
	"slices"

	"github.com/wsgibench/wsgibench/internal/traffic/stream"
)

// A Spec is a request to be compiled.
type Spec struct {
	Method string // default GET
	Host   string // the Host header; a Host in Header comes first
	Path   string // with query; default /
	Header [][2]string
	Body   []byte
	// Chunked sends Body with chunked coding instead of Content-Length.
	Chunked bool
	Expect  Expect
	// Keep has Conn.Kept hold the response's header, and this much of its body. It costs memory for every response.
	Keep     bool
	KeepBody int // bytes
	// Stream is what the body is to consist of; nil: it is no stream, and Expect says what it is to be. Then the driver is
	// shown its blocks, if it is a BlockDriver.
	Stream *stream.Plan
	Manner Manner
}

// A Manner is how this side treats bodies. The zero value sends and takes them as fast as it goes, to the end.
type Manner struct {
	ReadRate   float64 // bytes per second that are read from the connection
	SendRate   float64 // bytes per second of the request's body on the wire
	ChunkSize  int     // of a chunked request body, in bytes; 0: 16 KiB
	LeaveAfter int     // close the connection after so many blocks of a stream
	Reset      bool    // leave with a RST in place of a FIN
}

func (m *Manner) check(s *stream.Plan) error {
	if m.ReadRate < 0 || m.SendRate < 0 || m.ChunkSize < 0 || m.LeaveAfter < 0 {
		return errors.New("rates, sizes and counts must not be negative")
	}
	if m.LeaveAfter > 0 && s == nil {
		return errors.New("only a stream can be left after a number of blocks")
	}
	return nil
}

// A Message is a compiled request: its bytes, and what is needed to read and check the answer. It is not changed by
// sending it, so that many connections can share one.
type Message struct {
	keep, last []byte // head, and the body unless that is long: for a connection that stays, for one that ends
	headKeep   int    // length of the head alone in keep
	headLast   int
	body       []byte // as on the wire; only where it is not part of keep and last
	isHead     bool
	closing    bool // the request itself says Connection: close
	await      bool // Expect: 100-continue
	expect     *expectation
	keeping    bool
	keepBody   int
	stream     *stream.Plan
	manner     Manner
}

// joinLimit is the longest body that is copied behind its head, to be sent with one write.
const joinLimit = 16 << 10

// chunkSize is the size of the chunks of a request body that says no other.
const chunkSize = 16 << 10

// Compile checks a request and turns it into bytes. Fields that Spec.Header sets itself (Host, User-Agent, Connection,
// Content-Length, Transfer-Encoding) are left as they are, also when they are wrong: a test may want that.
func Compile(s Spec) (*Message, error) {
	if s.Method == "" {
		s.Method = "GET"
	}
	if s.Path == "" {
		s.Path = "/"
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	if err := s.Manner.check(s.Stream); err != nil {
		return nil, err
	}
	expect, err := compileExpect(s.Expect)
	if err != nil {
		return nil, err
	}
	m := &Message{isHead: s.Method == "HEAD", expect: expect, keeping: s.Keep, keepBody: s.KeepBody, stream: s.Stream, manner: s.Manner}
	m.closing = hasToken(s.get("Connection"), "close")
	m.await = len(s.Body) > 0 && hasToken(s.get("Expect"), "100-continue")
	body := s.Body
	if s.Chunked {
		body = chunked(s.Body, cmp.Or(s.Manner.ChunkSize, chunkSize))
	}
	m.keep, m.last = s.appendHead(nil, false), s.appendHead(nil, true)
	m.headKeep, m.headLast = len(m.keep), len(m.last)
	if len(body) > joinLimit || s.Manner.SendRate > 0 && len(body) > 0 {
		m.body = body
		return m, nil
	}
	m.keep = append(m.keep, body...)
	m.last = append(m.last, body...)
	return m, nil
}

// Wire returns the bytes of the request: as sent on a connection that stays, or on its last use.
func (m *Message) Wire(last bool) []byte {
	if last {
		return slices.Concat(m.last, m.body)
	}
	return slices.Concat(m.keep, m.body)
}

// simple says that the request is one short piece, which fits into an empty socket buffer, and that its answer is read
// as it comes.
func (m *Message) simple() bool {
	return m.body == nil && !m.await && len(m.last) <= 4096 && m.manner.ReadRate == 0
}

func (m *Message) size(last bool) int {
	if last {
		return len(m.last) + len(m.body)
	}
	return len(m.keep) + len(m.body)
}
