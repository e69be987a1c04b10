package launch

import (
	"context"
	"errors"
	"maps"
	"os/exec"
	"strings"

	"github.com/wsgibench/wsgibench/targets"
	"github.com/wsgibench/wsgibench/targets/pyenv"
)

// A Survey is what can be said of a server without installing anything.
type Survey struct {
	Versions map[string]string // as Prepared.Versions; of what is not installed yet the version that would be
	Ready    bool              // all that it needs is here; else it must be installed or built first
	Missing  *Missing          // why it cannot be had here; nil: it can, as far as one can tell before trying
}

// Survey looks for what the server needs: programs, an interpreter called python (empty: a suitable one), packages that
// are installed already or pinned. It takes milliseconds, once the interpreter was asked what it is. The error is ctx's,
// or that the store cannot be read.
func (l *Launcher) Survey(ctx context.Context, d *targets.Descriptor, python string) (Survey, error) {
	s := Survey{Versions: map[string]string{}, Ready: true}
	s.Missing = &Missing{Reason: d.Unavailable}
	if d.Unavailable != "" {
		s.Ready = false
		return s, nil
	}
	s.Missing = nil
	err := l.survey(ctx, d, python, &s)
	if errors.As(err, &s.Missing) {
		s.Ready = false
		return s, nil
	}
	return s, err
}

func (l *Launcher) survey(ctx context.Context, d *targets.Descriptor, python string, s *Survey) error {
	lock, err := d.Lock()
	if err != nil {
		return err
	}
	maps.Copy(s.Versions, pinned(d.Requires.Pip, lock, ""))
	if missing := d.MissingCommands(LookPath); missing != nil {
		return &Missing{Reason: strings.Join(missing, "; ")}
	}
	for what, argv := range d.Version {
		if s.Versions[what], err = l.programVersion(ctx, argv); err != nil {
			return &Missing{Reason: err.Error()}
		}
	}
	if len(d.Requires.Build) > 0 {
		s.Ready = false
		if _, err := exec.LookPath("go"); err != nil {
			return &Missing{Reason: d.Name + " is built from source, and there is no go on PATH", Hint: "install Go"}
		}
		if _, err := l.source(); err != nil {
			return err
		}
	}
	if !d.NeedsPython() {
		return nil
	}
	interpreter, err := l.known(ctx, d, python)
	if err != nil {
		return err
	}
	s.Versions["python"] = interpreter.Kind()
	maps.Copy(s.Versions, pinned(d.Requires.Pip, lock, interpreter.Version))
	made, failed, err := l.Store.Look(pyenv.Request{Interpreter: interpreter, Pip: d.Requires.Pip, Lock: lock})
	if failed != "" {
		return &Missing{Reason: failed, Hint: hint(d)}
	}
	s.Ready = s.Ready && made
	return err
}

// known is interpreter, asked once for each name and oldest version: it runs programs.
func (l *Launcher) known(ctx context.Context, d *targets.Descriptor, python string) (pyenv.Interpreter, error) {
	key := python + " " + d.Requires.Python
	l.mu.Lock()
	defer l.mu.Unlock()
	if found, ok := l.interpreters[key]; ok {
		return found, nil
	}
	found, err := l.interpreter(ctx, d, python)
	if err != nil {
		return found, err
	}
	if l.interpreters == nil {
		l.interpreters = map[string]pyenv.Interpreter{}
	}
	l.interpreters[key] = found
	return found, nil
}

// programVersion is ProgramVersion, asked once for each command.
func (l *Launcher) programVersion(ctx context.Context, argv []string) (string, error) {
	key := strings.Join(argv, "\x00")
	l.mu.Lock()
	defer l.mu.Unlock()
	if version, ok := l.versions[key]; ok {
		return version, nil
	}
	version, err := ProgramVersion(ctx, argv)
	if err != nil {
		return "", err
	}
	if l.versions == nil {
		l.versions = map[string]string{}
	}
	l.versions[key] = version
	return version, nil
}
