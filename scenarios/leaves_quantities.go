package scenarios

import (
	"time"

	"github.com/invopop/jsonschema"
)

// Quantities with units.
type (
	duration struct {
		d  time.Duration
		at place
	}
	rate struct {
		f  float64 // 1/s
		at place
	}
	byteRate struct {
		f  float64 // B/s
		at place
	}
	size struct {
		n  int64 // bytes
		at place
	}
	// percent is a share written as a percentage; 0 needs no unit.
	percent struct {
		f  float64 // 0.03 for 3%
		at place
	}
	// length is a size, or a plain number of bytes as in Content-Length.
	length struct {
		n  int64
		at place
	}
)

// quantity reads a scalar with a parser of units.go.
func quantity[T any](d *decoder, v *value, u unit, parse func(string) (T, error)) (t T) {
	if v.kind != scalarKind || v.tag == "!!null" {
		d.wrong(v, "for example "+u.example, "a "+u.name)
		return t
	}
	t, err := parse(v.text)
	if err != nil {
		d.add(v.at, "", "%v", err)
	}
	return t
}

func (u unit) schema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "string", Pattern: u.match.String(), Examples: []any{u.example}}
}

func (t *duration) decode(d *decoder, v *value, _ string) {
	t.at, t.d = v.at, quantity(d, v, durationUnit, parseDuration)
}
func (t *rate) decode(d *decoder, v *value, _ string) {
	t.at, t.f = v.at, quantity(d, v, rateUnit, parseRate)
}
func (t *byteRate) decode(d *decoder, v *value, _ string) {
	t.at, t.f = v.at, quantity(d, v, byteRateUnit, parseByteRate)
}
func (t *size) decode(d *decoder, v *value, _ string) {
	t.at, t.n = v.at, quantity(d, v, sizeUnit, parseSize)
}
func (t *percent) decode(d *decoder, v *value, _ string) {
	t.at = v.at
	if v.kind == scalarKind && v.tag == "!!int" && v.text == "0" {
		return
	}
	t.f = quantity(d, v, percentUnit, parsePercent)
}
func (t *length) decode(d *decoder, v *value, tag string) {
	t.at = v.at
	if v.kind == scalarKind && v.tag == "!!int" {
		var n integer
		n.decode(d, v, "maximum=1125899906842624")
		t.n = int64(n.n)
		return
	}
	t.n = quantity(d, v, sizeUnit, parseSize)
}

func (duration) JSONSchema() *jsonschema.Schema { return durationUnit.schema() }
func (rate) JSONSchema() *jsonschema.Schema     { return rateUnit.schema() }
func (byteRate) JSONSchema() *jsonschema.Schema { return byteRateUnit.schema() }
func (size) JSONSchema() *jsonschema.Schema     { return sizeUnit.schema() }
func (percent) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{OneOf: []*jsonschema.Schema{percentUnit.schema(), {Type: "integer", Const: 0}}}
}
func (length) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{OneOf: []*jsonschema.Schema{{Type: "integer", Minimum: "0", Maximum: "1125899906842624"}, sizeUnit.schema()}}
}
