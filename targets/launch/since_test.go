package launch

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const young = `command: ["{python}", -m, srv, --young, "{bind}"]
requires: {pip: [srv]}
since: {srv: {"25.1": [--young]}}
`

// An older version is not told what it does not know. Where the version is unknown, it is told.
func TestUnknownWords(t *testing.T) {
	for version, want := range map[string]bool{"": true, "25.1.0": true, "25.1": true, "26": true, "25.0.3": false, "9.9": false} {
		p := Prepared{Descriptor: parse(t, young), Python: "/python", App: App{Dir: "/"}, Versions: map[string]string{"srv": version}}
		c, err := p.Command(Options{Endpoint: Endpoint{Host: "127.0.0.1", Port: 1}})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(strings.Join(c.Argv, " "), "srv --young 127"); got != want || len(c.Argv) < 4 {
			t.Errorf("version %q: %q; want --young in it: %v", version, c.Argv, want)
		}
	}
}

// A condition of the app's settles the server's version; a server's own condition is not lost.
func TestPackages(t *testing.T) {
	for _, tt := range []struct{ server, app, want string }{
		{"gunicorn", "gunicorn==23.0.0", "gunicorn==23.0.0"},
		{"gunicorn gevent", "Gunicorn==20.1.0 setuptools<81", "gevent Gunicorn==20.1.0 setuptools<81"},
		{"gunicorn", "flask", "gunicorn flask"}, {"flask", "flask", "flask flask"},
		{"uvicorn[standard]", "uvicorn==0.30", "uvicorn[standard] uvicorn==0.30"}, {"a2wsgi uvicorn", "", "a2wsgi uvicorn"},
	} {
		if got := strings.Join(packages(strings.Fields(tt.server), strings.Fields(tt.app)), " "); got != tt.want {
			t.Errorf("packages(%s; %s) = %s, want %s", tt.server, tt.app, got, tt.want)
		}
	}
}

// The version of a checkout counts, not that of the installed package that it hides.
func TestImportedVersion(t *testing.T) {
	python := filepath.Join(t.TempDir(), "python")
	// It stands in for an interpreter that finds version 23 in the checkout, and no version of "mute".
	script := "#!/bin/sh\ntest \"$3\" = my_srv && test \"$PYTHONPATH\" = /checkout && echo 23.0.0\n"
	if err := os.WriteFile(python, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer("[srv]", "[my-srv, mute]", "{srv: {\"25.1\": [--young]}}", "{my-srv: {\"25.1\": [--young]}, mute: {\"2\": [-m]}}").Replace(young)
	for path, want := range map[string]string{"/checkout": "23.0.0", "": "26.1.0"} {
		p := Prepared{
			Descriptor: parse(t, text), Python: python, App: App{Dir: "/", Env: map[string]string{"PYTHONPATH": path}},
			Versions: map[string]string{"my-srv": "26.1.0", "mute": "1.0"},
		}
		p.addImported(t.Context())
		if p.Versions["my-srv"] != want || p.Versions["mute"] != "1.0" {
			t.Errorf("PYTHONPATH %q: versions %v, want my-srv %s and mute as installed", path, p.Versions, want)
		}
	}
}
