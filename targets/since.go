package targets

import (
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// A Since is a run of words on the command lines that a package knows only from one version on. The command lines are
// written for the newest version; for an older one these words are left out.
type Since struct {
	Package string   // a distribution of Requires.Pip
	Version string   // the first that knows the words: "25.1"
	Words   []string // side by side on a command line
}

// versionNumber is what a version in since looks like.
var versionNumber = regexp.MustCompile(`^[0-9]+(\.[0-9]+)*$`)

// since reads which words are younger than the server itself. It comes after the command lines that hold the words.
func (p *parser) since(n *yaml.Node, d *Descriptor) {
	if n == nil {
		return
	}
	p.mapping(n, "since", func(key, value *yaml.Node) {
		if !slices.ContainsFunc(d.Requires.Pip, func(need string) bool { return distributionOf(need) == key.Value }) {
			p.at(key, "%q in since is no package of requires.pip, whose version would be known", key.Value)
		}
		p.mapping(value, "since."+key.Value, func(version, words *yaml.Node) {
			p.sinceWords(Since{Package: key.Value, Version: version.Value, Words: p.words(words, "since."+key.Value)}, version, words, d)
		})
	})
}

func (p *parser) sinceWords(s Since, version, words *yaml.Node, d *Descriptor) {
	if !versionNumber.MatchString(s.Version) {
		p.at(version, "%q in since is no version, like \"25.1\"", s.Version)
	}
	switch {
	case words.Kind != yaml.SequenceNode: // was reported
	case len(s.Words) == 0:
		p.at(words, "since.%s names no words", s.Package)
	case slices.ContainsFunc(s.Words, func(w string) bool { return strings.ContainsAny(w, "{}") }):
		p.at(words, "the words of since hold no placeholders: what can be set must be there in every version")
	case !slices.ContainsFunc(d.commands(), func(c []string) bool { return find(c, s.Words) >= 0 }):
		p.at(words, "%q of since stand side by side in no command: there is nothing to leave out for an older %s", strings.Join(s.Words, " "), s.Package)
	}
	d.Since = append(d.Since, s)
}

// commands are all command lines of the descriptor.
func (d *Descriptor) commands() [][]string {
	all := [][]string{d.Command, d.UnixCommand}
	for _, part := range d.Behind {
		all = append(all, part.Command)
	}
	return all
}

// distributionOf is the name in a requirement: "gunicorn" of "gunicorn[gevent]==26.1.0".
func distributionOf(requirement string) string {
	end := strings.IndexFunc(requirement, func(r rune) bool { return strings.ContainsRune("[<>=!~;@ ", r) })
	if end < 0 {
		return requirement
	}
	return requirement[:end]
}

// without returns the command line without the words that are not known. The program itself always stays.
func without(command []string, unknown []Since) []string {
	for _, s := range unknown {
		if at := find(command, s.Words); at >= 0 {
			command = slices.Concat(command[:at], command[at+len(s.Words):])
		}
	}
	return command
}

// find is where the words stand side by side behind the first word of the command; -1: nowhere.
func find(command, words []string) int {
	for at := 1; len(words) > 0 && at+len(words) <= len(command); at++ {
		if slices.Equal(command[at:at+len(words)], words) {
			return at
		}
	}
	return -1
}
