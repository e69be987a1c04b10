package scenarios

import (
	"encoding/json"
	"reflect"

	"github.com/invopop/jsonschema"
)

// Schema is the JSON Schema (draft 2020-12) of a scenario file, for editors. It is made from the types that the decoder
// fills. It cannot know names, references between entries, or bounds across units; `wsgibench check` does.
func Schema() []byte {
	s := reflectSchema(new(file))
	s.Version = jsonschema.Version
	s.Title = "wsgibench scenario"
	s.Description = "Crosses targets (servers with their settings) with an app and a traffic script into cells that are measured."
	b, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		panic("scenarios: schema: " + err.Error()) // plain data that always encodes; any test finds it
	}
	return append(b, '\n')
}

// reflectSchema makes a schema without references from the tags of a file type.
func reflectSchema(v any) *jsonschema.Schema {
	r := jsonschema.Reflector{
		Anonymous: true, DoNotReference: true, ExpandedStruct: true,
		FieldNameTag: "yaml", RequiredFromJSONSchemaTags: true,
		LookupComment: func(t reflect.Type, field string) string {
			if f, ok := structField(t, field); ok {
				return f.Tag.Get("doc")
			}
			return ""
		},
	}
	s := r.Reflect(v)
	s.Version = ""
	return s
}

func structField(t reflect.Type, name string) (reflect.StructField, bool) {
	if t.Kind() != reflect.Struct {
		return reflect.StructField{}, false
	}
	return t.FieldByName(name)
}

// orShort makes s accept a short form besides the mapping that it is.
func orShort(s, short *jsonschema.Schema) {
	long := *s
	*s = jsonschema.Schema{OneOf: []*jsonschema.Schema{short, &long}}
}

// pick returns a copy of s that has only some of its properties.
func pick(s *jsonschema.Schema, keys ...string) *jsonschema.Schema {
	c := *s
	c.Properties = jsonschema.NewProperties()
	for _, k := range keys {
		if p, ok := s.Properties.Get(k); ok {
			c.Properties.Set(k, p)
		}
	}
	return &c
}

// object is a schema with these properties and nothing else said.
func object(properties map[string]*jsonschema.Schema) *jsonschema.Schema {
	s := &jsonschema.Schema{Properties: jsonschema.NewProperties()}
	for k, p := range properties {
		s.Properties.Set(k, p)
	}
	return s
}

// words are the words of an enum tag.
func words(tag string) []any {
	var all []any
	for _, w := range options(tag, "enum") {
		all = append(all, w)
	}
	return all
}
