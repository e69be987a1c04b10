package scenarios

import "github.com/invopop/jsonschema"

// variablePattern is what a captured value, a set of data or a column may be called.
const variablePattern = `[A-Za-z_][A-Za-z0-9_]*`

var variableMatch = whole(variablePattern)

func (stepForm) JSONSchemaExtend(s *jsonschema.Schema) {
	callForm[stepPathForm]{}.JSONSchemaExtend(s)
	named(s, "capture", variablePattern)
}

func (stepExpectForm) JSONSchemaExtend(s *jsonschema.Schema) {
	expectForm{}.JSONSchemaExtend(s)
	named(s, "json", pointerPattern)
}

func (captureForm) JSONSchemaExtend(s *jsonschema.Schema) {
	one := uint64(1)
	s.MinProperties, s.MaxProperties = &one, &one
}

// named holds the keys of a mapping to a pattern.
func named(s *jsonschema.Schema, property, pattern string) {
	if p, ok := s.Properties.Get(property); ok {
		p.PropertyNames = &jsonschema.Schema{Pattern: "^(" + pattern + ")$"}
	}
}
