package http1

import (
	"bytes"
	"crypto/sha256"
	"hash"

	"github.com/wsgibench/wsgibench/collect"
	"github.com/wsgibench/wsgibench/internal/traffic/stream"
)

// A bodyCheck compares a body with what is expected while it streams by. It keeps nothing of it that is not asked for.
type bodyCheck struct {
	expect *expectation
	n      int64 // bytes seen
	differ bool  // from the expected content
	bodied bool  // the response can have a body: not to HEAD
	hash   hash.Hash
	sum    [sha256.Size]byte
	kept   []byte
	limit  int            // of kept
	ruled  []byte         // the body, where there is a rule
	stream *stream.Reader // nil: no stream
}

func (b *bodyCheck) keep(limit int) { b.kept, b.limit = b.kept[:0], limit }

func (b *bodyCheck) begin(x *expectation, head bool) {
	b.expect, b.n, b.differ, b.bodied, b.ruled = x, 0, false, !head, b.ruled[:0]
	if x.digest == nil {
		return
	}
	if b.hash == nil {
		b.hash = sha256.New()
	}
	b.hash.Reset()
}

func (b *bodyCheck) write(p []byte) {
	x := b.expect
	if x.hasBody && !b.differ {
		rest := x.body[min(b.n, int64(len(x.body))):]
		b.differ = len(p) > len(rest) || !bytes.Equal(p, rest[:len(p)])
	}
	if x.digest != nil {
		b.hash.Write(p)
	}
	if b.limit > 0 {
		b.kept = append(b.kept, p[:min(len(p), b.limit-len(b.kept))]...)
	}
	if x.rule != nil {
		b.ruled = append(b.ruled, p[:min(len(p), MaxRuled-len(b.ruled))]...)
	}
	if b.stream != nil {
		b.stream.Write(p)
	}
	b.n += int64(len(p))
}

// verdict is what is wrong with a complete response: the first of status, header, length and content. The answer to
// HEAD has no body, so that only status and header can be wrong.
func (b *bodyCheck) verdict(status int, mask uint64) Fault {
	x := b.expect
	if f := x.fault(status, mask); f.Kind != "" || !b.bodied {
		return f
	}
	switch {
	case x.length >= 0 && b.n != x.length:
		return Fault{collect.WrongLength, sizeDetail(b.n < x.length)}
	case x.hasBody && b.n != int64(len(x.body)):
		return Fault{collect.WrongLength, sizeDetail(b.n < int64(len(x.body)))}
	case b.differ:
		return Fault{collect.WrongBody, "content differs"}
	case x.digest != nil && !bytes.Equal(b.hash.Sum(b.sum[:0]), x.digest):
		return Fault{collect.WrongBody, "digest differs"}
	case x.rule != nil && x.rule(b.ruled) != nil:
		return Fault{collect.WrongBody, "content breaks the rule of its request"}
	case b.stream != nil:
		kind, detail := b.stream.End()
		return Fault{kind, detail}
	}
	return Fault{}
}

func sizeDetail(short bool) string {
	if short {
		return "body shorter than expected"
	}
	return "body longer than expected"
}
