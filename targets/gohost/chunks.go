package gohost

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

const (
	maxChunkLine  = 4 << 10  // bytes of a chunk's size and extensions
	maxExtensions = 16 << 10 // bytes of extensions that no data came with
	maxTrailers   = 16 << 10 // bytes of all trailers
)

var errChunk = errors.New("malformed chunked coding")

// A chunkReader decodes the chunked coding (RFC 9112 §7.1) strictly: sizes are hexadecimal digits and nothing else,
// lines end in CR LF. Trailers are checked and dropped. Extensions are dropped and bounded by the data they come with.
type chunkReader struct {
	in       *bufio.Reader
	left     int64 // of the chunk; -1: its CR LF is due
	overhead int   // bytes of extensions so far, less a sixteenth of the data
	err      error
}

func newChunkReader(in *bufio.Reader) *chunkReader { return &chunkReader{in: in} }

// Read returns io.EOF only behind a complete body.
func (c *chunkReader) Read(p []byte) (int, error) {
	if c.err != nil {
		return 0, c.err
	}
	if c.left <= 0 {
		if c.err = c.next(); c.err != nil {
			return 0, c.err
		}
	}
	if int64(len(p)) > c.left {
		p = p[:c.left]
	}
	n, err := c.in.Read(p)
	c.left -= int64(n)
	if c.left == 0 {
		c.left = -1
	}
	if err != nil {
		c.err = unexpected(err)
	}
	return n, c.err
}

// readable reports whether Read can go on with what is buffered: some data, or a whole line.
func (c *chunkReader) readable() bool {
	n := c.in.Buffered()
	if n == 0 || c.left > 0 || c.err != nil {
		return n > 0 || c.err != nil
	}
	b, _ := c.in.Peek(n)
	if c.left < 0 {
		b = b[min(2, n):]
	}
	return bytes.IndexByte(b, '\n') >= 0 || n == c.in.Size()
}

// next reads up to the data of the next chunk.
func (c *chunkReader) next() error {
	if c.left < 0 {
		if line, err := c.line(2); err != nil || len(line) != 0 {
			return errors.Join(errChunk, err)
		}
	}
	line, err := c.line(maxChunkLine)
	if err != nil {
		return err
	}
	size, extension, err := parseChunkSize(line)
	if err != nil {
		return err
	}
	if c.overhead += len(extension); c.overhead > maxExtensions {
		return errChunk
	}
	c.overhead -= int(min(size/16, int64(c.overhead)))
	if size == 0 {
		return c.trailers()
	}
	c.left = size
	return nil
}

func parseChunkSize(line []byte) (size int64, extension []byte, err error) {
	i := 0
	for ; i < len(line) && hex(line[i]); i++ {
		if i == 15 {
			return 0, nil, errChunk
		}
		size = size<<4 | int64(unhex(line[i]))
	}
	extension = line[i:]
	if i == 0 || !all(extension, isValue) {
		return 0, nil, errChunk
	}
	if name := bytes.TrimLeft(extension, " \t"); len(extension) > 0 && (len(name) < 2 || name[0] != ';') {
		return 0, nil, errChunk
	}
	return size, extension, nil
}

func (c *chunkReader) trailers() error {
	for total := 0; total < maxTrailers; {
		line, err := c.line(maxTrailers)
		if err != nil {
			return err
		}
		if len(line) == 0 {
			return io.EOF
		}
		colon := bytes.IndexByte(line, ':')
		if colon <= 0 || !all(line[:colon], isToken) || !all(line[colon+1:], isValue) {
			return errChunk
		}
		total += len(line)
	}
	return errChunk
}

// line returns a line without its CR LF, of at most so many bytes with it.
func (c *chunkReader) line(most int) ([]byte, error) {
	line, err := c.in.ReadSlice('\n')
	if err != nil && err != bufio.ErrBufferFull {
		return nil, unexpected(err)
	}
	if err != nil || len(line) > most || len(line) < 2 || line[len(line)-2] != '\r' {
		return nil, errChunk
	}
	return line[:len(line)-2], nil
}

// unexpected is for an end of the stream where more was due.
func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
