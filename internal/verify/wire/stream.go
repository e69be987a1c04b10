package wire

import (
	"bytes"
	"errors"
	"io"
	"os"
	"syscall"
)

const (
	maxLine = 64 << 10 // bytes of a line of a response
	maxHead = 256 << 10
	maxBody = 32 << 20 // a server that never stops is stopped here
)

// A stream is a buffered reader that remembers what it has handed out since the last mark.
type stream struct {
	src io.Reader
	buf []byte // read and not handed out
	err error  // why src ended; what is in buf is still good
	raw []byte // handed out since the mark
}

// fill reads once. It returns nil when there are new bytes. A timeout does not end the stream: more may come later.
func (s *stream) fill() error {
	if s.err != nil {
		return s.err
	}
	block := make([]byte, 16<<10)
	n, err := s.src.Read(block)
	s.buf = append(s.buf, block[:n]...)
	why := because(err)
	if why != nil && !errors.Is(why, ErrTimeout) {
		s.err = why
	}
	if n > 0 {
		return nil
	}
	if why == nil {
		return s.fill() // a reader may return nothing once in a while
	}
	return why
}

// because names the end of a connection in this package's words; io.EOF is a clean one.
func because(err error) error {
	switch {
	case err == nil, errors.Is(err, io.EOF):
		return err
	case errors.Is(err, os.ErrDeadlineExceeded):
		return ErrTimeout
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return ErrReset
	}
	return err
}

// take hands out the first n bytes of the buffer.
func (s *stream) take(n int) []byte {
	b := s.buf[:n:n]
	s.raw = append(s.raw, b...)
	s.buf = s.buf[n:]
	return b
}

// line hands out a line without its CRLF. A line that ends otherwise is malformed.
func (s *stream) line() ([]byte, error) {
	from := 0
	for {
		i := bytes.IndexByte(s.buf[from:], '\n')
		if i >= 0 {
			return endOfLine(s.take(from + i + 1))
		}
		from = len(s.buf)
		if from > maxLine {
			return nil, malformed("line too long", s.buf)
		}
		if err := s.fill(); err != nil {
			return nil, err
		}
	}
}

func endOfLine(line []byte) ([]byte, error) {
	body, ok := bytes.CutSuffix(line, []byte("\r\n"))
	if !ok {
		return nil, malformed("line ends with a bare LF", line)
	}
	if len(body) > maxLine {
		return nil, malformed("line too long", line)
	}
	if bytes.IndexByte(body, '\r') >= 0 {
		return nil, malformed("bare CR", line)
	}
	return body, nil
}
