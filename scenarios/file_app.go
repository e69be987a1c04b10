package scenarios

import "github.com/invopop/jsonschema"

type appForm struct {
	where    `yaml:"-"`
	Name     formed[titleForm]  `yaml:"name" doc:"A reference app (wsgibench list apps); the short form of {name: reference} is reference."`
	Module   formed[moduleForm] `yaml:"module" doc:"The callable of your own app, as package.module:callable."`
	Dir      text               `yaml:"dir" doc:"The directory to import it from, relative to this file; the default is the directory of this file."`
	Python   formed[pythonForm] `yaml:"python" doc:"The interpreter that has its packages: a path relative to this file, or a name on PATH."`
	Env      entries[scalar]    `yaml:"env" doc:"Environment variables for the server."`
	Database text               `yaml:"database" jsonschema:"enum=sqlite,enum=postgresql" doc:"A fresh database with the tables of TechEmpower's tests; its URL is in WSGIBENCH_DATABASE. Reference apps have sqlite unless postgresql is asked for."`
}

func (f *appForm) decodeScalar(d *decoder, v *value) { f.at = v.at; f.Name.decode(d, v, "") }

func (appForm) JSONSchemaExtend(s *jsonschema.Schema) {
	s.OneOf = []*jsonschema.Schema{{Required: []string{"name"}}, {Required: []string{"module"}}}
	s.DependentRequired = map[string][]string{"dir": {"module"}, "python": {"module"}}
	orShort(s, titleForm{}.form().schema())
}

// oneAppOrAxis are the schemas of a scenario with one app, and of one whose apps are an axis.
func oneAppOrAxis() (one, axis *jsonschema.Schema) {
	apps := &jsonschema.Schema{Type: "object", Required: []string{"app"}}
	axis = object(map[string]*jsonschema.Schema{"matrix": apps})
	axis.Required, axis.Not = []string{"matrix"}, &jsonschema.Schema{Required: []string{"app"}}
	one = object(map[string]*jsonschema.Schema{"matrix": {Not: apps}})
	one.Required = []string{"app"}
	return one, axis
}
