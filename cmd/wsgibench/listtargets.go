package main

import (
	"context"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/wsgibench/wsgibench/targets"
	"github.com/wsgibench/wsgibench/targets/launch"
)

// The states of a target on this machine.
const (
	stateInstalled = "installed"
	stateFirstUse  = "on first use" // it is installed or built when it is first started
	stateMissing   = "not here"
)

// An availability is what can be said of a target on this machine without installing anything.
type availability struct {
	Versions map[string]string `json:"versions"`
	State    string            `json:"state"`
	Reason   string            `json:"reason,omitempty"` // why it is not here
	Hint     string            `json:"hint,omitempty"`
	Settings map[string]string `json:"settings"` // with their defaults
	Limits   []string          `json:"limits,omitempty"`
}

func listTargets(ctx context.Context) ([]entry, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	var es []entry
	l := launch.Launcher{Exe: exe}
	for _, name := range targets.Names() {
		d, err := targets.Load(name)
		if err != nil {
			return nil, err
		}
		s, err := l.Survey(ctx, d, "")
		if err != nil {
			return nil, err
		}
		a := &availability{Versions: s.Versions, State: stateFirstUse, Settings: d.Defaults, Limits: d.Limits}
		if len(d.Command) > 0 && d.Command[0] == "{exe}" || len(d.Requires.Build) > 0 {
			a.Versions["wsgibench"] = version()
		}
		switch {
		case s.Missing != nil:
			a.State, a.Reason, a.Hint = stateMissing, s.Missing.Reason, s.Missing.Hint
		case s.Ready:
			a.State = stateInstalled
		}
		es = append(es, entry{Name: name, Doc: d.Doc, availability: a})
	}
	return es, nil
}

// row is the entry in a table.
func (e entry) row() table.Row {
	a := e.availability
	if a == nil {
		return table.Row{"  " + e.Name, e.Doc}
	}
	doc := e.Doc
	if len(a.Settings) > 0 {
		doc += " Settings: " + strings.Join(slices.Sorted(maps.Keys(a.Settings)), ", ") + "."
	}
	if a.Reason != "" {
		doc = a.Reason + ". " + doc
	}
	return table.Row{"  " + e.Name, a.versions(), a.State, doc}
}

// versions names what a server consists of; its Python only where there is nothing else to name.
func (a *availability) versions() string {
	var words []string
	for _, what := range slices.Sorted(maps.Keys(a.Versions)) {
		if what != "python" || len(a.Versions) == 1 {
			words = append(words, what+" "+a.Versions[what])
		}
	}
	return strings.Join(words, ", ")
}
