package scenarios

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/invopop/jsonschema"

	"github.com/wsgibench/wsgibench/internal/nearest"
)

// text is any text; a number or a truth value must be quoted, as YAML would otherwise change how it reads.
type text struct {
	s  string
	at place
}

func (t *text) decode(d *decoder, v *value, tag string) {
	t.at = v.at
	words := options(tag, "enum")
	switch {
	case v.kind == scalarKind && v.tag == "!!str" && words == nil:
		t.s = v.text
	case v.kind == scalarKind && slices.Contains(words, v.text) && v.tag == "!!str":
		t.s = v.text
	case words != nil:
		hint := ""
		if w := nearest.Word(v.text, words); w != "" {
			hint = didYouMean(v.text, words)
		}
		d.wrong(v, hint, strings.Join(words, " or "))
	case v.kind == scalarKind && v.tag != "!!null":
		d.wrong(v, "write "+strconv.Quote(v.text), "text")
	default:
		d.wrong(v, "", "text")
	}
}

func (text) JSONSchema() *jsonschema.Schema { return &jsonschema.Schema{Type: "string"} }

// matched is text of a certain form: the shape of names, paths, digests.
type matched interface{ form() form }

type form struct {
	pattern  string // of the whole text
	expected string // in words
	example  any
	prefix   string // what a number lacks to be right: "python" for 3.13
}

// form.read decodes a value that must have the form; ok is false if it has not, which was reported.
func (f form) read(d *decoder, v *value) (s string, ok bool) {
	if v.kind != scalarKind || v.tag != "!!str" || !whole(f.pattern).MatchString(v.text) {
		hint := ""
		switch number := v.kind == scalarKind && v.tag != "!!str" && v.tag != "!!null"; {
		case number && f.prefix != "":
			hint = "write " + f.prefix + v.text
		case number && whole(f.pattern).MatchString(v.text):
			hint = "write " + strconv.Quote(v.text)
		case f.example != nil:
			hint = fmt.Sprintf("for example %v", f.example)
		}
		d.wrong(v, hint, f.expected)
		return "", false
	}
	return v.text, true
}

func (f form) schema() *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "string", Pattern: "^(" + f.pattern + ")$"}
	if f.example != nil {
		s.Examples = []any{f.example}
	}
	return s
}

// formed is a leaf with the form of F.
type formed[F matched] struct {
	s  string
	at place
}

func (t *formed[F]) decode(d *decoder, v *value, _ string) {
	var f F
	t.at = v.at
	t.s, _ = f.form().read(d, v)
}

func (formed[F]) JSONSchema() *jsonschema.Schema { var f F; return f.form().schema() }

type (
	nameForm   struct{}
	titleForm  struct{}
	pathForm   struct{}
	methodForm struct{}
	digestForm struct{}
	urlForm    struct{}
	moduleForm struct{}
	pythonForm struct{}

	stepPathForm struct{}
	pointerForm  struct{}
	tokenForm    struct{}
	fileForm     struct{}
)

func (nameForm) form() form {
	return form{namePattern, "a name of letters, digits, dots, dashes and underscores", "hello-shootout", ""}
}
func (titleForm) form() form {
	return form{`[^\x00-\x20\x7f]([^\x00-\x1f\x7f]*[^\x00-\x20\x7f])?`, "text on one line, without spaces around it", nil, ""}
}
func (pathForm) form() form {
	return form{`/[^\x00-\x20\x7f#]*`, "a path that begins with / and has no spaces (write them %20) and no #", "/hello?name=you", ""}
}
func (methodForm) form() form {
	return form{`[A-Z][A-Z-]*`, "a method in capital letters", "PROPFIND", ""}
}
func (digestForm) form() form {
	return form{`[0-9a-fA-F]{64}`, "a SHA-256 digest of 64 hexadecimal digits", nil, ""}
}
func (urlForm) form() form {
	return form{`https?://[^\x00-\x20\x7f/?#@]+/?`, "the URL of a server, without a path (that goes into the requests)", "http://127.0.0.1:8000", ""}
}
func (moduleForm) form() form {
	return form{`[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*:[A-Za-z_][A-Za-z0-9_.]*`, "package.module:callable", "shop.wsgi:application", ""}
}
func (pythonForm) form() form {
	return form{`[^\x00-\x20\x7f]([^\x00-\x1f\x7f]*[^\x00-\x20\x7f])?`, "a Python interpreter as text", "python3.13", "python"}
}

