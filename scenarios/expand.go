package scenarios

import (
	"strings"

	"go.yaml.in/yaml/v4"
)

// An expander turns YAML nodes into values: it writes out aliases and merge keys, within the limits.
type expander struct {
	r      *reporter
	set    int
	values int
	open   map[*yaml.Node]bool // collections being expanded, to find aliases of themselves
	failed bool                // a limit was reached: there is no tree to go on with
}

func (x *expander) at(n *yaml.Node) place { return place{line: n.Line, column: n.Column, set: x.set} }

func (x *expander) fail(n *yaml.Node, hint, format string, args ...any) *value {
	x.r.add(x.at(n), hint, format, args...)
	x.failed = true
	return &value{tag: "!!null", at: x.at(n)}
}

// expand copies a node. After a limit was reached it returns at once, so that the work stays bounded too.
func (x *expander) expand(n *yaml.Node, depth int) *value {
	x.values++
	if x.values > maxValues {
		if x.values == maxValues+1 {
			return x.fail(n, "an alias repeats all that its anchor holds", "too many values: with aliases written out there are more than %d", maxValues)
		}
		return &value{tag: "!!null", at: x.at(n)}
	}
	if depth > maxDepth {
		return x.fail(n, "", "nested deeper than %d levels", maxDepth)
	}
	switch n.Kind {
	case yaml.AliasNode:
		if x.open[n.Alias] {
			return x.fail(n, "", "the alias *%s stands inside its own anchor", n.Value)
		}
		v := x.expand(n.Alias, depth+1)
		v.at = x.at(n) // a copy of its own: what is wrong with it as a whole is wrong here
		return v
	case yaml.SequenceNode:
		x.open[n] = true
		defer delete(x.open, n)
		v := &value{kind: listKind, at: x.at(n)}
		for _, c := range n.Content {
			v.items = append(v.items, x.expand(c, depth+1))
		}
		return v
	case yaml.MappingNode:
		x.open[n] = true
		defer delete(x.open, n)
		return x.mapping(n, depth)
	}
	return x.scalar(n)
}

func (x *expander) scalar(n *yaml.Node) *value {
	v := &value{tag: n.ShortTag(), text: n.Value, at: x.at(n)}
	switch v.tag {
	case "!!str", "!!int", "!!float", "!!bool", "!!null":
	case "!!timestamp", "!!merge": // a date, or << where it is a value: text like any other here
		v.tag = "!!str"
	default:
		x.r.add(v.at, "leave the tag out", "the tag %s means nothing here", printable(v.tag))
		v.tag = "!!str"
	}
	return v
}

// mapping copies the pairs, reports keys that stand twice, and writes merge keys out: explicit keys win over merged
// ones, and among the merged ones the first does (YAML's merge key language-independent type, 2005).
func (x *expander) mapping(n *yaml.Node, depth int) *value {
	v := &value{kind: mappingKind, at: x.at(n)}
	index := map[string]int{}
	put := func(p pair) {
		i, there := index[p.key]
		switch {
		case !there:
			index[p.key] = len(v.pairs)
			v.pairs = append(v.pairs, p)
		case p.merged:
		case v.pairs[i].merged:
			v.pairs[i] = p
		default:
			x.r.add(p.at, "", "the key %s stands twice; the first is %s", quote(p.key), v.pairs[i].at)
		}
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Kind == yaml.ScalarNode && key.ShortTag() == "!!merge" {
			for _, p := range x.merge(n.Content[i+1], depth) {
				put(p)
			}
			continue
		}
		if key.Kind == yaml.AliasNode {
			key = key.Alias
		}
		if key.Kind != yaml.ScalarNode {
			x.r.add(x.at(n.Content[i]), "", "a key must be text")
			continue
		}
		put(pair{key: key.Value, at: x.at(n.Content[i]), val: x.expand(n.Content[i+1], depth+1)})
	}
	return v
}

// merge returns the pairs that a merge key brings: of one mapping, or of a list of mappings.
func (x *expander) merge(n *yaml.Node, depth int) []pair {
	v := x.expand(n, depth+1)
	from := []*value{v}
	if v.kind == listKind {
		from = v.items
	}
	var pairs []pair
	for _, m := range from {
		if m.kind != mappingKind {
			x.r.add(m.at, "", "<< takes a mapping or a list of mappings, not %s", m.describe())
			continue
		}
		for _, p := range m.pairs {
			p.merged = true
			pairs = append(pairs, p)
		}
	}
	return pairs
}

// describe names a value in a message: `the number 5`, `a list`.
func (v *value) describe() string {
	text := v.text
	if r := []rune(text); len(r) > 40 {
		text = string(r[:40]) + "..."
	}
	text = printable(strings.ReplaceAll(text, "\n", " "))
	switch {
	case v.kind == listKind:
		return "a list"
	case v.kind == mappingKind:
		return "a mapping"
	case v.tag == "!!null":
		return "nothing"
	case v.tag == "!!int" || v.tag == "!!float":
		return "the number " + text
	case v.tag == "!!bool":
		return text
	}
	return `the text "` + text + `"`
}
