package targets

import (
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"
)

// fileName is what a configuration file or a build may be called: it becomes a file of that name.
var fileName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)

// pythonVersion is what requires.python may say.
var pythonVersion = regexp.MustCompile(`^3\.[0-9]+$`)

// requires reads what must be installed, and returns the places of the builds.
func (p *parser) requires(n *yaml.Node, r *Requires) (builds map[string]*yaml.Node) {
	if n == nil {
		return nil
	}
	p.fields(n, "requires", map[string]func(*yaml.Node){
		"pip":      func(n *yaml.Node) { r.Pip = p.pip(n) },
		"commands": func(n *yaml.Node) { r.Commands = p.words(n, "requires.commands") },
		"apt":      func(n *yaml.Node) { r.Apt = p.words(n, "requires.apt") },
		"build":    func(n *yaml.Node) { builds = p.builds(n, r) },
		"python": func(n *yaml.Node) {
			if r.Python = n.Value; !pythonVersion.MatchString(n.Value) {
				p.at(n, "requires.python is the oldest Python that will do, like \"3.12\", not %s", describe(n))
			}
		},
	})
	return builds
}

func (p *parser) builds(n *yaml.Node, r *Requires) map[string]*yaml.Node {
	r.Build = map[string]Build{}
	return p.mapping(n, "requires.build", func(key, value *yaml.Node) {
		if !fileName.MatchString(key.Value) {
			p.at(key, "%q is not a name for a program", key.Value)
		}
		var b Build
		p.fields(value, "a build", map[string]func(*yaml.Node){
			"go":     func(n *yaml.Node) { b.Go = p.text(n, "go") },
			"tags":   func(n *yaml.Node) { b.Tags = p.words(n, "tags") },
			"python": func(n *yaml.Node) { b.Python = p.flag(n, "python") },
		})
		if value.Kind == yaml.MappingNode && !strings.HasPrefix(b.Go, "./") {
			p.at(value, "a build needs a package of this program's module, like {go: ./cmd/wsgibench}, not %q", b.Go)
		}
		r.Build[key.Value] = b
	})
}

// files reads the configuration files. Their placeholders are checked once all names are known: a file may name another.
func (p *parser) files(n *yaml.Node, d *Descriptor) map[string]*yaml.Node {
	if n == nil {
		return nil
	}
	d.Files = map[string]string{}
	var texts []*yaml.Node
	keys := p.mapping(n, "files", func(key, value *yaml.Node) {
		if !fileName.MatchString(key.Value) {
			p.at(key, "%q is not the name of a file; it is written into a directory of its own", key.Value)
		}
		if p.word(value, "the file "+key.Value) {
			d.Files[key.Value] = value.Value
			texts = append(texts, value)
		}
	})
	for _, text := range texts {
		p.placeholders(text, splitFile(text.Value), d)
	}
	return keys
}

func (p *parser) behind(n *yaml.Node, d *Descriptor) {
	if n == nil {
		return
	}
	if n.Kind != yaml.SequenceNode {
		p.at(n, "behind must be a list of programs, like [{command: [app-server, \"{inner}\"]}], not %s", describe(n))
		return
	}
	for _, item := range n.Content {
		part := Part{Signal: DefaultStopSignal}
		p.fields(item, "a program behind", map[string]func(*yaml.Node){
			"command": func(n *yaml.Node) { part.Command = p.command(n, "command", d) },
			"signal":  func(n *yaml.Node) { part.Signal = p.signal(n, part.Signal) },
		})
		if item.Kind == yaml.MappingNode && part.Command == nil {
			p.at(item, "a program behind needs a command")
		}
		d.Behind = append(d.Behind, part)
	}
}

func (p *parser) version(n *yaml.Node, d *Descriptor) {
	if n == nil {
		return
	}
	d.Version = map[string][]string{}
	p.mapping(n, "version", func(key, value *yaml.Node) {
		d.Version[key.Value] = p.words(value, "the command that prints the version of "+key.Value)
	})
}
