package scenarios

import (
	"cmp"
	"slices"
	"strings"
)

func (r *resolver) app() App {
	f := &r.f.App
	if len(r.f.Matrix.App) > 0 {
		if r.f.has("app") {
			r.add(f.at, "keep one of the two", "app and matrix.app both choose the app")
		}
		return App{}
	}
	if !r.f.has("app") {
		if slices.ContainsFunc(r.f.Targets, func(t targetForm) bool { return !t.has("url") }) {
			r.add(r.f.at, "write app: reference, or app: {module: \"shop.wsgi:application\"}", "the key \"app\" is missing: only a scenario whose targets are all a url needs none")
		}
		return App{}
	}
	if f.bad {
		return App{}
	}
	a := App{Name: f.Name.s, Database: f.Database.s, Env: r.appEnv()}
	if f.has("database") && len(r.f.Matrix.Database) > 0 {
		r.add(f.key("database"), "keep one of the two", "app.database and matrix.database both choose the database")
	}
	if f.keys == nil || f.has("name") {
		r.referenceApp()
		return a
	}
	if !f.has("module") {
		r.add(f.at, "write {name: reference} or {module: \"shop.wsgi:application\"}", "expected the key name or module")
	}
	a.Module, a.Dir, a.Python = f.Module.s, r.absolute(cmp.Or(f.Dir.s, ".")), r.interpreter(f.Python.s)
	if f.has("python") && len(r.f.Matrix.Python) > 0 {
		r.add(f.key("python"), "keep one of the two", "app.python and matrix.python both choose the interpreter")
	}
	return a
}

// referenceApp checks the name of a reference app, and that nothing stands beside it that belongs to an own one.
func (r *resolver) referenceApp() {
	f := &r.f.App
	at := f.at
	if f.keys != nil {
		at = f.val("name")
	}
	r.known(at, "app", f.Name.s, r.names.Apps)
	for _, key := range []string{"module", "dir", "python"} {
		if f.has(key) {
			r.add(f.key(key), "leave it out, or leave name out", "%q belongs to an app of your own, and name to a reference app", key)
		}
	}
}

func (r *resolver) appEnv() (env map[string]string) {
	for _, e := range r.f.App.Env.list {
		if e.key == "" || strings.ContainsAny(e.key, "=\x00") {
			r.add(e.at, "", "%s is not the name of an environment variable", quote(e.key))
		}
		if env == nil {
			env = map[string]string{}
		}
		env[e.key] = e.val.s
	}
	return env
}

// axisOf is what a server must take to be multiplied by an axis: who runs Python takes any app with any database.
func axisOf(axis string) string {
	if axis == "app" || axis == "database" {
		return "python"
	}
	return axis
}
