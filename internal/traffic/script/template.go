package script

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// A Template is text with references to variables: ${name} or ${set.column}; ${name|url} escapes the value for a query,
// ${name|json} for the inside of a JSON string; $${ stands for ${ itself.
type Template struct{ pieces []piece }

// A piece is text, or a reference.
type piece struct {
	text, name, escape string
	reference          bool
}

// ParseTemplate reads a template. References that are not closed and unknown escapes are errors; whether a variable
// exists shows only when it is filled.
func ParseTemplate(text string) (Template, error) {
	var t Template
	for rest := text; rest != ""; {
		i := strings.Index(rest, "${")
		switch {
		case i < 0:
			t.add(rest)
			return t, nil
		case i > 0 && rest[i-1] == '$':
			t.add(rest[:i-1] + "${")
			rest = rest[i+2:]
			continue
		}
		end := strings.IndexByte(rest[i:], '}')
		if end < 0 {
			return Template{}, fmt.Errorf("${ is not closed in %q: write $${ for ${ itself", text)
		}
		t.add(rest[:i])
		name, escape, _ := strings.Cut(rest[i+2:i+end], "|")
		if _, ok := escapes[escape]; !ok {
			return Template{}, fmt.Errorf("unknown escape %q in %q: there are url and json", escape, text)
		}
		t.pieces = append(t.pieces, piece{name: name, escape: escape, reference: true})
		rest = rest[i+end+1:]
	}
	return t, nil
}

func (t *Template) add(text string) {
	if n := len(t.pieces); n > 0 && !t.pieces[n-1].reference {
		t.pieces[n-1].text += text
	} else if text != "" {
		t.pieces = append(t.pieces, piece{text: text})
	}
}

var escapes = map[string]func(string) string{
	"":     func(s string) string { return s },
	"url":  url.QueryEscape,
	"json": inJSON,
}

// inJSON escapes a value for the inside of a JSON string, and leaves what need not be escaped.
func inJSON(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		return s // cannot happen: every string can be encoded
	}
	quoted := strings.TrimSuffix(b.String(), "\n")
	return quoted[1 : len(quoted)-1]
}

// Variables returns the names that the template refers to, each once, in their order.
func (t Template) Variables() []string {
	var names []string
	for _, p := range t.pieces {
		if p.reference && !slices.Contains(names, p.name) {
			names = append(names, p.name)
		}
	}
	return names
}

// A Lookup finds the value of a variable.
type Lookup func(name string) (value string, ok bool)

// Fill puts the values in. A variable without a value is an error.
func (t Template) Fill(lookup Lookup) (string, error) {
	return t.fill(lookup, func(s string) string { return s })
}

// FillPath puts the values into a path with query: what may not stand in a request's target is percent-encoded; ?, & and
// / keep their meaning, unless |url takes it away.
func (t Template) FillPath(lookup Lookup) (string, error) { return t.fill(lookup, encodePath) }

func (t Template) fill(lookup Lookup, clean func(string) string) (string, error) {
	if len(t.pieces) == 1 && !t.pieces[0].reference {
		return t.pieces[0].text, nil
	}
	var b strings.Builder
	for _, p := range t.pieces {
		if !p.reference {
			b.WriteString(p.text)
			continue
		}
		v, ok := lookup(p.name)
		if !ok {
			return "", fmt.Errorf("no value for ${%s}", p.name)
		}
		b.WriteString(clean(escapes[p.escape](v)))
	}
	return b.String(), nil
}

// encodePath percent-encodes the bytes that end or break a request's target: controls, space, #, and all outside ASCII.
func encodePath(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c == '#' || c >= 0x7f {
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// Literal returns a template without references, whatever the text holds.
func Literal(text string) Template {
	var t Template
	t.add(text)
	return t
}
