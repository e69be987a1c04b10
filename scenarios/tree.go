package scenarios

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// Limits of what is read. They are far above any scenario, and keep a hostile file (an alias bomb, a million brackets)
// from costing more than a moment.
const (
	maxBytes  = 1 << 20
	maxValues = 100_000
	maxDepth  = 64
)

type kind uint8

const (
	scalarKind kind = iota
	listKind
	mappingKind
)

// A value is YAML without its riddles: aliases and merge keys are written out, and every value knows its place.
// The YAML library is used in this file only.
type value struct {
	kind  kind
	tag   string // of a scalar: "!!str", "!!int", ...
	text  string // of a scalar
	items []*value
	pairs []pair
	at    place
}

type pair struct {
	key    string
	at     place // of the key
	val    *value
	merged bool // comes from a merge key, so an explicit key of that name wins
}

// get returns the value of a key, nil if there is none.
func (v *value) get(key string) *value {
	for _, p := range v.pairs {
		if p.key == key {
			return p.val
		}
	}
	return nil
}

// splitLines cuts text at the line ends that the YAML library counts.
func splitLines(text string) []string {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n").Replace(text)
	return strings.Split(text, "\n")
}

// parseTree reads the one document of text. Its problems go to r; nil means that there were some.
func parseTree(r *reporter, text []byte, set int) *value {
	if len(text) > maxBytes {
		r.add(place{line: 1, column: 1, set: set}, "", "the text has more than %d bytes, the most that is read", maxBytes)
		return nil
	}
	if !checkCharacters(r, text, set) {
		return nil
	}
	loader, err := yaml.NewLoader(bytes.NewReader(text), yaml.WithV4Defaults())
	if err != nil {
		syntaxProblem(r, err, set)
		return nil
	}
	var doc, second yaml.Node
	if err := loader.Load(&doc); errors.Is(err, io.EOF) || err == nil && len(doc.Content) == 0 {
		r.add(place{line: 1, column: 1, set: set}, "`wsgibench list scenarios` names those that are shipped, to copy from", "there is nothing in it: expected a mapping with targets, requests and traffic")
		return nil
	} else if err != nil {
		syntaxProblem(r, err, set)
		return nil
	}
	if err := loader.Load(&second); err == nil {
		r.add(place{line: max(second.Line, 1), column: max(second.Column, 1), set: set}, "write each scenario into its own file", "a second document begins here: expected one")
		return nil
	} else if !errors.Is(err, io.EOF) {
		syntaxProblem(r, err, set)
		return nil
	}
	x := expander{r: r, set: set, open: map[*yaml.Node]bool{}}
	v := x.expand(doc.Content[0], 0)
	if x.failed {
		return nil
	}
	return v
}

// checkCharacters reports the first character that YAML does not allow; the library knows no place for it.
func checkCharacters(r *reporter, text []byte, set int) bool {
	line, column := 1, 1
	for i := 0; i < len(text); {
		c, size := utf8.DecodeRune(text[i:])
		i += size
		at := place{line: line, column: column, set: set}
		switch {
		case c == utf8.RuneError && size == 1:
			r.add(at, "save the file as UTF-8", "this is not UTF-8")
			return false
		case c == '\r' && i < len(text) && text[i] == '\n':
			continue
		case c == '\n' || c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029:
			line, column = line+1, 0
		case c < ' ' && c != '\t', c >= 0x7F && c < 0xA0, c == 0xFFFE || c == 0xFFFF, c == 0xFEFF && i > size:
			r.add(at, "inside double quotes it can be written as an escape", "the control character %U is not allowed", c)
			return false
		}
		column++
	}
	return true
}

// syntaxProblem reports an error of the YAML library in the form of all others.
func syntaxProblem(r *reporter, err error, set int) {
	var le *yaml.LoadError
	if !errors.As(err, &le) {
		r.add(place{line: 1, column: 1, set: set}, "", "not YAML: %v", err)
		return
	}
	mark, text := le.Mark, le.Message
	// What is missing at the end of the file is better shown where it was opened.
	atEnd := mark.Line >= len(r.lines) && (mark.Line > len(r.lines) || strings.TrimSpace(r.lines[mark.Line-1]) == "")
	if le.ContextMsg != "" {
		text += " " + le.ContextMsg
		if atEnd && le.ContextMark.Line > 0 {
			mark = le.ContextMark
		}
	}
	hint := ""
	if i := mark.Line - 1; set == 0 && i >= 0 && i < len(r.lines) && strings.HasPrefix(strings.TrimLeft(r.lines[i], " "), "\t") {
		hint = "YAML is indented with spaces, not with tabs"
	}
	r.add(place{line: max(mark.Line, 1), column: max(mark.Column, 1), set: set}, hint, "not YAML: %s", text)
}
