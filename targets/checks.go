package targets

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

var envName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// command reads an argv.
func (p *parser) command(n *yaml.Node, what string, d *Descriptor) (argv []string) {
	p.list(n, what, func(item *yaml.Node) {
		p.template(item, d)
		argv = append(argv, item.Value)
	})
	if n.Kind == yaml.SequenceNode && len(n.Content) == 0 {
		p.at(n, "the %s is empty", what)
	}
	if len(argv) > 0 && argv[0] == "" {
		p.at(n.Content[0], "the first word of the %s, the program, is empty", what)
	}
	return argv
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
	p.placeholders(n, pieces, d)
}

func (p *parser) placeholders(n *yaml.Node, pieces []piece, d *Descriptor) {
	for _, piece := range pieces {
		if piece.text != "" {
			continue
		}
		if err := checkPlaceholder(piece.name, d, p.own); err != nil {
			p.unknown = true
			p.within(n, piece.offset, err.Error())
		}
	}
}

// within notes a mistake at a byte offset inside a scalar. The place is exact where the scalar stands in the file as it
// reads, plain, in quotes without escapes, or as a block of lines; else it is the scalar's own.
func (p *parser) within(n *yaml.Node, offset int, text string) {
	line, column := n.Line, n.Column+len([]rune(n.Value[:offset]))
	switch {
	case n.Style&yaml.LiteralStyle != 0:
		above, before := n.Value[:offset], n.Value[:offset]
		line += 1 + strings.Count(above, "\n")
		before = before[strings.LastIndexByte(before, '\n')+1:]
		column = p.indent(line) + len([]rune(strings.TrimLeft(before, " "))) + 1
	case n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0:
		column++
	}
	if line < 1 || line > len(p.lines) {
		line, column = n.Line, n.Column
	} else if source := []rune(p.lines[line-1]); column > len(source) || source[column-1] != '{' {
		line, column = n.Line, n.Column
	}
	p.place(line, column, text)
}

// indent is the number of spaces that a line begins with.
func (p *parser) indent(line int) int {
	if line > len(p.lines) {
		return 0
	}
	text := p.lines[line-1]
	return len(text) - len(strings.TrimLeft(text, " "))
}

// across checks what several keys say together. A setting that reaches no command line, or an ability without the
// placeholder that it needs, would let a scenario ask for what never happens.
func (p *parser) across(nodes nodes, d *Descriptor) {
	all := d.uses(slices.Concat(d.Command, d.UnixCommand, d.common()))
	p.unused("setting", nodes.settings, func(key string) bool {
		_, fixed := fixedPlaceholders[key]
		return all[key] || fixed || !settingName.MatchString(key)
	}, "")
	p.unused("file", nodes.files, func(key string) bool { return all[filePrefix+key] }, filePrefix)
	p.unused("build", nodes.builds, func(key string) bool { return all[buildPrefix+key] }, buildPrefix)
	for _, count := range []string{"workers", "threads"} {
		if _, ok := d.Defaults[count]; d.Can[count] && !ok {
			p.at(nodes.root, "can.%s is true, but defaults has no %s and so nobody can ask for it", count, count)
		}
	}
	if nodes.unixCommand != nil && !d.Can["unix"] {
		p.at(nodes.unixCommand, "there is a unix_command, but can.unix is not true")
	}
	if nodes.command == nil || len(d.Command) == 0 || p.unknown {
		return
	}
	p.listening(nodes, d)
}

// unused notes what was given and is named nowhere.
func (p *parser) unused(what string, given map[string]*yaml.Node, used func(key string) bool, prefix string) {
	for _, key := range slices.Sorted(maps.Keys(given)) {
		if !used(key) {
			p.at(given[key], "the %s %q is used by no {%s%s} in command, env or files: giving it would change nothing", what, key, prefix, key)
		}
	}
}

// listening checks that each way to start the server tells it where to listen.
func (p *parser) listening(nodes nodes, d *Descriptor) {
	used := d.uses(slices.Concat(d.Command, d.common()))
	either := used["bind"] || used["address"]
	tcp := either || used["port"]
	if d.UnixCommand == nil {
		if d.Can["unix"] && !either && !used["socket"] {
			p.at(nodes.command, "can.unix is true, but the command has none of {bind}, {address} and {socket}")
		}
		if !tcp && !(d.Can["unix"] && used["socket"]) {
			p.at(nodes.command, "the server is not told where to listen: the command has none of {bind}, {address}, {port} and (with can.unix) {socket}")
		}
	} else {
		if !tcp {
			p.at(nodes.command, "the server is not told where to listen: the command has none of {bind}, {address} and {port}")
		}
		onSocket := d.uses(slices.Concat(d.UnixCommand, d.common()))
		if !onSocket["bind"] && !onSocket["address"] && !onSocket["socket"] {
			p.at(nodes.unixCommand, "the server is not told where to listen: the unix_command has none of {bind}, {address} and {socket}")
		}
		if onSocket["host"] || onSocket["port"] {
			p.at(nodes.unixCommand, "{host} and {port} have no value while listening on a Unix socket")
		}
	}
	if tcp && used["socket"] {
		p.at(nodes.command, "{socket} and a TCP address cannot stand in one command: a trial has only one of them; {bind} and {address} are either, and a unix_command is for the socket alone")
	}
}
