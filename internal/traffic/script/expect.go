package script

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"

	"github.com/wsgibench/wsgibench/collect"
)

// A Wanted is a scalar that a JSON body must hold.
type Wanted struct {
	pointer Pointer
	text    *Template // of a string
	value   any       // json.Number, bool or nil
}

// WantJSON expects a value, written as JSON, where the pointer leads. A string may hold references. Numbers are equal
// when they are the same number, however they are written.
func WantJSON(pointer, value string) (Wanted, error) {
	p, err := ParsePointer(pointer)
	if err != nil {
		return Wanted{}, err
	}
	v, err := ParseJSON([]byte(value))
	if err != nil {
		return Wanted{}, fmt.Errorf("expected value of %s: %q is not JSON: %w", pointer, value, err)
	}
	w := Wanted{pointer: p, value: v}
	switch v := v.(type) {
	case string:
		t, err := ParseTemplate(v)
		w.text = &t
		return w, err
	case map[string]any, []any:
		return Wanted{}, errors.New("expected value of " + pointer + ": want text, a number, true, false or null")
	}
	return w, nil
}

// check says what is wrong with a body; empty: nothing.
func (w Wanted) check(a *Answer, lookup Lookup) string {
	doc, err := a.json()
	if err != nil {
		return "body is not JSON"
	}
	got, ok := w.pointer.Find(doc)
	if !ok {
		return "json " + w.pointer.String() + " is missing"
	}
	want := w.value
	if w.text != nil {
		if want, err = w.text.Fill(lookup); err != nil {
			return err.Error()
		}
	}
	if !sameScalar(got, want) {
		return "json " + w.pointer.String() + " differs"
	}
	return ""
}

// sameScalar compares two JSON scalars; an array or an object equals none.
func sameScalar(a, b any) bool {
	switch a := a.(type) {
	case json.Number:
		bn, ok := b.(json.Number)
		return ok && sameNumber(a.String(), bn.String())
	case map[string]any, []any:
		return false
	}
	return a == b
}

// maxDigits bounds the numbers that are compared exactly: "1e999999999" would otherwise fill the memory.
const maxDigits = 40

func sameNumber(a, b string) bool {
	if a == b {
		return true
	}
	if len(a) > maxDigits || len(b) > maxDigits {
		return false
	}
	// 200 bits hold every number of 40 digits, and big.Float bounds exponents by itself.
	x, _, errX := big.ParseFloat(a, 10, 200, big.ToNearestEven)
	y, _, errY := big.ParseFloat(b, 10, 200, big.ToNearestEven)
	return errX == nil && errY == nil && x.Cmp(y) == 0
}

// judge is what is wrong with an answer beyond what the engine checks while it streams by: JSON values and captures.
func (s *Step) judge(a *Answer, u *User) (collect.ErrorKind, string) {
	if s.NeedsBody() && a.Cut {
		return collect.WrongBody, fmt.Sprintf("body longer than %d bytes, too long to look into", MaxBody)
	}
	for _, w := range s.JSON {
		if wrong := w.check(a, u.lookup); wrong != "" {
			return collect.WrongBody, wrong
		}
	}
	for _, c := range s.Capture {
		v, ok := c.From(a)
		if !ok {
			if c.NeedsBody() {
				return collect.WrongBody, "nothing to capture for " + c.Name
			}
			return collect.WrongHeader, "nothing to capture for " + c.Name
		}
		u.values[c.Name] = v
	}
	return "", ""
}
