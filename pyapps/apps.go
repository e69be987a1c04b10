// Package pyapps answers: which WSGI applications are there, and what is their right answer?
//
// The applications are Python files embedded in the program; Materialise writes them to where an interpreter finds
// them. Expected recomputes in Go what an application answers, and Handler serves that: the ceiling no WSGI server can
// pass. The package starts no process and judges no answer.
package pyapps

import (
	"embed"
	"fmt"
	"slices"
	"strings"
)

//go:embed *.py reference/*.py frameworks/*.py static
var files embed.FS

// An App is a WSGI application that comes with wsgibench.
type App struct {
	Name      string
	Module    string // "module:callable", importable from the directory that Materialise returns
	Doc       string // one sentence
	ReadyPath string // answers GET with a body that Expect knows
	PIDPath   string // answers GET with the decimal id of the process that answered; empty: there is none
	Database  bool   // it asks the database that the variable WSGIBENCH_DATABASE names
	pip       []string
	listed    string // the module whose docstring lists its endpoints; empty: it answers everything alike
	expect    func(Request) Expected
}

// apps are the applications, sorted by name.
func apps() []App {
	all := []App{{
		Name: "reference", Module: "reference:application", ReadyPath: "/hello", PIDPath: "/pid", Database: true,
		Doc:    "Pure WSGI, standard library only: every endpoint; every body can be recomputed, or is checked by rule.",
		listed: "reference", expect: expectReference,
	}, {
		Name: "demo", Module: "wsgiref.simple_server:demo_app", ReadyPath: "/",
		Doc: "wsgiref's demo_app, from the standard library: the environ as text.", expect: expectAnything,
	}}
	all = append(all, helloApps()...)
	all = append(all, variants()...)
	slices.SortFunc(all, func(a, b App) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// helloApps are the kinds of callable that PEP 3333 lets an application be.
func helloApps() []App {
	var all []App
	for _, form := range []struct{ name, callable, doc string }{
		{"hello", "hello_function", "The smallest application: a function that greets, without Content-Length."},
		{"hello-class", "HelloClass", "The same as a class, which starts the response when it is first iterated."},
		{"hello-instance", "hello_instance", "The same as an instance with __call__."},
		{"hello-generator", "hello_generator", "The same as a generator function, which starts the response when it is first iterated."},
		{"hello-method", "hello_method", "The same as a bound method."},
		{"hello-partial", "hello_partial", "The same as a functools.partial."},
		{"hello-write", "hello_write", "The same through the write() that start_response returns."},
	} {
		all = append(all, App{Name: form.name, Module: "reference.forms:" + form.callable, Doc: form.doc, ReadyPath: "/hello", expect: expectHello})
	}
	return all
}

// variants are the reference's contract in frameworks.
func variants() []App {
	var all []App
	for _, v := range []struct {
		name, doc string
		pip       []string
	}{
		{"flask", "Part of the reference in Flask: hello, JSON, route, uploads, template, database.", []string{"flask"}},
		{"django", "Part of the reference in Django without middleware: hello, JSON, route, uploads, template, database.", []string{"django"}},
		{"falcon", "Part of the reference in Falcon: hello, JSON, route, uploads, template (Falcon brings none: string.Template), database.", []string{"falcon"}},
		{"bottle", "Part of the reference in Bottle: hello, JSON, route, uploads, template, database.", []string{"bottle"}},
		{"pyramid", "Part of the reference in Pyramid: hello, JSON, route, uploads, template, database.", []string{"pyramid", "pyramid_jinja2"}},
	} {
		all = append(all, App{
			Name: v.name, Module: "frameworks." + v.name + "_app:application", Doc: v.doc, ReadyPath: "/hello", PIDPath: "/pid",
			Database: true, pip: v.pip, listed: "frameworks", expect: expectVariant,
		})
	}
	return all
}

// Framework tells whether the application is written in a framework, beside plain WSGI.
func (a App) Framework() bool { return len(a.pip) > 0 }

// Names lists the applications, sorted.
func Names() []string {
	var names []string
	for _, app := range apps() {
		names = append(names, app.Name)
	}
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

// Expected says what is known of the answer to a request.
func (a App) Expected(r Request) Expected { return a.expect(r) }

// Expect recomputes the answer to a request without header fields: its status and its body, which is empty for HEAD. The
// path may carry a query. ok is false where the answer is not a function of the request (a process id, an environ).
func (a App) Expect(method, path string, body []byte) (status int, want []byte, ok bool) {
	x := a.expect(Request{Method: method, Path: path, Body: body})
	return x.Status, x.Body, x.HasBody
}
