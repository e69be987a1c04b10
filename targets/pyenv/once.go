package pyenv

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// marker is the file whose presence says that an environment was made to its end. An environment cannot be moved, so it
// is made where it stays and marked last.
const marker = "wsgibench-complete"

// A recipe makes one environment.
type recipe struct {
	Dir     string
	Request Request
	Build   func(ctx context.Context, dir string) error // dir does not exist yet
}

func python(dir string) string { return filepath.Join(dir, "bin", "python") }

// once returns the environment of the recipe: the one that is there, if it works, else a new one. Of several processes
// and goroutines one makes it, and the others wait for it.
func (s Store) once(ctx context.Context, r recipe) (Env, error) {
	waiting := func() { s.log("waiting for another process that makes %s", filepath.Base(r.Dir)) }
	unlock, err := lockFile(ctx, r.Dir+".lock", waiting)
	if err != nil {
		return Env{}, err
	}
	defer unlock()
	if env, err := r.open(ctx); err == nil {
		return env, nil
	} else if ctx.Err() != nil {
		return Env{}, err
	}
	env, err := s.make(ctx, r)
	note(r.Dir, err)
	if err != nil {
		if rerr := os.RemoveAll(r.Dir); rerr != nil {
			err = fmt.Errorf("%w (and what was left of it could not be removed: %v)", err, rerr)
		}
		return Env{}, err
	}
	return env, nil
}

// open checks that the environment is complete and runs, and reads the versions that are really in it.
func (r recipe) open(ctx context.Context) (Env, error) {
	if _, err := os.Stat(filepath.Join(r.Dir, marker)); err != nil {
		return Env{}, err
	}
	return r.inspect(ctx)
}

func (r recipe) inspect(ctx context.Context) (Env, error) {
	p, err := probe(ctx, python(r.Dir), r.Request.Pip...)
	if err != nil {
		return Env{}, err
	}
	if missing := lacking(r.Request.Pip, p.Distributions); len(missing) > 0 {
		return Env{}, fmt.Errorf("%s lacks %s", r.Dir, strings.Join(missing, ", "))
	}
	i := p.interpreter(python(r.Dir))
	return Env{
		Python: i.Path, Versions: versions(i, p.Distributions), Pinned: r.Request.Lock != nil && !r.Request.Own, Dir: r.Dir,
	}, nil
}

// make builds the environment anew over whatever is there, and marks it.
func (s Store) make(ctx context.Context, r recipe) (Env, error) {
	if err := os.RemoveAll(r.Dir); err != nil {
		return Env{}, fmt.Errorf("remove an incomplete environment: %w", err)
	}
	s.log("making a Python %s environment with %s", r.Request.Interpreter.Version, strings.Join(r.Request.Pip, ", "))
	if err := r.Build(ctx, r.Dir); err != nil {
		return Env{}, err
	}
	env, err := r.inspect(ctx)
	if err != nil {
		return Env{}, fmt.Errorf("check the new environment: %w", err)
	}
	if err := os.WriteFile(filepath.Join(r.Dir, marker), []byte("made by wsgibench, revision "+revision+"\n"), 0o644); err != nil {
		return Env{}, fmt.Errorf("mark the new environment complete: %w", err)
	}
	env.Made = true
	return env, nil
}
