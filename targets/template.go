package targets

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// fixedPlaceholders are those that every descriptor may use beside its own settings. The text says what each becomes.
var fixedPlaceholders = map[string]string{
	"app":       "the application as module:callable",
	"app_dir":   "the directory that the module is imported from, which is also the working directory",
	"bind":      "where to listen: host:port, or unix:/path for a socket",
	"callable":  "the part of the application after the colon",
	"dir":       "the directory of an own descriptor",
	"exe":       "this wsgibench program",
	"host":      "the address to listen on",
	"launchers": "the directory of the shipped launchers",
	"module":    "the part of the application before the colon",
	"port":      "the TCP port to listen on",
	"python":    "the interpreter",
	"scratch":   "a directory for this trial only",
	"socket":    "the path of the socket to listen on",
}

// Placeholders returns what each fixed placeholder becomes, by name. The settings of a descriptor, and launcher:NAME
// for the path of a shipped launcher, are placeholders too.
func Placeholders() map[string]string {
	all := map[string]string{"launcher:NAME": "the path of the shipped launcher of this name"}
	for name, doc := range fixedPlaceholders {
		all[name] = doc
	}
	return all
}

const launcherPrefix = "launcher:"

// settingName is what a setting may be called, so that it can stand in a placeholder and on a command line.
var settingName = regexp.MustCompile(`^[a-z][a-z0-9_-]*$`)

// A piece is a stretch of text, or the name of a placeholder found at a byte offset.
type piece struct {
	text   string
	name   string
	offset int
}

// split takes a template apart: {name} is a placeholder, {{ and }} are the braces themselves. It always returns the
// pieces up to the mistake, and the offset of the mistake where there is one.
func split(template string) (pieces []piece, at int, err error) {
	var text strings.Builder
	flush := func() {
		if text.Len() > 0 {
			pieces = append(pieces, piece{text: text.String()})
			text.Reset()
		}
	}
	for i := 0; i < len(template); i++ {
		rest := template[i:]
		switch {
		case strings.HasPrefix(rest, "{{"), strings.HasPrefix(rest, "}}"):
			text.WriteByte(rest[0])
			i++
		case rest[0] == '{':
			end := strings.IndexByte(rest, '}')
			if end < 0 {
				flush()
				return pieces, i, fmt.Errorf("a placeholder is not closed; write {{ for a brace itself")
			}
			flush()
			pieces = append(pieces, piece{name: rest[1:end], offset: i})
			i += end
		default:
			text.WriteByte(rest[0])
		}
	}
	flush()
	return pieces, 0, nil
}

// fill puts the values in place of the placeholders. Reading a template that parsed never fails but for a placeholder
// that this trial has no value for.
func fill(template string, value func(name string) (string, error)) (string, error) {
	pieces, _, err := split(template)
	if err != nil {
		return "", fmt.Errorf("%q: %w", template, err)
	}
	var out strings.Builder
	for _, p := range pieces {
		if p.name == "" && p.text != "" {
			out.WriteString(p.text)
			continue
		}
		v, err := value(p.name)
		if err != nil {
			return "", err
		}
		out.WriteString(v)
	}
	return out.String(), nil
}

// checkPlaceholder says what is wrong with a placeholder of a descriptor with these settings.
func checkPlaceholder(name string, settings []string, own bool) error {
	if launcher, ok := strings.CutPrefix(name, launcherPrefix); ok {
		if !slices.Contains(Launchers(), launcher) {
			return fmt.Errorf("unknown launcher %q%s", launcher, didYouMean(launcher, Launchers()))
		}
		return nil
	}
	if name == "dir" && !own {
		return fmt.Errorf("{dir} is for own descriptors: a shipped one has no directory on disk")
	}
	if _, ok := fixedPlaceholders[name]; ok || slices.Contains(settings, name) {
		return nil
	}
	known := append([]string{"launcher:NAME"}, settings...)
	for fixed := range fixedPlaceholders {
		known = append(known, fixed)
	}
	slices.Sort(known)
	known = slices.Compact(known)
	return fmt.Errorf("unknown placeholder {%s}%s; known are %s; a setting needs a value in defaults; write {{ for a brace itself",
		name, didYouMean(name, known), strings.Join(known, ", "))
}
