package pyapps

import "strings"

// An Endpoint is a line of an application's own documentation.
type Endpoint struct {
	Path string // with the parameters that it takes
	Doc  string
}

// Endpoints lists what the application answers, in the order of its documentation; nil: it answers everything alike.
func (a App) Endpoints() []Endpoint {
	if a.listed == "" {
		return nil
	}
	return endpointsOf(a.listed)
}

// endpointsOf reads the docstring of a package: its indented lines that begin with a path.
func endpointsOf(module string) []Endpoint {
	source, err := files.ReadFile(module + "/__init__.py")
	if err != nil {
		panic("pyapps: " + err.Error()) // cannot happen: the file is embedded
	}
	var all []Endpoint
	_, rest, _ := strings.Cut(string(source), `"""`)
	docstring, _, _ := strings.Cut(rest, `"""`)
	for line := range strings.Lines(docstring) {
		if !strings.HasPrefix(line, "    /") {
			continue
		}
		path, doc, _ := strings.Cut(strings.TrimSpace(line), " ")
		doc = strings.ReplaceAll(strings.TrimSpace(doc), `\\n`, `\n`)
		all = append(all, Endpoint{Path: path, Doc: doc})
	}
	return all
}
