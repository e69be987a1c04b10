package http1

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/wsgibench/wsgibench/collect"
)

// Expect says what a right answer is; unset fields are not checked.
type Expect struct {
	Status  int // 0: any below 400; -1: any at all
	Body    []byte
	HasBody bool        // Body is to be compared, also when it is empty
	Length  int64       // bytes of the body; -1: not checked
	SHA256  string      // of the body, hexadecimal
	Header  [][2]string // name, exact value
	// Rule says what is wrong with a whole body that cannot be known beforehand. It is called for every answer, from
	// several goroutines, and must not keep the body. Of an answer longer than MaxRuled it is given the beginning. nil: none.
	Rule func(body []byte) error
}

// MaxRuled is how much of a body is kept for a Rule, in bytes.
const MaxRuled = 1 << 20

// Check compares an answer that has been read whole. Headers are not looked at.
func (e *Expect) Check(status int, body []byte) error {
	x, err := compileExpect(*e)
	if err != nil {
		return err
	}
	x.header = nil
	var b bodyCheck
	b.begin(x, false)
	b.write(body)
	if f := b.verdict(status, 0); f.Kind != "" {
		return fmt.Errorf("%s: %s", f.Kind, f.Detail)
	}
	return nil
}

// An expectation is a compiled Expect. A nil one expects any status below 400.
type expectation struct {
	status   int
	body     []byte
	hasBody  bool
	length   int64 // -1: not checked
	digest   []byte
	rule     func([]byte) error
	header   []expectedField
	headMask uint64 // a bit for every expected field
}

type expectedField struct {
	name   string // in lower case
	value  []byte
	detail string
}

func compileExpect(e Expect) (*expectation, error) {
	x := &expectation{status: e.Status, body: e.Body, hasBody: e.HasBody, length: e.Length, rule: e.Rule}
	if e.SHA256 != "" {
		d, err := hex.DecodeString(e.SHA256)
		if err != nil || len(d) != sha256.Size {
			return nil, fmt.Errorf("expected sha256 %q: want %d hexadecimal digits", e.SHA256, 2*sha256.Size)
		}
		x.digest = d
	}
	if len(e.Header) > 64 {
		return nil, fmt.Errorf("%d expected headers: at most 64 can be checked", len(e.Header))
	}
	for i, h := range e.Header {
		if !isToken(h[0]) {
			return nil, fmt.Errorf("expected header name %q: want letters, digits and hyphens", h[0])
		}
		x.header = append(x.header, expectedField{strings.ToLower(h[0]), []byte(h[1]), "header " + h[0]})
		x.headMask |= 1 << i
	}
	return x, nil
}

// field marks the expected fields that a response field fulfils.
func (x *expectation) field(name, value []byte) (mask uint64) {
	for i := range x.header {
		if h := &x.header[i]; equalFold(name, h.name) && bytes.Equal(value, h.value) {
			mask |= 1 << i
		}
	}
	return mask
}

// fault says what of the head is not as expected; mask is what the fields fulfilled.
func (x *expectation) fault(status int, mask uint64) Fault {
	switch {
	case x.status == 0 && status >= 400, x.status > 0 && status != x.status:
		return Fault{collect.WrongStatus, "status " + strconv.Itoa(status)}
	case mask != x.headMask:
		for i := range x.header {
			if mask&(1<<i) == 0 {
				return Fault{collect.WrongHeader, x.header[i].detail}
			}
		}
	}
	return Fault{}
}
