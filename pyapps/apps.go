// Package pyapps answers: which WSGI applications are there, and where are their files?
//
// The applications are Python files embedded in the program; Materialise writes them to where an interpreter finds
// them. Expect recomputes in Go what an application answers, and Handler serves that: the ceiling no WSGI server can
// pass. The package starts no process and judges no answer.
package pyapps

import (
	"embed"
	"fmt"
	"slices"
	"strings"
)

//go:embed *.py
var files embed.FS

// An App is a WSGI application that comes with wsgibench.
type App struct {
	Name      string
	Module    string // "module:callable", importable from the directory that Materialise returns
	Doc       string // one sentence
	ReadyPath string // answers GET with a body that Expect knows
	PIDPath   string // answers GET with the decimal id of the process that answered
	expect    func(method, path string, body []byte) (int, []byte, bool)
}

func apps() []App {
	return []App{{
		Name:      "reference",
		Module:    "reference:application",
		Doc:       "Pure WSGI, standard library only: hello, JSON, echo, bytes, streams, sleep, CPU; every body can be recomputed.",
		ReadyPath: "/hello",
		PIDPath:   "/pid",
		expect:    expectReference,
	}}
}

// Names lists the applications, sorted.
func Names() []string {
	var names []string
	for _, app := range apps() {
		names = append(names, app.Name)
	}
	slices.Sort(names)
	return names
}

// Get returns the application of that name; the error of an unknown one names those that exist.
func Get(name string) (App, error) {
	for _, app := range apps() {
		if app.Name == name {
			return app, nil
		}
	}
	return App{}, fmt.Errorf("no app is named %q: expected one of %s, or an own one as {module: …, dir: …}",
		name, strings.Join(Names(), ", "))
}

// Expect recomputes the answer to a request: its status and its body, which is empty for HEAD. The path may carry a
// query. ok is false where the answer is not a function of the request (a process id, an environ).
func (a App) Expect(method, path string, body []byte) (status int, want []byte, ok bool) {
	return a.expect(method, path, body)
}
