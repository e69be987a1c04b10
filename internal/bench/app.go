package bench

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/wsgibench/wsgibench/internal/database"
	"github.com/wsgibench/wsgibench/internal/traffic"
	"github.com/wsgibench/wsgibench/pyapps"
	"github.com/wsgibench/wsgibench/scenarios"
	"github.com/wsgibench/wsgibench/targets/launch"
)

// An app is what the servers host: a reference app, whose answers the client can recompute, or the user's own.
type app struct {
	name      string
	module    string // "package.module:callable"
	dir       string
	python    string
	env       map[string]string
	pip       []string          // packages in versions of its own, beside the server's
	over      map[string]string // variables of a side, which say where its server is imported from
	own       bool
	reference pyapps.App
	database  string   // "sqlite" or "postgresql"; empty: none
	needs     []string // packages of a reference app
	lock      []byte   // of needs
}

// hosted is the app as a server is told of it.
func (a app) hosted() launch.App {
	hosted := launch.App{Module: a.module, Dir: a.dir, Env: a.env, Pip: append(slices.Clone(a.needs), a.pip...)}
	if len(a.pip) == 0 {
		hosted.Lock = a.lock
	}
	if a.own {
		hosted.Python = a.python
	}
	return hosted
}

func findApp(a scenarios.App) (app, error) {
	if a.Name == "" {
		return app{name: a.Module, module: a.Module, dir: a.Dir, python: a.Python, env: a.Env, own: true, database: a.Database}, nil
	}
	ref, err := pyapps.Get(a.Name)
	if err != nil {
		return app{}, err
	}
	dir, err := pyapps.Materialise()
	if err != nil {
		return app{}, fmt.Errorf("write the reference apps: %w", err)
	}
	found := app{name: a.Name, module: ref.Module, dir: dir, env: a.Env, python: a.Python, reference: ref, database: a.Database}
	if found.database == "" && ref.Database {
		found.database = database.SQLite
	}
	if found.needs, found.lock, err = ref.Packages(found.database); err != nil {
		return app{}, fmt.Errorf("find the packages of %s: %w", a.Name, err)
	}
	return found, nil
}

// request turns an entry of the mix into what is sent, with all that is known of the right answer: what the scenario
// says comes first, then what the reference app must answer.
func (a app) request(r scenarios.Request) traffic.Request {
	t := traffic.Request{
		Name: r.Name, Method: r.Method, Path: r.Path, Weight: r.Weight,
		Body: body(r.Body), Chunked: r.Body.Chunked,
		Manner: manner(r),
		Expect: traffic.Expect{Status: r.Expect.Status, Length: -1, SHA256: r.Expect.SHA256},
	}
	for _, h := range r.Header {
		t.Header = append(t.Header, [2]string{h.Name, h.Value})
	}
	for _, h := range r.Expect.Headers {
		t.Expect.Header = append(t.Expect.Header, [2]string{h.Name, h.Value})
	}
	if r.Expect.Length != nil {
		t.Expect.Length = *r.Expect.Length
	}
	if r.Expect.Body != nil {
		t.Expect.Body, t.Expect.HasBody = []byte(*r.Expect.Body), true
	}
	t.Stream = a.stream(r)
	if a.own {
		return t
	}
	x := a.reference.Expected(pyapps.Request{Method: t.Method, Path: t.Path, Header: t.Header, Body: t.Body})
	if t.Expect.Status == 0 {
		t.Expect.Status = x.Status
	}
	if !t.Expect.HasBody && t.Expect.SHA256 == "" && t.Expect.Length < 0 {
		t.Expect.Body, t.Expect.HasBody, t.Expect.Rule = x.Body, x.HasBody, x.Rule
	}
	return t
}

// body makes a body of the size asked for out of a repeated alphabet, so that it is the same in every run.
func body(b scenarios.Body) []byte {
	if b.Size == 0 {
		return []byte(b.Text)
	}
	const line = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ.\n"
	return bytes.Repeat([]byte(line), int(b.Size)/len(line)+1)[:b.Size]
}

// helloRequest asks a reference app whether it is there.
func helloRequest(path string) scenarios.Request {
	return scenarios.Request{Name: "ready", Method: "GET", Path: path, Weight: 1}
}
