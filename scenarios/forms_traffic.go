package scenarios

import "github.com/invopop/jsonschema"

const connectionWords = "enum=keepalive,enum=close"

func (f *rateForm) decodeScalar(d *decoder, v *value)  { f.at = v.at; f.Fixed.decode(d, v, "") }
func (f *thinkForm) decodeScalar(d *decoder, v *value) { f.at = v.at; f.Fixed.decode(d, v, "") }
func (f *connectionsForm) decodeScalar(d *decoder, v *value) {
	f.at = v.at
	f.Word.decode(d, v, connectionWords)
}

// rateKinds are the long forms of a rate: keys that belong together, and exclude all others.
var rateKinds = [][]string{{"from", "to"}, {"steps", "each"}, {"sine"}, {"burst", "every"}}

func (rateForm) JSONSchemaExtend(s *jsonschema.Schema) {
	forms := []*jsonschema.Schema{rateUnit.schema()}
	for _, keys := range rateKinds {
		form := pick(s, keys...)
		form.Required = keys
		forms = append(forms, form)
	}
	*s = jsonschema.Schema{OneOf: forms}
}

func (thinkForm) JSONSchemaExtend(s *jsonschema.Schema) {
	one := uint64(1)
	s.MinProperties, s.MaxProperties = &one, &one
	orShort(s, durationUnit.schema())
}

// connectionKinds exclude each other.
var connectionKinds = []string{"keepalive", "close", "reuse"}

func (connectionsForm) JSONSchemaExtend(s *jsonschema.Schema) {
	s.Not = &jsonschema.Schema{AnyOf: []*jsonschema.Schema{
		{Required: []string{"keepalive", "close"}}, {Required: []string{"keepalive", "reuse"}}, {Required: []string{"close", "reuse"}},
	}}
	orShort(s, &jsonschema.Schema{Type: "string", Enum: words(connectionWords)})
}

// models are the keys of the load models, one of which a phase has.
var models = []string{"rate", "clients", "replay"}

func (phaseForm) JSONSchemaExtend(s *jsonschema.Schema) {
	for _, model := range models {
		s.OneOf = append(s.OneOf, &jsonschema.Schema{Required: []string{model}})
	}
	s.DependentRequired = map[string][]string{"arrivals": {"rate"}, "think": {"clients"}}
}
