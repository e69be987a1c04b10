package targets

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Parse reads a descriptor. The file is named in errors and gives the descriptor its name; it is not opened. Mistakes
// come as Problems, all at once: only text that is no YAML at all hides further ones.
func Parse(file string, text []byte) (*Descriptor, error) {
	p := &parser{file: file, lines: strings.Split(string(text), "\n"), own: !strings.HasPrefix(file, "targets/servers/")}
	base := filepath.Base(file)
	d := &Descriptor{
		Name:  strings.TrimSuffix(base, filepath.Ext(base)),
		Text:  string(text),
		Env:   map[string]string{},
		Ready: Ready{Timeout: DefaultReadyTimeout},
		Stop:  Stop{Signal: DefaultStopSignal, Grace: DefaultStopGrace},
		Can:   map[string]bool{},
	}
	var root yaml.Node
	if err := yaml.Load(text, &root); err != nil {
		p.syntax(err)
		return nil, p.problems
	}
	if root.Kind != yaml.DocumentNode || len(root.Content) != 1 {
		p.at(&yaml.Node{Line: 1, Column: 1}, "the file is empty; a descriptor needs at least a command")
		return nil, p.problems
	}
	p.descriptor(root.Content[0], d)
	if len(p.problems) > 0 {
		return nil, p.problems.sorted()
	}
	return d, nil
}

// A parser collects the mistakes of one file.
type parser struct {
	file     string
	lines    []string
	own      bool // not a shipped descriptor
	problems Problems
	unknown  bool // a placeholder means nothing, so that nobody can say which one is missing
}

// at notes a mistake at a node.
func (p *parser) at(n *yaml.Node, format string, args ...any) {
	p.place(n.Line, n.Column, fmt.Sprintf(format, args...))
}

func (p *parser) place(line, column int, text string) {
	line, column = max(line, 1), max(column, 1)
	source := ""
	if line <= len(p.lines) {
		source = strings.TrimRight(p.lines[line-1], "\r")
	}
	p.problems = append(p.problems, Problem{File: p.file, Line: line, Column: column, Text: text, Source: source})
}

// syntax notes what the YAML reader says of a text that it cannot read.
func (p *parser) syntax(err error) {
	var load *yaml.LoadError
	if !errors.As(err, &load) {
		p.place(1, 1, err.Error())
		return
	}
	text := load.Message
	if load.ContextMsg != "" {
		text = load.ContextMsg + ": " + text
	}
	p.place(load.Mark.Line, load.Mark.Column, "this is not YAML: "+text)
}

// fields reads a mapping whose keys are all known.
func (p *parser) fields(n *yaml.Node, what string, known map[string]func(*yaml.Node)) map[string]*yaml.Node {
	keys := slices.Sorted(maps.Keys(known))
	return p.mapping(n, what, func(key, value *yaml.Node) {
		if read, ok := known[key.Value]; ok {
			read(value)
			return
		}
		p.at(key, "unknown key %q in %s%s; known are %s", key.Value, what, didYouMean(key.Value, keys), strings.Join(keys, ", "))
	})
}

// mapping hands each key of a mapping and its value to read, and returns the keys' nodes. A key given twice is an error.
func (p *parser) mapping(n *yaml.Node, what string, read func(key, value *yaml.Node)) map[string]*yaml.Node {
	seen := map[string]*yaml.Node{}
	if n.Kind != yaml.MappingNode {
		p.at(n, "%s must be keys with values, like {key: value}, not %s", what, describe(n))
		return seen
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Kind != yaml.ScalarNode {
			p.at(key, "a key of %s must be a word, not %s", what, describe(key))
			continue
		}
		if first, ok := seen[key.Value]; ok {
			p.at(key, "%q is given twice in %s, first in line %d", key.Value, what, first.Line)
			continue
		}
		seen[key.Value] = key
		read(key, value)
	}
	return seen
}

// list hands each item of a list of words to read.
func (p *parser) list(n *yaml.Node, what string, read func(*yaml.Node)) {
	if n.Kind != yaml.SequenceNode {
		p.at(n, "%s must be a list, like [one, two], not %s", what, describe(n))
		return
	}
	for _, item := range n.Content {
		if p.word(item, "an item of "+what) {
			read(item)
		}
	}
}

// word reports whether the node is a scalar with a value.
func (p *parser) word(n *yaml.Node, what string) bool {
	if n.Kind == yaml.ScalarNode && n.ShortTag() != "!!null" && !strings.ContainsRune(n.Value, 0) {
		return true
	}
	p.at(n, "%s must be a word or a number, not %s", what, describe(n))
	return false
}

func describe(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "keys with values"
	case yaml.SequenceNode:
		return "a list"
	case yaml.AliasNode:
		return "an alias (descriptors have none)"
	}
	if n.ShortTag() == "!!null" {
		return "nothing"
	}
	return fmt.Sprintf("%q", n.Value)
}
