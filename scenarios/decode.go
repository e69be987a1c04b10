package scenarios

import (
	"maps"
	"reflect"
	"strconv"
	"strings"

	"github.com/invopop/jsonschema"
)

// A decoder fills the types of file.go from a tree and reports everything that does not fit. The JSON Schema is made
// from the same types and the same tags, so that the two cannot drift apart:
//
//	yaml:"key"                         the key of a field
//	doc:"..."                          what it is for (schema only)
//	jsonschema:"required"              the key must be there
//	jsonschema:"minItems=1"            a list must not be empty
//	jsonschema:"minimum=1,maximum=9"   bounds of an integer
//	jsonschema:"enum=a,enum=b"         words of a text
//	rest:"true"                        takes all other keys
type decoder struct{ *reporter }

// A leaf decodes itself from one value and says in JSON Schema what it takes.
type leaf interface {
	decode(d *decoder, v *value, tag string)
	JSONSchema() *jsonschema.Schema
}

// A shorthand is a struct that may also be written as a scalar.
type shorthand interface {
	decodeScalar(d *decoder, v *value)
}

// where is embedded in the struct types: where the mapping stands, and which keys it has.
type where struct {
	at   place
	keys map[string]pair // nil: written in the short form
	bad  bool            // neither a mapping nor a short form, which was reported
}

func (w *where) setWhere(v *value) {
	w.at, w.bad = v.at, v.kind != mappingKind
	w.keys = map[string]pair{}
	for _, p := range v.pairs {
		w.keys[p.key] = p
	}
}

// has tells whether the key is in the file.
func (w *where) has(key string) bool { _, ok := w.keys[key]; return ok }

// key is the place of a key, or of the mapping if it is not there.
func (w *where) key(key string) place {
	if p, ok := w.keys[key]; ok {
		return p.at
	}
	return w.at
}

// val is the place of a key's value, or of the mapping if it is not there.
func (w *where) val(key string) place {
	if p, ok := w.keys[key]; ok {
		return p.val.at
	}
	return w.at
}

// wrong reports a value of the wrong kind.
func (d *decoder) wrong(v *value, hint, expected string) {
	d.add(v.at, hint, "expected %s, found %s", expected, v.describe())
}

// into decodes v into a field of the file types.
func (d *decoder) into(v *value, field reflect.Value, tag string) {
	if l, ok := field.Addr().Interface().(leaf); ok {
		l.decode(d, v, tag)
		return
	}
	switch field.Kind() {
	case reflect.Slice:
		d.list(v, field, tag)
	case reflect.Struct:
		d.mapping(v, field)
	default:
		panic("scenarios: file types have no " + field.Type().String()) // a mistake in file.go; any test finds it
	}
}

func (d *decoder) list(v *value, field reflect.Value, tag string) {
	if v.kind != listKind {
		hint := ""
		if v.kind == scalarKind && v.tag != "!!null" && len(v.text) < 40 {
			hint = "write [" + v.text + "]"
			if v.tag == "!!str" && !nameMatch.MatchString(v.text) {
				hint = "write [" + strconv.Quote(v.text) + "]"
			}
		}
		d.wrong(v, hint, "a list")
		return
	}
	if len(v.items) == 0 && option(tag, "minItems") == "1" {
		d.add(v.at, "", "expected at least one entry")
	}
	field.Set(reflect.MakeSlice(field.Type(), len(v.items), len(v.items)))
	for i, item := range v.items {
		d.into(item, field.Index(i), tag)
	}
}

func (d *decoder) mapping(v *value, field reflect.Value) {
	short, hasShort := field.Addr().Interface().(shorthand)
	if hasShort && v.kind == scalarKind {
		short.decodeScalar(d, v)
		return
	}
	if w, ok := field.Addr().Interface().(interface{ setWhere(*value) }); ok {
		w.setWhere(v)
	}
	if v.kind != mappingKind {
		expected := "a mapping (key: value)"
		if hasShort {
			expected += " or a single value"
		}
		d.wrong(v, "", expected)
		return
	}
	fields, rest := fieldsOf(field)
	for _, p := range v.pairs {
		f, ok := fields[p.key]
		switch {
		case ok:
			d.into(p.val, f.value, f.tag)
		case rest.IsValid():
			rest.Addr().Interface().(interface{ put(*decoder, pair) }).put(d, p)
		default:
			d.add(p.at, didYouMean(p.key, keysOf(field.Type())), "unknown key %s", quote(p.key))
		}
	}
	for _, key := range keysOf(field.Type()) {
		if option(fields[key].tag, "required") != "" && v.get(key) == nil {
			d.add(v.at, "", "the key %q is missing", key)
		}
	}
}

// A tagged field of a struct type.
type tagged struct {
	value reflect.Value
	tag   string // its jsonschema tag
}

// fieldsOf returns the fields of a struct by key, with those of structs embedded in it, and the one that takes all other
// keys, if there is one.
func fieldsOf(s reflect.Value) (fields map[string]tagged, rest reflect.Value) {
	fields = map[string]tagged{}
	for i := range s.NumField() {
		f := s.Type().Field(i)
		switch key := f.Tag.Get("yaml"); {
		case key != "" && key != "-":
			fields[key] = tagged{s.Field(i), f.Tag.Get("jsonschema")}
		case f.Tag.Get("rest") == "true":
			rest = s.Field(i)
		case key == "" && f.Anonymous:
			inner, _ := fieldsOf(s.Field(i))
			maps.Copy(fields, inner)
		}
	}
	return fields, rest
}

// keysOf returns the keys of a struct type in the order of its fields.
func keysOf(t reflect.Type) []string {
	var keys []string
	for i := range t.NumField() {
		f := t.Field(i)
		if key := f.Tag.Get("yaml"); key != "" && key != "-" {
			keys = append(keys, key)
		} else if key == "" && f.Anonymous {
			keys = append(keys, keysOf(f.Type)...)
		}
	}
	return keys
}

// option returns the value of the first option of that name in a jsonschema tag; for one without a value its name.
func option(tag, name string) string {
	if all := options(tag, name); len(all) > 0 {
		return all[0]
	}
	return ""
}

func options(tag, name string) []string {
	var all []string
	for o := range strings.SplitSeq(tag, ",") {
		key, val, ok := strings.Cut(o, "=")
		if key == name && ok {
			all = append(all, val)
		} else if key == name {
			all = append(all, name)
		}
	}
	return all
}

// quote quotes a word of the file, shortened.
func quote(s string) string {
	if r := []rune(s); len(r) > 60 {
		s = string(r[:60]) + "..."
	}
	return strconv.Quote(s)
}
