package targets

import (
	"maps"
	"regexp"
	"slices"

	"go.yaml.in/yaml/v4"
)

var envName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

func (p *parser) command(n *yaml.Node, d *Descriptor) {
	p.list(n, "command", func(item *yaml.Node) {
		p.template(item, d)
		d.Command = append(d.Command, item.Value)
	})
	if n.Kind == yaml.SequenceNode && len(n.Content) == 0 {
		p.at(n, "the command is empty")
	}
	if len(d.Command) > 0 && d.Command[0] == "" {
		p.at(n.Content[0], "the first word of the command, the program, is empty")
	}
}

func (p *parser) env(n *yaml.Node, d *Descriptor) {
	if n == nil {
		return
	}
	p.mapping(n, "env", func(key, value *yaml.Node) {
		if !envName.MatchString(key.Value) {
			p.at(key, "%q is not the name of an environment variable", key.Value)
		}
		if p.word(value, "the value of "+key.Value) {
			p.template(value, d)
			d.Env[key.Value] = value.Value
		}
	})
}

func (p *parser) can(n *yaml.Node, d *Descriptor) {
	known := map[string]func(*yaml.Node){}
	for _, ability := range abilities {
		d.Can[ability] = false // what is not said is false, and present
		known[ability] = func(n *yaml.Node) { d.Can[ability] = p.flag(n, "can."+ability) }
	}
	if n != nil {
		p.fields(n, "can", known)
	}
}

// template notes the placeholders of one word, and what is wrong with them.
func (p *parser) template(n *yaml.Node, d *Descriptor) {
	pieces, at, err := split(n.Value)
	if err != nil {
		p.within(n, at, err.Error())
	}
	for _, piece := range pieces {
		if piece.text != "" {
			continue
		}
		p.used[piece.name] = true
		if err := checkPlaceholder(piece.name, d.Settings(), p.own); err != nil {
			p.unknown = true
			p.within(n, piece.offset, err.Error())
		}
	}
}

// within notes a mistake at a byte offset inside a scalar. The column is exact where the scalar stands in the file as
// it reads, plain or in quotes without escapes; else it is the scalar's own.
func (p *parser) within(n *yaml.Node, offset int, text string) {
	column := n.Column + len([]rune(n.Value[:offset]))
	if n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 {
		column++
	}
	if n.Line >= 1 && n.Line <= len(p.lines) {
		if line := []rune(p.lines[n.Line-1]); column > len(line) || line[column-1] != '{' {
			column = n.Column
		}
	}
	p.place(n.Line, column, text)
}

// across checks what several keys say together. A setting that reaches no command line, or an ability without the
// placeholder that it needs, would let a scenario ask for what never happens.
func (p *parser) across(root, command *yaml.Node, settings map[string]*yaml.Node, d *Descriptor) {
	for _, key := range slices.Sorted(maps.Keys(settings)) {
		if _, fixed := fixedPlaceholders[key]; !p.used[key] && !fixed && settingName.MatchString(key) {
			p.at(settings[key], "the setting %q is used by no {%s} in command or env: giving it would change nothing", key, key)
		}
	}
	for _, count := range []string{"workers", "threads"} {
		if _, ok := d.Defaults[count]; d.Can[count] && !ok {
			p.at(root, "can.%s is true, but defaults has no %s and so nobody can ask for it", count, count)
		}
	}
	if command == nil || len(d.Command) == 0 || p.unknown {
		return
	}
	tcp := p.used["bind"] || p.used["port"]
	if unix := p.used["bind"] || p.used["socket"]; d.Can["unix"] && !unix {
		p.at(command, "can.unix is true, but the command has neither {bind} nor {socket}")
	}
	if !tcp && !(d.Can["unix"] && p.used["socket"]) {
		p.at(command, "the server is not told where to listen: the command has none of {bind}, {port} and (with can.unix) {socket}")
	}
	if tcp && p.used["socket"] {
		p.at(command, "{socket} and a TCP address cannot stand in one command: a trial has only one of them; {bind} is either")
	}
}
