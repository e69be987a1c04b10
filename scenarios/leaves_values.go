package scenarios

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"

	"github.com/invopop/jsonschema"
)

// decimal is a number within the bounds of its tag (minimum, exclusiveMinimum, maximum).
type decimal struct {
	f  float64
	at place
}

var decimalText = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?$`)

func (t *decimal) decode(d *decoder, v *value, tag string) {
	t.at = v.at
	low, above, high := option(tag, "minimum"), option(tag, "exclusiveMinimum"), option(tag, "maximum")
	expected := fmt.Sprintf("a number from %s to %s", low, high)
	if above != "" {
		expected = fmt.Sprintf("a number more than %s and at most %s", above, high)
	}
	if v.kind != scalarKind || v.tag != "!!int" && v.tag != "!!float" || !decimalText.MatchString(v.text) {
		d.wrong(v, "", expected)
		return
	}
	f, err := strconv.ParseFloat(v.text, 64)
	within := func(bound string, ok func(float64) bool) bool {
		b, missing := strconv.ParseFloat(bound, 64)
		return missing != nil || ok(b)
	}
	if err != nil || !within(low, func(b float64) bool { return f >= b }) || !within(above, func(b float64) bool { return f > b }) ||
		!within(high, func(b float64) bool { return f <= b }) {
		d.wrong(v, "", expected)
		return
	}
	t.f = f
}

func (decimal) JSONSchema() *jsonschema.Schema { return &jsonschema.Schema{Type: "number"} }

// regex is a regular expression in the syntax of RE2.
type regex struct {
	s  string
	at place
}

func (t *regex) decode(d *decoder, v *value, _ string) {
	t.at = v.at
	if v.kind != scalarKind || v.tag != "!!str" || v.text == "" {
		d.wrong(v, "for example 'csrf=\"([^\"]+)\"'", "a regular expression as text")
		return
	}
	t.s = v.text
	re, err := regexp.Compile(v.text)
	switch {
	case err != nil:
		d.add(v.at, "the syntax is that of RE2: no look-ahead, no back-references", "%v", err)
	case re.NumSubexp() > 1:
		d.add(v.at, "write (?: ... ) for the others", "the regular expression has %d groups: one is captured", re.NumSubexp())
	}
}

func (regex) JSONSchema() *jsonschema.Schema {
	one := uint64(1)
	return &jsonschema.Schema{Type: "string", MinLength: &one, Format: "regex", Examples: []any{`csrf="([^"]+)"`}}
}

// jsonValue is a scalar that is compared with one inside a JSON body, written as JSON.
type jsonValue struct {
	s  string
	at place
}

func (t *jsonValue) decode(d *decoder, v *value, _ string) {
	t.at = v.at
	switch {
	case v.kind != scalarKind:
		d.wrong(v, "point to what is inside it", "text, a number, true, false or null")
	case v.tag == "!!null":
		t.s = "null"
	case v.tag == "!!str":
		b, err := json.Marshal(v.text)
		if err != nil {
			d.add(v.at, "", "%v", err)
		}
		t.s = string(b)
	case v.tag == "!!bool":
		var b boolean
		b.decode(d, v, "")
		t.s = strconv.FormatBool(b.b)
	case decimalText.MatchString(v.text) && json.Valid([]byte(v.text)):
		t.s = v.text
	default:
		d.wrong(v, "", "a number as JSON writes it")
	}
}

func (jsonValue) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{{Type: "string"}, {Type: "number"}, {Type: "boolean"}, {Type: "null"}}}
}
