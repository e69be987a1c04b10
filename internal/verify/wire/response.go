package wire

import (
	"errors"
	"fmt"
	"strings"
)

// A Framing says how the end of a response's body is found (RFC 9112, section 6.3).
type Framing string

// The framings.
const (
	ByNothing Framing = "none"           // no body can follow: HEAD, 1xx, 204, 304
	ByLength  Framing = "content-length" // as many bytes as declared
	ByChunks  Framing = "chunked"        // up to the last chunk
	ByClose   Framing = "close"          // up to the end of the connection: a truncation cannot be seen
)

// A Field is one header or trailer line: the name as it was spelled, the value without the white space around it.
type Field struct{ Name, Value string }

// A Response is what came back for one request.
type Response struct {
	Proto    string // "HTTP/1.1"
	Status   int
	Reason   string
	Header   []Field // in the order in which they came
	Body     []byte  // without the framing
	Trailer  []Field
	Framing  Framing
	Complete bool        // the body ended as its framing promised
	Interim  []*Response // the 1xx responses that came before
	Raw      []byte      // head and body as they came, the interim responses not included
}

// Get returns the value of the first field of that name, whatever the case of its letters, and "" where there is none.
func (r *Response) Get(name string) string {
	for _, f := range r.Header {
		if strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return ""
}

// Values returns the values of all fields of that name, whatever the case of its letters.
func (r *Response) Values(name string) []string {
	var values []string
	for _, f := range r.Header {
		if strings.EqualFold(f.Name, name) {
			values = append(values, f.Value)
		}
	}
	return values
}

// WillClose says whether the server has announced that this is the connection's last response.
func (r *Response) WillClose() bool {
	var closes, keeps bool
	for _, v := range r.Values("Connection") {
		for part := range strings.SplitSeq(v, ",") {
			closes = closes || strings.EqualFold(trim(part), "close")
			keeps = keeps || strings.EqualFold(trim(part), "keep-alive")
		}
	}
	return closes || r.Framing == ByClose || r.Proto == "HTTP/1.0" && !keeps
}

// How reading can end other than with a whole response. A MalformedError is the fifth way.
var (
	ErrNothing = errors.New("closed without a response") // not one byte of a response came
	ErrCut     = errors.New("closed in the middle of the response")
	ErrReset   = errors.New("connection reset")
	ErrTimeout = errors.New("no answer in time")
)

// A MalformedError is something in a response that HTTP does not allow.
type MalformedError struct {
	What string // "bare LF at the end of a line"
	Line string // what it is about, escaped and shortened
}

func (e *MalformedError) Error() string {
	if e.Line == "" {
		return "malformed response: " + e.What
	}
	return fmt.Sprintf("malformed response: %s: %s", e.What, e.Line)
}

func malformed(what string, about []byte) error {
	return &MalformedError{What: what, Line: Escape(about[:min(len(about), 80)])}
}
