//go:build real

package launch

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/wsgibench/wsgibench/pyapps"
	"github.com/wsgibench/wsgibench/targets"
	"github.com/wsgibench/wsgibench/targets/pyenv"
)

// everywhere are servers that every interpreter should be able to run, but for versions that a package refuses.
var everywhere = []string{"wsgiref", "waitress", "gunicorn-gthread", "gohost"}

// TestRealInterpreters starts servers on the usual interpreter, on the newest CPython that is installed here, which must be
// another one, and on PyPy. A server that cannot be installed on one of them is left out with the package that refuses it.
func TestRealInterpreters(t *testing.T) {
	l, app, ref := reference(t)
	names := pyenv.Installed()
	slices.SortFunc(names, func(a, b string) int { return pyenv.CompareVersions(filepath.Base(b), filepath.Base(a)) })
	if len(names) == 0 {
		t.Fatal("no program called like python3.13 on PATH or installed by pyenv or uv: install one beside the usual Python")
	}
	kinds := map[string]bool{}
	for _, name := range []string{"", filepath.Base(names[0]), "pypy3"} {
		i, err := l.Store.Find(t.Context(), name)
		if err != nil {
			t.Errorf("%v (Debian's packages: pypy3, pypy3-venv)", err)
			continue
		}
		kinds[i.Kind()] = true
		t.Run(i.Kind(), func(t *testing.T) {
			t.Parallel()
			served := 0
			for _, server := range everywhere {
				if serveOn(t, l, server, i.Path, app, ref) {
					served++
				}
			}
			if served < 3 {
				t.Errorf("only %d of %v ran", served, everywhere)
			}
		})
	}
	if len(kinds) != 3 {
		t.Errorf("tested on %v: want two CPythons and PyPy; install another CPython", kinds)
	}
}

// serveOn reports whether the server ran there; what a package refuses is no error.
func serveOn(t *testing.T, l *Launcher, name, python string, app App, ref pyapps.App) bool {
	t.Helper()
	d, err := targets.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	p, err := l.Prepare(t.Context(), d, python, app)
	if m := (*Missing)(nil); errors.As(err, &m) && strings.Contains(m.Reason, " needs Python >=") {
		t.Logf("%s is left out: %s", name, m.Reason)
		return false
	}
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return false
	}
	t.Logf("%s: versions %v", name, p.Versions)
	serveOnce(t, p, ref, false)
	return !t.Failed()
}
