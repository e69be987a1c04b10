package http1

import (
	"bytes"

	"github.com/wsgibench/wsgibench/collect"
)

// MaxHead is the longest head, and the longest trailer section, that is read.
const MaxHead = 64 << 10

// maxChunkLine is the longest chunk-size line with its extensions.
const maxChunkLine = 4 << 10

// A state is what the parser waits for.
type state uint8

const (
	inHead state = iota
	inLength
	inChunkSize
	inChunk
	inChunkEnd // the line end after a chunk
	inTrailer
	untilEOF
	complete
)

// A Parser reads one response after the other as their bytes come in, however they are cut. It allocates nothing once
// it has seen a response of each kind, and keeps of a response only what is not yet complete: a part of a head or of a
// line.
type Parser struct {
	head
	body  bodyCheck
	state state

	isHead  bool   // the response to HEAD: a head and nothing more
	began   bool   // a byte of the final response's head was seen
	left    int64  // of the body, or of the chunk
	part    []byte // an incomplete head, chunk line or trailer section
	scanned int    // how much of part was searched for its end
	keeping bool   // the header is wanted
	header  [][2]string

	// The last head and what it meant: servers answer one request with the same bytes over and over, except that the
	// date changes once a second. Comparing is several times cheaper than parsing.
	seen       []byte
	seenExpect *expectation
	seenIsHead bool
	seenHead   head
}

// Begin prepares for the response to m. Bytes that were fed before are forgotten.
func (p *Parser) Begin(m *Message) {
	p.isHead = m.isHead
	p.body.begin(m.expect, m.isHead)
	p.state, p.began, p.head = inHead, false, head{}
	p.part, p.scanned = p.part[:0], 0
	p.keeping, p.header = m.keeping, nil
	p.body.keep(m.keepBody)
}

// Feed takes the next bytes from the connection and says how many of them belong to the response, and whether it is
// complete; where it is not, all of them do.
func (p *Parser) Feed(b []byte) (used int, done bool, f Fault) {
	all := len(b)
	for len(b) > 0 && p.state != complete {
		var n int
		switch p.state {
		case inHead:
			n, f = p.feedHead(b)
		case inLength, inChunk:
			n = int(min(int64(len(b)), p.left))
			p.body.write(b[:n])
			if p.left -= int64(n); p.left == 0 {
				p.bodyDone()
			}
		case untilEOF:
			n = len(b)
			p.body.write(b)
		default:
			n, f = p.feedLine(b)
		}
		b = b[n:]
		if f.Kind != "" {
			return all - len(b), false, f
		}
	}
	return all - len(b), p.state == complete, Fault{}
}

// bodyDone follows the last byte of a body with a length, or of a chunk.
func (p *Parser) bodyDone() {
	if p.state == inChunk {
		p.state = inChunkEnd
		return
	}
	p.state = complete
}

// EOF says what the end of the connection means: the end of the body, or a fault.
func (p *Parser) EOF() (done bool) {
	if p.state != untilEOF {
		return false
	}
	p.state = complete
	return true
}

// Verdict compares a complete response with what was expected.
func (p *Parser) Verdict() Fault { return p.body.verdict(p.Status, p.mask) }

// BodyBytes is how much of the body has been seen, after the transfer coding.
func (p *Parser) BodyBytes() int64 { return p.body.n }

// EOFFramed says that only the end of the connection ends the body: a truncated one looks the same.
func (p *Parser) EOFFramed() bool { return p.framing == byEOF && p.began && p.Status != 0 }

func (p *Parser) feedHead(b []byte) (n int, f Fault) {
	p.began = true
	if len(p.part) == 0 {
		if len(p.seen) > 0 && !p.keeping && bytes.HasPrefix(b, p.seen) && p.seenExpect == p.body.expect && p.seenIsHead == p.isHead {
			interim := p.Interim
			p.head = p.seenHead
			p.Interim = interim
			return len(p.seen), p.frame()
		}
		if end := headEnd(b, 0); end > 0 {
			return end, p.finishHead(b[:end])
		}
		if len(b) > MaxHead {
			return 0, Fault{collect.BadResponse, "head too long"}
		}
		p.part, p.scanned = append(p.part, b...), len(b)
		return len(b), startFault(p.part)
	}
	had := len(p.part)
	p.part = append(p.part, b...)
	end := headEnd(p.part, max(0, p.scanned-3))
	p.scanned = len(p.part)
	switch {
	case end > MaxHead, end == 0 && len(p.part) > MaxHead:
		return len(b), Fault{collect.BadResponse, "head too long"}
	case end == 0:
		return len(b), startFault(p.part)
	}
	head := p.part[:end]
	p.part, p.scanned = p.part[:0], 0
	return end - had, p.finishHead(head)
}

// finishHead takes a complete head; after an interim one (1xx) another follows.
func (p *Parser) finishHead(b []byte) Fault {
	if f := p.head.parse(b, p.body.expect); f.Kind != "" {
		return f
	}
	if p.Status < 200 {
		if p.Status == 101 {
			return bad("protocol switched without being asked")
		}
		p.Interim, p.began = p.Status, false
		return Fault{}
	}
	if p.keeping {
		p.header = fields(b)
	}
	if len(b) <= 1024 {
		p.seen = append(p.seen[:0], b...)
		p.seenExpect, p.seenIsHead, p.seenHead = p.body.expect, p.isHead, p.head
	}
	return p.frame()
}

// frame decides how the body ends (RFC 9112, 6.3).
func (p *Parser) frame() Fault {
	switch {
	case p.isHead, p.Status == 204, p.Status == 304:
		p.framing, p.state = byNothing, complete
	case p.framing == byChunks:
		p.state = inChunkSize
	case p.framing == byLength:
		if p.left = p.length; p.left == 0 {
			p.state = complete
		} else {
			p.state = inLength
		}
	default:
		p.state = untilEOF
	}
	return Fault{}
}

// headEnd finds the empty line after from, and returns the length of the head with it; 0 if it is not there yet.
func headEnd(b []byte, from int) int {
	for {
		i := bytes.IndexByte(b[from:], '\n')
		if i < 0 {
			return 0
		}
		from += i + 1
		switch rest := b[from:]; {
		case len(rest) >= 1 && rest[0] == '\n':
			return from + 1
		case len(rest) >= 2 && rest[0] == '\r' && rest[1] == '\n':
			return from + 2
		}
	}
}

// startFault finds early that something is no HTTP at all, so that nobody waits for the end of its head.
func startFault(b []byte) Fault {
	const start = "HTTP/1."
	if n := min(len(b), len(start)); string(b[:n]) != start[:n] {
		return bad("not HTTP/1.x")
	}
	return Fault{}
}