func (stepPathForm) form() form {
	return form{`(/|\$\{)[^\x00-\x20\x7f#]*`, "a path that begins with / or ${ and has no spaces (write them %20) and no #", "/item/${id}", ""}
}
func (pointerForm) form() form {
	return form{pointerPattern, "a JSON pointer (RFC 6901): nothing, or /key/0/key with ~1 for / and ~0 for ~", "/data/token", ""}
}
func (tokenForm) form() form {
	return form{"[" + regexp.QuoteMeta(tokenCharacters) + "]+", "a name without spaces", "X-Request-Id", ""}
}
func (fileForm) form() form {
	return form{`[^\x00-\x1f\x7f]+`, "the path of a file", "users.csv", ""}
}

// pointerPattern is the grammar of RFC 6901, section 3.
const pointerPattern = `(/([^~/]|~[01])*)*`

// scalar is text, a number or a truth value, kept as it is written: settings, header values, environment.
type scalar struct {
	s  string
	at place
}

func (t *scalar) decode(d *decoder, v *value, _ string) {
	t.at = v.at
	if v.kind != scalarKind || v.tag == "!!null" {
		d.wrong(v, "", "text or a number")
		return
	}
	t.s = v.text
	if i := strings.IndexFunc(t.s, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7F }); i >= 0 {
		d.add(v.at, "", "expected text on one line, found %U in it", t.s[i])
	}
}

func (scalar) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{
		{Type: "string", Pattern: `^[^\x00-\x08\x0a-\x1f\x7f]*$`}, {Type: "number"}, {Type: "boolean"},
	}}
}

// integer is a whole number within the bounds of its tag.
type integer struct {
	n  uint64
	at place
}

var integerText = regexp.MustCompile(`^(0|[1-9][0-9]*)$`)

func (t *integer) decode(d *decoder, v *value, tag string) {
	t.at = v.at
	low, _ := strconv.ParseUint(option(tag, "minimum"), 10, 64)
	high, err := strconv.ParseUint(option(tag, "maximum"), 10, 64)
	expected := fmt.Sprintf("a whole number of at least %d", low)
	if err == nil {
		expected = fmt.Sprintf("a whole number from %d to %d", low, high)
	} else {
		high = 1<<64 - 1
	}
	if v.kind != scalarKind || v.tag != "!!int" || !integerText.MatchString(v.text) {
		d.wrong(v, "", expected)
		return
	}
	if t.n, err = strconv.ParseUint(v.text, 10, 64); err != nil || t.n < low || t.n > high {
		d.wrong(v, "", expected)
	}
}

func (integer) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "integer", Minimum: "0"}
}

// boolean is true or false.
type boolean struct {
	b  bool
	at place
}

func (t *boolean) decode(d *decoder, v *value, _ string) {
	t.at = v.at
	if v.kind != scalarKind || v.tag != "!!bool" {
		d.wrong(v, "", "true or false")
		return
	}
	t.b = strings.EqualFold(v.text, "true")
}

func (boolean) JSONSchema() *jsonschema.Schema { return &jsonschema.Schema{Type: "boolean"} }

// entries is a mapping with keys of the author's choice, in the order of the file.
type entries[T any] struct {
	list []entry[T]
	at   place
}

type entry[T any] struct {
	key string
	at  place // of the key
	val T
}

func (e *entries[T]) decode(d *decoder, v *value, _ string) {
	e.at = v.at
	if v.kind != mappingKind {
		d.wrong(v, "", "a mapping (key: value)")
		return
	}
	for _, p := range v.pairs {
		e.put(d, p)
	}
}

func (e *entries[T]) put(d *decoder, p pair) {
	n := entry[T]{key: p.key, at: p.at}
	d.into(p.val, reflect.ValueOf(&n.val).Elem(), "minItems=1")
	e.list = append(e.list, n)
}

func (e entries[T]) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "object", AdditionalProperties: reflectSchema(new(T))}
}
