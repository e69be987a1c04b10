package http1

import "bytes"

// feedLine reads what stands around the chunks: size lines, the line ends after them, the trailer section. A line that
// is not complete is kept. Line ends must be CRLF here: a lone LF is how requests are smuggled.
func (p *Parser) feedLine(b []byte) (n int, f Fault) {
	i := bytes.IndexByte(b, '\n')
	limit := maxChunkLine
	if p.state == inTrailer {
		limit = MaxHead
	}
	if i < 0 {
		if len(p.part)+len(b) > limit {
			return 0, bad("chunk line too long")
		}
		p.part = append(p.part, b...)
		return len(b), p.earlyChunkFault()
	}
	line := b[:i+1]
	if len(p.part) > 0 {
		p.part = append(p.part, line...)
		line = p.part
	}
	p.part = p.part[:0]
	if len(line) > limit {
		return i + 1, bad("chunk line too long")
	}
	if len(line) < 2 || line[len(line)-2] != '\r' {
		return i + 1, bad("line of a chunked body without CRLF")
	}
	return i + 1, p.chunkLine(line[:len(line)-2])
}

// earlyChunkFault finds that what should be the line end after a chunk is not one before the next line end comes.
func (p *Parser) earlyChunkFault() Fault {
	if p.state == inChunkEnd && (len(p.part) > 1 || p.part[0] != '\r') {
		return bad("chunk longer than its size")
	}
	return Fault{}
}

func (p *Parser) chunkLine(line []byte) Fault {
	switch p.state {
	case inChunkEnd:
		if len(line) > 0 {
			return bad("chunk longer than its size")
		}
		p.state = inChunkSize
		return Fault{}
	case inTrailer:
		return p.trailerLine(line)
	}
	size, f := chunkSizeOf(line)
	if f.Kind != "" {
		return f
	}
	p.left, p.state = size, inChunk
	if size == 0 {
		p.state, p.left = inTrailer, MaxHead
	}
	return Fault{}
}

// trailerLine checks and drops a trailer field; the section ends with an empty line. Parser.left counts down the bytes
// that it may still have.
func (p *Parser) trailerLine(line []byte) Fault {
	if len(line) == 0 {
		p.state = complete
		return Fault{}
	}
	if p.left -= int64(len(line)) + 2; p.left < 0 {
		return bad("trailer too long")
	}
	name, value, ok := bytes.Cut(line, []byte{':'})
	if !ok || !isToken(name) || !isFieldValue(trim(value)) {
		return bad("malformed trailer line")
	}
	return Fault{}
}

// chunkSizeOf reads hexadecimal digits and ignores extensions after a semicolon (RFC 9112, 7.1.1).
func chunkSizeOf(line []byte) (int64, Fault) {
	digits, ext, _ := bytes.Cut(bytes.TrimRight(line, " \t"), []byte{';'}) // some servers pad the number with spaces
	if len(digits) == 0 || len(digits) > 15 || !isFieldValue(ext) {
		return 0, bad("malformed chunk size")
	}
	var n int64
	for _, c := range digits {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, bad("malformed chunk size")
		}
		n = n<<4 | int64(c)
	}
	return n, Fault{}
}
