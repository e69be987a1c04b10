package script

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// A Script is the sessions of a scenario and their data. It is not changed by being run.
type Script struct {
	Sessions []Session
	Data     []Data
}

// A Session is what one user does.
type Session struct {
	Name    string
	Weight  int  // relative; at least 1
	Cookies bool // keep a jar
	Steps   []Step
}

// Data is a table under a name: ${name.column}.
type Data struct {
	Name  string
	Table *Table
	Pick  string
}

// A Step is one request of a session, and what is made of its answer.
type Step struct {
	Index   int // into the names of all requests: collect.Exchange.Request
	Method  string
	Path    Template
	Header  []Field
	Body    Template
	Fixed   []byte // a body without references; it wins over Body
	Chunked bool
	Expect  Expect
	JSON    []Wanted
	Capture []Capture
	Think   func(*rand.Rand) time.Duration // the pause after the answer; nil: none
}

// A Field is a header field to be sent.
type Field struct {
	Name  string
	Value Template
}

// Expect is what the engine checks while the answer streams by; see traffic.Expect.
type Expect struct {
	Status  int // 0: any below 400; -1: any at all
	Header  [][2]string
	Body    Template
	HasBody bool
	Length  int64 // -1: not checked
	SHA256  string
}

// NeedsBody says whether the body of the answer must be kept, up to MaxBody.
func (s *Step) NeedsBody() bool {
	return len(s.JSON) > 0 || slices.ContainsFunc(s.Capture, Capture.NeedsBody)
}

// Check reports references that can never have a value: to unknown sets and columns, and to what no earlier step of the
// session captures.
func (s *Script) Check() error {
	known := map[string]bool{}
	for _, d := range s.Data {
		for _, column := range d.Table.Columns {
			known[d.Name+"."+column] = true
		}
	}
	for _, session := range s.Sessions {
		if len(session.Steps) == 0 {
			return fmt.Errorf("session %s has no steps", session.Name)
		}
		have := maps.Clone(known)
		for i := range session.Steps {
			step := &session.Steps[i]
			for _, name := range step.variables() {
				if !have[name] {
					return fmt.Errorf("session %s, step %d: there is no ${%s}; there are %s", session.Name, i+1, name, strings.Join(slices.Sorted(maps.Keys(have)), ", "))
				}
			}
			for _, c := range step.Capture {
				have[c.Name] = true
			}
		}
	}
	return nil
}

// variables are all that the templates of the step refer to.
func (s *Step) variables() []string {
	names := slices.Concat(s.Path.Variables(), s.Body.Variables(), s.Expect.Body.Variables())
	for _, h := range s.Header {
		names = append(names, h.Value.Variables()...)
	}
	for _, w := range s.JSON {
		if w.text != nil {
			names = append(names, w.text.Variables()...)
		}
	}
	return names
}
