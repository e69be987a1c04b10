package targets

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// fixedPlaceholders are those that every descriptor may use beside its own settings. The text says what each becomes.
var fixedPlaceholders = map[string]string{
	"address":    "where to listen: host:port, or the bare path of a socket",
	"app":        "the application as module:callable",
	"app_dir":    "the directory that the module is imported from, which is also the working directory",
	"bind":       "where to listen: host:port, or unix:/path for a socket",
	"callable":   "the part of the application after the colon",
	"dir":        "the directory of an own descriptor",
	"env":        "the directory of the interpreter's environment, which has bin/python",
	"exe":        "this wsgibench program",
	"group":      "the group of the user who runs this, by name",
	"host":       "the address to listen on",
	"inner":      "the path of a socket between the programs of a stack",
	"inner_port": "a TCP port of 127.0.0.1 between the programs of a stack",
	"launchers":  "the directory of the shipped launchers",
	"module":     "the part of the application before the colon",
	"port":       "the TCP port to listen on",
	"python":     "the interpreter",
	"scratch":    "a directory for this trial only",
	"socket":     "the path of the socket to listen on",
	"user":       "the user who runs this, by name",
}

// Placeholders returns what each fixed placeholder becomes, by name. The settings of a descriptor, launcher:NAME for the
// path of a shipped launcher, file:NAME for one of its files and build:NAME for one of its builds are placeholders too.
func Placeholders() map[string]string {
	all := map[string]string{
		launcherPrefix + "NAME": "the path of the shipped launcher of this name",
		filePrefix + "NAME":     "the path of the file of this name, which stands in files",
		buildPrefix + "NAME":    "the path of the program of this name, which stands in requires.build",
	}
	maps.Copy(all, fixedPlaceholders)
	return all
}

// The placeholders that name something: {launcher:NAME} and so on.
const (
	launcherPrefix = "launcher:"
	filePrefix     = "file:"
	buildPrefix    = "build:"
)

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

// inFile is a placeholder in a configuration file. There any other brace is the file's own: such files are full of them.
var inFile = regexp.MustCompile(`\{[a-z][a-z0-9_-]*(:[A-Za-z0-9._-]+)?\}`)

// splitFile takes the template of a file apart.
func splitFile(template string) (pieces []piece) {
	from := 0
	for _, at := range inFile.FindAllStringIndex(template, -1) {
		if at[0] > from {
			pieces = append(pieces, piece{text: template[from:at[0]]})
		}
		pieces = append(pieces, piece{name: template[at[0]+1 : at[1]-1], offset: at[0]})
		from = at[1]
	}
	if from < len(template) {
		pieces = append(pieces, piece{text: template[from:]})
	}
	return pieces
}

// fill puts the values in place of the placeholders of a word. Reading a template that parsed never fails but for a
// placeholder that this trial has no value for.
func fill(template string, value func(name string) (string, error)) (string, error) {
	pieces, _, err := split(template)
	if err != nil {
		return "", fmt.Errorf("%q: %w", template, err)
	}
	return join(pieces, value)
}

func join(pieces []piece, value func(name string) (string, error)) (string, error) {
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

// checkPlaceholder says what is wrong with a placeholder of a descriptor.
func checkPlaceholder(name string, d *Descriptor, own bool) error {
	for _, kind := range []struct {
		prefix string
		known  []string
	}{{launcherPrefix, Launchers()}, {filePrefix, slices.Sorted(maps.Keys(d.Files))}, {buildPrefix, slices.Sorted(maps.Keys(d.Requires.Build))}} {
		if what, ok := strings.CutPrefix(name, kind.prefix); ok {
			if !slices.Contains(kind.known, what) {
				return fmt.Errorf("unknown %s %q%s", strings.TrimSuffix(kind.prefix, ":"), what, didYouMean(what, kind.known))
			}
			return nil
		}
	}
	settings := d.Settings()
	if name == "dir" && !own {
		return fmt.Errorf("{dir} is for own descriptors: a shipped one has no directory on disk")
	}
	if _, ok := fixedPlaceholders[name]; ok || slices.Contains(settings, name) {
		return nil
	}
	known := slices.AppendSeq(settings, maps.Keys(Placeholders()))
	slices.Sort(known)
	known = slices.Compact(known)
	return fmt.Errorf("unknown placeholder {%s}%s; known are %s; a setting needs a value in defaults; write {{ for a brace itself",
		name, didYouMean(name, known), strings.Join(known, ", "))
}
