package scenarios

import (
	"reflect"

	"github.com/invopop/jsonschema"
)

const untilWords = "enum=verdict"

func (f *untilForm) decodeScalar(d *decoder, v *value) { f.at = v.at; f.Word.decode(d, v, untilWords) }
func (f *gateMetricForm) decodeScalar(d *decoder, v *value) {
	f.at = v.at
	f.Margin.decode(d, v, "")
}

func (trialsForm) JSONSchemaExtend(s *jsonschema.Schema) {
	s.Not = &jsonschema.Schema{Required: []string{"blocks", "until"}}
	s.DependentRequired = map[string][]string{"max": {"until"}}
}

func (untilForm) JSONSchemaExtend(s *jsonschema.Schema) {
	one := uint64(1)
	s.MinProperties = &one
	orShort(s, &jsonschema.Schema{Type: "string", Enum: words(untilWords)})
}

func (gateForm) JSONSchemaExtend(s *jsonschema.Schema) {
	for _, word := range gateWords() {
		s.AnyOf = append(s.AnyOf, &jsonschema.Schema{Required: []string{word}})
	}
}

func (gateMetricForm) JSONSchemaExtend(s *jsonschema.Schema) { orShort(s, percent{}.JSONSchema()) }

// gateWords are the metrics that a gate may hold, in the order of gateForm.
func gateWords() []string {
	var all []string
	for _, key := range keysOf(reflect.TypeFor[gateForm]()) {
		if key != "phase" {
			all = append(all, key)
		}
	}
	return all
}

// decode reads true, false, or a list of checks.
func (f *verifyForm) decode(d *decoder, v *value, _ string) {
	switch v.kind {
	case scalarKind:
		if v.tag != "!!bool" {
			d.wrong(v, "", "true, false or a list of checks")
			return
		}
		f.on.decode(d, v, "")
	case listKind:
		d.list(v, reflect.ValueOf(&f.only).Elem(), "minItems=1")
	default:
		d.wrong(v, "", "true, false or a list of checks")
	}
}

func (verifyForm) JSONSchema() *jsonschema.Schema {
	one := uint64(1)
	return &jsonschema.Schema{OneOf: []*jsonschema.Schema{
		{Type: "boolean"}, {Type: "array", MinItems: &one, Items: nameForm{}.form().schema()},
	}}
}
