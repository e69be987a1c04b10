//go:build real

package database

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/wsgibench/wsgibench/pyapps"
	"github.com/wsgibench/wsgibench/targets"
	"github.com/wsgibench/wsgibench/targets/launch"
	"github.com/wsgibench/wsgibench/targets/process"
)

// host starts an app on gunicorn with a database and returns its URL.
func host(t *testing.T, l *launch.Launcher, app pyapps.App, d *Database) string {
	t.Helper()
	descriptor, err := targets.Load("gunicorn-gthread")
	if err != nil {
		t.Fatal(err)
	}
	dir, err := pyapps.Materialise()
	if err != nil {
		t.Fatal(err)
	}
	hosted := launch.App{Module: app.Module, Dir: dir}
	if hosted.Pip, hosted.Lock, err = app.Packages(pyapps.PostgreSQL); err != nil {
		t.Fatal(err)
	}
	p, err := l.Prepare(t.Context(), descriptor, "", hosted)
	if err != nil {
		t.Fatalf("%s: %v", app.Name, err)
	}
	scratch := t.TempDir()
	at, err := launch.NewEndpoint(false, scratch)
	if err != nil {
		t.Fatal(err)
	}
	s, err := p.Start(t.Context(), launch.Options{
		Settings: map[string]string{"workers": "2", "threads": "4"}, Endpoint: at, Scratch: scratch,
		Log: scratch + "/log", Env: map[string]string{Variable: d.URL},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Stop(t.Context()) })
	probe := s.Probe()
	probe.Path, probe.WorkerPath, probe.Timeout = app.ReadyPath, app.PIDPath, time.Minute
	probe.Check = func(status int, body []byte) error {
		if status != http.StatusOK || string(body) != "Hello, World!\n" {
			return fmt.Errorf("got %d %q", status, body)
		}
		return nil
	}
	if _, err := process.Await(t.Context(), s.Process, probe); err != nil {
		t.Fatalf("%s: %v\n%s", app.Name, err, strings.Join(s.Tail(20), "\n"))
	}
	return "http://" + at.Address()
}

func get(t *testing.T, app pyapps.App, base, path string) []byte {
	t.Helper()
	response, err := http.Get(base + path)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	x := app.Expected(pyapps.Request{Method: http.MethodGet, Path: path})
	switch {
	case err != nil || response.StatusCode != x.Status:
		t.Errorf("%s %s: got %s, %v: %.200q", app.Name, path, response.Status, err, body)
	case x.HasBody && !bytes.Equal(body, x.Body):
		t.Errorf("%s %s: got %.200q, want %.200q", app.Name, path, body, x.Body)
	case x.Rule != nil && x.Rule(body) != nil:
		t.Errorf("%s %s: got %.200q: %v", app.Name, path, body, x.Rule(body))
	}
	return body
}

// Every app answers over HTTP as TechEmpower's tests ask, with PostgreSQL behind it, and what it says that it wrote was
// written.
func TestRealAppsOnPostgreSQL(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	d := open(t)
	defer d.Close()
	launcher := &launch.Launcher{Exe: exe}
	for _, name := range []string{"reference", "flask", "django", "falcon", "bottle", "pyramid"} {
		app, err := pyapps.Get(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Reset(t.Context()); err != nil {
			t.Fatal(err)
		}
		base := host(t, launcher, app, d)
		for _, path := range []string{"/hello-cl", "/json", "/route/abc/17?q=x", "/template", "/fortunes", "/db", "/queries?queries=20", "/queries?queries=foo"} {
			get(t, app, base, path)
		}
		if first := d.ask(t, "SELECT randomnumber FROM world WHERE id = 1"); first != fmt.Sprint(pyapps.WorldNumber(1)) {
			t.Errorf("%s: a row that nobody changed has the number %s", name, first)
		}
		var rows []struct{ ID, RandomNumber int }
		if err := json.Unmarshal(get(t, app, base, "/updates?queries=500"), &rows); err != nil {
			t.Fatal(err)
		}
		var values []string
		for _, row := range rows {
			values = append(values, fmt.Sprintf("(%d, %d)", row.ID, row.RandomNumber))
		}
		query := "SELECT count(*) FROM world JOIN (VALUES " + strings.Join(values, ", ") + ") AS said (id, number) ON world.id = said.id AND world.randomnumber = said.number"
		if got := d.ask(t, query); got != "500" {
			t.Errorf("%s: %s of 500 rows are in the database as the app said", name, got)
		}
	}
}
