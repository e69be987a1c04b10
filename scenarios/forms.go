package scenarios

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/invopop/jsonschema"
)

// The short forms, and what the schema must know beyond keys and types: which keys exclude or need each other.
// resolve.go reports the same in words.

func (f *bodyForm) decodeScalar(d *decoder, v *value) { f.at = v.at; f.Text.decode(d, v, "") }

func (f *targetForm) decodeScalar(d *decoder, v *value) {
	f.at = v.at
	if strings.HasPrefix(v.text, "http://") || strings.HasPrefix(v.text, "https://") {
		d.add(v.at, "write {url: "+strconv.Quote(v.text)+"}", "expected a server, found a URL")
		return
	}
	f.Server.decode(d, v, "")
}

const cpuWords = "enum=auto,enum=off"

func (f *cpusForm) decodeScalar(d *decoder, v *value) { f.at = v.at; f.Word.decode(d, v, cpuWords) }

func (bodyForm) JSONSchemaExtend(s *jsonschema.Schema) {
	orShort(s, &jsonschema.Schema{Type: "string"})
}

func (file) JSONSchemaExtend(s *jsonschema.Schema) {
	onlyURLs := object(map[string]*jsonschema.Schema{"targets": {Items: &jsonschema.Schema{Type: "object", Required: []string{"url"}}}})
	one, axis := oneAppOrAxis()
	s.AnyOf = []*jsonschema.Schema{one, axis, onlyURLs}
	requests, sessions := &jsonschema.Schema{Required: []string{"requests"}}, &jsonschema.Schema{Required: []string{"sessions"}}
	onlyReplays := object(map[string]*jsonschema.Schema{"traffic": {Items: &jsonschema.Schema{Type: "object", Required: []string{"replay"}}}})
	onlyReplays.Not = &jsonschema.Schema{AnyOf: []*jsonschema.Schema{requests, sessions}}
	s.OneOf = []*jsonschema.Schema{requests, sessions, onlyReplays}
	s.DependentRequired = map[string][]string{"data": {"sessions"}}
	named(s, "data", variablePattern)
}

func (targetForm) JSONSchemaExtend(s *jsonschema.Schema) {
	server := pick(s, "server", "name", "python", "workers", "threads")
	server.Required = []string{"server"}
	server.AdditionalProperties = scalar{}.JSONSchema()
	server.PropertyNames = &jsonschema.Schema{Not: &jsonschema.Schema{Const: "url"}}
	url := pick(s, "url", "name")
	url.Required = []string{"url"}
	name := titleForm{}.form().schema()
	name.Not = &jsonschema.Schema{Pattern: "^https?://"}
	*s = jsonschema.Schema{OneOf: []*jsonschema.Schema{name, server, url}}
}

func (matrixForm) JSONSchemaExtend(s *jsonschema.Schema) {
	one := uint64(1)
	s.AdditionalProperties = &jsonschema.Schema{Type: "array", MinItems: &one, Items: scalar{}.JSONSchema()}
}

func (cpusForm) JSONSchemaExtend(s *jsonschema.Schema) {
	one := uint64(1)
	s.MinProperties = &one
	orShort(s, &jsonschema.Schema{Type: "string", Enum: words(cpuWords)})
}

func (callForm[P]) JSONSchemaExtend(s *jsonschema.Schema) {
	for _, m := range methodKeys {
		s.OneOf = append(s.OneOf, &jsonschema.Schema{Required: []string{m}})
	}
	s.OneOf = append(s.OneOf, &jsonschema.Schema{Required: []string{"method", "path"}})
	s.DependentRequired = map[string][]string{"method": {"path"}, "path": {"method"}}
}

func (expectForm) JSONSchemaExtend(s *jsonschema.Schema) {
	s.Not = &jsonschema.Schema{Required: []string{"body", "sha256"}}
}

// cpuList is a Linux CPU list, "0-3,8"; a single number may stand without quotes.
type cpuList struct {
	s  string
	at place
}

const cpuListPattern = `[0-9]{1,5}(-[0-9]{1,5})?(,[0-9]{1,5}(-[0-9]{1,5})?)*`

func (t *cpuList) decode(d *decoder, v *value, _ string) {
	t.at = v.at
	plain := v.tag == "!!str" || v.tag == "!!int" && integerText.MatchString(v.text)
	if v.kind != scalarKind || !plain || !whole(cpuListPattern).MatchString(v.text) {
		d.wrong(v, `for example "0-3,8"`, "a list of CPUs")
		return
	}
	t.s = v.text
	for part := range strings.SplitSeq(v.text, ",") {
		low, high, isRange := strings.Cut(part, "-")
		a, _ := strconv.Atoi(low)
		if b, _ := strconv.Atoi(high); isRange && b < a {
			d.add(v.at, fmt.Sprintf("write %d-%d", b, a), "the range %s goes backwards", part)
		}
	}
}

func (cpuList) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{OneOf: []*jsonschema.Schema{
		{Type: "string", Pattern: "^(" + cpuListPattern + ")$", Examples: []any{"0-3,8"}},
		{Type: "integer", Minimum: "0", Maximum: "99999"},
	}}
}

// thresholdForm is one line of the threshold grammar.
type thresholdForm struct {
	t  Threshold
	at place
}

func (t *thresholdForm) decode(d *decoder, v *value, _ string) {
	t.at = v.at
	if v.kind != scalarKind || v.tag != "!!str" {
		d.wrong(v, `write "p99(response) < 50ms"`, "a condition as text")
		return
	}
	parsed, err := ParseThreshold(v.text)
	if err != nil {
		d.add(v.at, hintOf(err), "%v", err)
		return
	}
	t.t = parsed
	if v.at.set == 0 {
		t.t.Line, t.t.Column = v.at.line, v.at.column
	}
}

func (thresholdForm) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{
		Type: "string", Pattern: "^(" + thresholdPattern + ")$",
		Examples: []any{"p99(response) < 50ms", "errors < 0.1%", "steady: goodput > 400/s", "cpu_per_request < 2ms", "pss < 200MiB"},
	}
}
