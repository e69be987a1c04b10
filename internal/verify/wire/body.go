package wire

import (
	"errors"
	"io"
	"strconv"
	"strings"
)

// A body reads what follows a head, piece by piece.
type body struct {
	s       *stream
	r       *Response
	framing Framing
	left    int64 // bytes of the length or of the chunk under way
	inChunk bool  // a chunk's data or its CRLF is under way
	ended   bool
}

// next reads once: it appends what is there to the response's body. It returns io.EOF when the body has ended as its
// framing says, and then sets Complete.
func (b *body) next() error {
	if len(b.r.Body) > maxBody {
		return malformed("body too long", nil)
	}
	err := b.step()
	switch {
	case b.ended:
		b.r.Complete = true
		return io.EOF
	case errors.Is(err, io.EOF):
		return ErrCut
	}
	return err
}

func (b *body) step() error {
	switch {
	case b.ended:
		return nil
	case b.framing == ByNothing, b.framing == ByLength && b.left == 0:
		b.ended = true
		return nil
	case b.framing == ByChunks && b.left == 0:
		return b.betweenChunks()
	}
	if len(b.s.buf) == 0 {
		if err := b.s.fill(); err != nil {
			b.ended = b.framing == ByClose && err == io.EOF
			return err
		}
	}
	n := len(b.s.buf)
	if b.framing != ByClose {
		n = int(min(int64(n), b.left))
		b.left -= int64(n)
	}
	b.r.Body = append(b.r.Body, b.s.take(n)...)
	return nil
}

// betweenChunks reads the end of a chunk, a size line, and after the last chunk the trailer (RFC 9112, section 7.1).
func (b *body) betweenChunks() error {
	line, err := b.s.line()
	if err != nil {
		return err
	}
	if b.inChunk {
		if len(line) > 0 {
			return malformed("chunk longer than its size", line)
		}
		b.inChunk = false
		return nil
	}
	digits, extension, _ := strings.Cut(string(line), ";")
	size, err := strconv.ParseUint(digits, 16, 63)
	if err != nil || !isValue(extension) { // ParseUint refuses "", signs, 0x and _ when the base is given
		return malformed("chunk size", line)
	}
	b.left, b.inChunk = int64(size), true
	if size > 0 {
		return nil
	}
	b.r.Trailer, err = b.s.fields()
	b.ended = err == nil
	return err
}
