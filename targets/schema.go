package targets

import (
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

// nodes are the places of what is checked across keys.
type nodes struct {
	root, command, unixCommand *yaml.Node
	settings, files, builds    map[string]*yaml.Node
}

// descriptor reads the whole file. What belongs together is read first, so that the checks across keys see it whatever
// the order of the keys in the file.
func (p *parser) descriptor(root *yaml.Node, d *Descriptor) {
	at := nodes{root: root}
	var requires, behind, files, env, can, defaults, version, since *yaml.Node
	later := func(to **yaml.Node) func(*yaml.Node) { return func(n *yaml.Node) { *to = n } }
	p.fields(root, "a server descriptor", map[string]func(*yaml.Node){
		"doc":          func(n *yaml.Node) { d.Doc = p.text(n, "doc") },
		"unavailable":  func(n *yaml.Node) { d.Unavailable = p.text(n, "unavailable") },
		"requires":     later(&requires),
		"command":      later(&at.command),
		"unix_command": later(&at.unixCommand),
		"behind":       later(&behind),
		"files":        later(&files),
		"env":          later(&env),
		"defaults":     later(&defaults),
		"version":      later(&version),
		"since":        later(&since),
		"ready":        func(n *yaml.Node) { p.ready(n, &d.Ready) },
		"stop":         func(n *yaml.Node) { p.stop(n, &d.Stop) },
		"can":          later(&can),
		"limits":       func(n *yaml.Node) { d.Limits = p.words(n, "limits") },
	})
	at.settings = p.defaults(defaults, d)
	at.builds = p.requires(requires, &d.Requires)
	at.files = p.files(files, d)
	if at.command != nil {
		d.Command = p.command(at.command, "command", d)
	} else if d.Unavailable == "" && root.Kind == yaml.MappingNode {
		p.at(root, "a server descriptor needs a command, a list of words like [my-server, --port, \"{port}\", \"{app}\"]")
	}
	if at.unixCommand != nil {
		d.UnixCommand = p.command(at.unixCommand, "unix_command", d)
	}
	p.behind(behind, d)
	p.env(env, d)
	p.version(version, d)
	p.since(since, d)
	p.can(can, d)
	p.across(at, d)
}

func (p *parser) text(n *yaml.Node, what string) string {
	if !p.word(n, what) {
		return ""
	}
	return strings.Join(strings.Fields(n.Value), " ")
}

func (p *parser) words(n *yaml.Node, what string) []string {
	var words []string
	p.list(n, what, func(item *yaml.Node) {
		if strings.TrimSpace(item.Value) == "" {
			p.at(item, "an item of %s is empty", what)
			return
		}
		words = append(words, item.Value)
	})
	return words
}

// pip reads the packages. An item becomes a word of pip's command line, so that it must not be an option, and a part
// of the lock's file name, so that it must not be a path.
func (p *parser) pip(n *yaml.Node) []string {
	words := p.words(n, "requires.pip")
	for _, word := range words {
		if strings.HasPrefix(word, "-") || strings.ContainsAny(word, "/\\ \t\r\n") {
			p.at(n, "%q in requires.pip is not a package, like gunicorn or gunicorn==26.1.0", word)
		}
	}
	return words
}

func (p *parser) defaults(n *yaml.Node, d *Descriptor) map[string]*yaml.Node {
	d.Defaults = map[string]string{}
	if n == nil {
		return nil
	}
	return p.mapping(n, "defaults", func(key, value *yaml.Node) {
		if !p.word(value, "the default of "+key.Value) {
			return
		}
		d.Defaults[key.Value] = value.Value
		if _, fixed := fixedPlaceholders[key.Value]; fixed {
			p.at(key, "a setting cannot be called %q: {%s} is %s", key.Value, key.Value, fixedPlaceholders[key.Value])
		} else if !settingName.MatchString(key.Value) {
			p.at(key, "a setting's name must be small letters, digits, - and _, not %q", key.Value)
		} else if err := checkSetting(key.Value, value.Value); err != nil {
			p.at(value, "%v", err)
		}
	})
}

func (p *parser) ready(n *yaml.Node, r *Ready) {
	p.fields(n, "ready", map[string]func(*yaml.Node){
		"workers": func(n *yaml.Node) { r.Workers = p.flag(n, "ready.workers") },
		"timeout": func(n *yaml.Node) { r.Timeout = p.duration(n, "ready.timeout", r.Timeout) },
	})
}

func (p *parser) stop(n *yaml.Node, s *Stop) {
	p.fields(n, "stop", map[string]func(*yaml.Node){
		"signal": func(n *yaml.Node) { s.Signal = p.signal(n, s.Signal) },
		"grace":  func(n *yaml.Node) { s.Grace = p.duration(n, "stop.grace", s.Grace) },
	})
}

func (p *parser) signal(n *yaml.Node, otherwise string) string {
	name := strings.TrimPrefix(strings.ToUpper(n.Value), "SIG")
	if !slices.Contains(stopSignals, name) {
		p.at(n, "unknown signal %s%s; known are %s", describe(n), didYouMean(name, stopSignals), strings.Join(stopSignals, ", "))
		return otherwise
	}
	return name
}

func (p *parser) flag(n *yaml.Node, what string) bool {
	if n.Kind != yaml.ScalarNode || (n.Value != "true" && n.Value != "false") {
		p.at(n, "%s must be true or false, not %s", what, describe(n))
		return false
	}
	return n.Value == "true"
}

func (p *parser) duration(n *yaml.Node, what string, otherwise time.Duration) time.Duration {
	v, err := time.ParseDuration(n.Value)
	if n.Kind != yaml.ScalarNode || err != nil || v <= 0 || v > time.Hour {
		p.at(n, "%s must be a time up to an hour, like 10s or 500ms, not %s", what, describe(n))
		return otherwise
	}
	return v
}
