package script

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// MaxBody is how much of an answer's body needs to be kept for captures and for expectations inside JSON, in bytes.
const MaxBody = 1 << 20

// An Answer is what came back, as far as a session looks at it.
type Answer struct {
	Status int
	Header [][2]string // name and value, in order
	Body   []byte      // after the transfer coding; at most MaxBody
	Cut    bool        // the body was longer than that

	doc    any // of Body, once it was parsed
	docErr error
	parsed bool
}

// json parses the body once, however many look into it.
func (a *Answer) json() (any, error) {
	if !a.parsed {
		a.parsed = true
		a.doc, a.docErr = ParseJSON(a.Body)
	}
	return a.doc, a.docErr
}

// A Capture takes one value out of an answer. The zero value takes nothing.
type Capture struct {
	Name string // of the variable

	pointer *Pointer
	regex   *regexp.Regexp
	header  string
	cookie  string
}

// CaptureJSON takes a value inside a JSON body. Arrays and objects are taken as JSON; null counts as missing.
func CaptureJSON(name, pointer string) (Capture, error) {
	p, err := ParsePointer(pointer)
	if err != nil {
		return Capture{}, fmt.Errorf("capture %s: %w", name, err)
	}
	return Capture{Name: name, pointer: &p}, nil
}

// CaptureRegexp takes the first group of the first match in the body, or the whole match where there is no group.
func CaptureRegexp(name, expr string) (Capture, error) {
	re, err := regexp.Compile(expr)
	if err != nil {
		return Capture{}, fmt.Errorf("capture %s: %w", name, err)
	}
	return Capture{Name: name, regex: re}, nil
}

// CaptureHeader takes the value of the first field of that name.
func CaptureHeader(name, field string) Capture { return Capture{Name: name, header: field} }

// CaptureCookie takes the value of the last cookie of that name that the answer sets.
func CaptureCookie(name, cookie string) Capture { return Capture{Name: name, cookie: cookie} }

// NeedsBody says whether the capture looks into the body.
func (c Capture) NeedsBody() bool { return c.pointer != nil || c.regex != nil }

// From takes the value out of an answer; false: it is not there.
func (c Capture) From(a *Answer) (value string, ok bool) {
	switch {
	case c.pointer != nil:
		doc, err := a.json()
		if err != nil {
			return "", false
		}
		v, ok := c.pointer.Find(doc)
		if !ok {
			return "", false
		}
		return textOf(v)
	case c.regex != nil:
		m := c.regex.FindSubmatch(a.Body)
		if m == nil {
			return "", false
		}
		return string(m[min(1, len(m)-1)]), true
	case c.header != "":
		for _, h := range a.Header {
			if strings.EqualFold(h[0], c.header) {
				return h[1], true
			}
		}
	case c.cookie != "":
		for _, h := range a.Header {
			if k, set := parseCookie(h, time.Time{}); set && k.name == c.cookie {
				value, ok = k.value, true
			}
		}
	}
	return value, ok
}
