package launch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/wsgibench/wsgibench/targets"
	"github.com/wsgibench/wsgibench/targets/pyenv"
)

// An App is what a server is told to host.
type App struct {
	Module string            // "package.module:callable"
	Dir    string            // where the module is imported from; also the working directory
	Env    map[string]string // variables that it needs; they win over the descriptor's
	Python string            // the interpreter of the user's own environment, whose packages it uses; empty: there is none
	Pip    []string          // packages that it needs beside the server's
	Lock   []byte            // exact versions with hashes of Pip and all that it needs; nil: what the index gives that day
}

// A Launcher prepares servers and starts them. It remembers the environments that it made, and those that it could not
// make: an index that cannot be reached takes seconds to be known as such. It may be used from several goroutines.
type Launcher struct {
	Exe   string // the path of this program, which serves as Go host
	Store pyenv.Store

	mu           sync.Mutex
	environments map[string]made
	interpreters map[string]pyenv.Interpreter // by what was asked for
	versions     map[string]string            // by the command that printed it
}

// A made environment, or why there is none.
type made struct {
	env pyenv.Env
	err error
}

// A Prepared server can be started on this machine.
type Prepared struct {
	Descriptor *targets.Descriptor
	App        App
	Python     string            // path of the interpreter; empty: the server runs no Python
	Versions   map[string]string // of the interpreter and the packages: "python" → "3.13.0", "gunicorn" → "26.1.0"

	exe    string
	base   pyenv.Interpreter
	builds map[string]string // name → path
}

// Missing is why a server cannot be had on this machine.
type Missing struct {
	Reason string
	Hint   string // what to do about it; may be empty
	Err    error  // the cause, where a caller can tell it from others: a *pyenv.NoVersion
}

func (m *Missing) Error() string { return m.Reason }
func (m *Missing) Unwrap() error { return m.Err }

// Prepare makes ready what the server needs: its programs, the interpreter called python (see pyenv.Store.Find; empty:
// the app's own, or a suitable one), the packages, and what must be built. The error is a *Missing where the server
// cannot be had here.
func (l *Launcher) Prepare(ctx context.Context, d *targets.Descriptor, python string, app App) (*Prepared, error) {
	if d.Unavailable != "" {
		return nil, &Missing{Reason: d.Unavailable}
	}
	if missing := d.MissingCommands(LookPath); missing != nil {
		return nil, &Missing{Reason: strings.Join(missing, "; ")}
	}
	p := &Prepared{Descriptor: d, App: app, Versions: map[string]string{}, exe: l.Exe}
	if d.NeedsPython() {
		if err := l.python(ctx, p, cmp.Or(python, app.Python)); err != nil {
			return nil, err
		}
	}
	var err error
	if p.builds, err = l.build(ctx, p); err != nil {
		return nil, err
	}
	return p, p.addVersions(ctx)
}

// python finds the interpreter and makes the environment.
func (l *Launcher) python(ctx context.Context, p *Prepared, name string) error {
	interpreter, err := l.interpreter(ctx, p.Descriptor, name)
	if err != nil {
		return err
	}
	env, err := l.environment(ctx, p.Descriptor, p.App, pyenv.Request{Interpreter: interpreter, Own: p.App.Python != "" && name == p.App.Python})
	var unreachable *pyenv.Unreachable
	var failed *pyenv.Failed
	switch {
	case errors.As(err, &unreachable):
		return &Missing{
			Reason: fmt.Sprintf("it needs %s, and the package index cannot be reached", strings.Join(unreachable.Packages, ", ")),
			Hint:   "try again with a network; what was installed once stays in the cache",
		}
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &failed):
		return &Missing{Reason: fmt.Sprintf("on %s: %v", interpreter, err), Hint: hint(p.Descriptor)}
	case err != nil:
		return &Missing{Reason: err.Error(), Err: err}
	}
	p.Python, p.base, p.Versions = env.Python, interpreter, maps.Clone(env.Versions)
	p.addImported(ctx)
	return nil
}

// hint is what may help where an installation failed: what Debian has for it.
func hint(d *targets.Descriptor) string {
	if len(d.Requires.Apt) == 0 {
		return ""
	}
	return "its installation may need these packages of Debian: apt-get install " + strings.Join(d.Requires.Apt, " ")
}

// interpreter finds a Python that is new enough for the server. Only where none was asked for is another one looked for.
func (l *Launcher) interpreter(ctx context.Context, d *targets.Descriptor, name string) (pyenv.Interpreter, error) {
	found, err := l.Store.Find(ctx, name)
	if err == nil && found.AtLeast(d.Requires.Python) {
		return found, nil
	}
	if err == nil && name == "" {
		for minor := newestMinor; err == nil && minor >= 0; minor-- {
			version := fmt.Sprintf("3.%d", minor)
			if newer, findErr := l.Store.Find(ctx, version); findErr == nil && newer.AtLeast(d.Requires.Python) {
				return newer, nil
			}
			if version == d.Requires.Python {
				break
			}
		}
	}
	if ctx.Err() != nil {
		return found, ctx.Err()
	}
	if err != nil {
		return found, &Missing{Reason: err.Error(), Hint: "install Python 3.10 or newer with venv, or name an interpreter (python: ...)"}
	}
	return found, &Missing{
		Reason: fmt.Sprintf("%s needs Python %s or newer, and this is %s", d.Name, d.Requires.Python, found),
		Hint:   "install a newer Python, or name one (python: python" + d.Requires.Python + ")",
	}
}

// newestMinor is the newest Python 3 that is looked for where the one on PATH is too old.
const newestMinor = 16

// packages are those of the server and of the app. A server's that has no condition of its own gives way to the app's: of
// both together pip says that they conflict where there is no such version.
func packages(server, app []string) []string {
	named := func(need string) bool {
		return slices.ContainsFunc(app, func(other string) bool { return other != need && normal(pyenv.Distribution(other)) == normal(need) })
	}
	return slices.Concat(slices.DeleteFunc(slices.Clone(server), named), app)
}

// environment makes an environment with the packages of server and app, once for all that share it.
func (l *Launcher) environment(ctx context.Context, d *targets.Descriptor, app App, r pyenv.Request) (pyenv.Env, error) {
	lock, err := d.Lock()
	if err != nil {
		return pyenv.Env{}, err
	}
	r.Pip = packages(d.Requires.Pip, app.Pip)
	if r.Lock, err = mergeLocks(lock, len(d.Requires.Pip) > 0, app.Lock, len(app.Pip) > 0); err != nil {
		return pyenv.Env{}, fmt.Errorf("%s with this app: %w", d.Name, err)
	}
	key := fmt.Sprint(r.Interpreter.Path, r.Pip, r.Own, string(r.Lock))
	l.mu.Lock()
	defer l.mu.Unlock()
	found, ok := l.environments[key]
	if ok {
		return found.env, found.err
	}
	found.env, found.err = l.Store.Ensure(ctx, r)
	if ctx.Err() != nil {
		return found.env, found.err // says nothing of the next try
	}
	if l.environments == nil {
		l.environments = map[string]made{}
	}
	l.environments[key] = found
	return found.env, found.err
}
