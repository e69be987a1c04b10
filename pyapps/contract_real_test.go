//go:build real

package pyapps

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"
	"testing"
)

// contractRequests are sent to the reference and to every variant; all bodies but those with a rule must be equal.
func contractRequests() []Request {
	requests := []Request{
		{"POST", "/upload", nil, bytes.Repeat([]byte("abc"), 100000)},
		{"POST", "/form", [][2]string{{"Content-Type", "multipart/form-data; boundary=XX"}}, []byte(multipartBody)},
	}
	for _, path := range []string{
		"/hello", "/hello-cl", "/json", "/route/abc/17?q=x", "/route/a-._~Z/0", "/route/a/007", "/template", "/fortunes", "/pid",
		"/db", "/queries", "/queries?queries=0", "/queries?queries=foo", "/queries?queries=20", "/queries?queries=501", "/updates?queries=20",
	} {
		requests = append(requests, Request{Method: "GET", Path: path})
	}
	return requests
}

// A variant is admitted only when its bytes and its media types are the reference's, also below wsgiref.validate.
func TestRealVariantsAnswerLikeTheReference(t *testing.T) {
	reference := startReference(t)
	for _, app := range variants() {
		d := startDriver(t, pythonFor(t, app, ""), app.Module, "")
		for _, r := range contractRequests() {
			want, err := reference.call(r, mode{})
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range []mode{{}, {strict: true}} {
				got, err := d.call(r, m)
				if err != nil {
					t.Fatalf("%s: %s %s: %v", app.Name, r.Method, r.Path, err)
				}
				if problem := unlike(app.Expected(r), got, want); problem != "" {
					t.Errorf("%s: %s %s %+v: %s", app.Name, r.Method, r.Path, m, problem)
				}
			}
		}
	}
}

// unlike says in what an answer differs from the reference's, or breaks its rule.
func unlike(x Expected, got, want driven) string {
	switch {
	case got.Status != want.Status:
		return fmt.Sprintf("got status %s, want %s", got.Status, want.Status)
	case got.get("Content-Type") != want.get("Content-Type"):
		return fmt.Sprintf("got media type %s, want %s", got.get("Content-Type"), want.get("Content-Type"))
	case x.Rule != nil && x.Rule(got.Body) != nil:
		return fmt.Sprintf("got %.80q: %v", got.Body, x.Rule(got.Body))
	case x.HasBody && !bytes.Equal(got.Body, want.Body):
		return fmt.Sprintf("got %.200q, want %.200q", got.Body, want.Body)
	case x.HasBody && !bytes.Equal(got.Body, x.Body):
		return fmt.Sprintf("got %.200q, expected in Go was %.200q", got.Body, x.Body)
	}
	return ""
}

// What an app says that it wrote is in the file, and a row that it did not name is as it was.
func TestRealUpdatesAreWritten(t *testing.T) {
	for _, name := range []string{"reference", "flask", "django", "falcon", "bottle", "pyramid"} {
		app, err := Get(name)
		if err != nil {
			t.Fatal(err)
		}
		file := t.TempDir() + "/world.db"
		python := pythonFor(t, app, "")
		got, err := startDriver(t, python, app.Module, "sqlite:"+file).call(Request{Method: "GET", Path: "/updates?queries=500"}, mode{})
		if err != nil {
			t.Fatal(err)
		}
		var rows []struct{ ID, RandomNumber int }
		if err := json.Unmarshal(got.Body, &rows); err != nil || len(rows) != 500 {
			t.Fatalf("%s: got %d rows, %v, want 500", name, len(rows), err)
		}
		want := map[int]int{}
		for id := 1; id <= Worlds; id++ {
			want[id] = WorldNumber(id)
		}
		for _, row := range rows {
			want[row.ID] = row.RandomNumber
		}
		read := "import sqlite3, sys\nfor row in sqlite3.connect(sys.argv[1]).execute('SELECT id, randomnumber FROM world'): print(*row)"
		out, err := exec.Command(python, "-c", read, file).Output()
		if err != nil {
			t.Fatal(err)
		}
		count := 0
		for line := range strings.Lines(string(out)) {
			var id, number int
			fmt.Sscan(line, &id, &number)
			if count++; want[id] != number {
				t.Fatalf("%s: the row %d has the number %d, want %d", name, id, number, want[id])
			}
		}
		if count != Worlds {
			t.Errorf("%s: got %d rows, want %d", name, count, Worlds)
		}
	}
}
