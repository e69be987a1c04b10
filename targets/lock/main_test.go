package main

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/wsgibench/wsgibench/pyapps"
	"github.com/wsgibench/wsgibench/targets"
)

// pin is the first line of a package in a lock: its name, its version and on which systems it is wanted.
var pin = regexp.MustCompile(`(?m)^([A-Za-z0-9._-]+)==([^\s;\\]+)(?: ; ([^\\\n]*))?`)

// pins maps name and marker of each package in a lock to its version.
func pins(lock []byte) map[string]string {
	found := map[string]string{}
	for _, m := range pin.FindAllStringSubmatch(string(lock), -1) {
		found[m[1]+" ; "+strings.TrimSpace(m[3])] = m[2]
	}
	return found
}

// An app and a server share an environment, so that their locks must not ask for different versions of one package. It
// happens (a package that holds another one back); then that app is left out on that server, with the reason. Here are
// the servers that apps are measured on.
func TestLocksOfAppsAgreeWithThoseOfServers(t *testing.T) {
	apps := slices.Sorted(maps.Keys(pyapps.Locks()))
	of := func(app string) []string { return []string{app + ".lock", app + "-postgresql.lock"} }
	shared := 0
	for server, files := range map[string][]string{
		"gunicorn-sync": apps, "gunicorn-gthread": apps, "gunicorn-gevent": apps, "waitress": apps, "cheroot": apps,
		"flask-run": of("flask"), "werkzeug": of("flask"), "django-runserver": of("django"),
	} {
		d, err := targets.Load(server)
		if err != nil {
			t.Fatal(err)
		}
		lock, err := d.Lock()
		if err != nil {
			t.Fatal(err)
		}
		have := pins(lock)
		for _, file := range files {
			text, err := os.ReadFile(filepath.Join("../../pyapps/locks", file))
			if err != nil {
				t.Fatal(err)
			}
			for key, want := range pins(text) {
				version, ok := have[key]
				if ok {
					shared++
				}
				if ok && version != want {
					t.Errorf("%s: %s has version %s, and %s in the lock of %s: renew them with make locks", file, key, want, version, server)
				}
			}
		}
	}
	if shared == 0 {
		t.Error("no package stands in both the lock of an app and that of a server: the locks were not read")
	}
}
