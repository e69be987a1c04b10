package pyenv

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// own returns the user's interpreter as it is where it has the packages, else an environment derived from it.
func (s Store) own(ctx context.Context, r Request) (Env, error) {
	p, err := probe(ctx, r.Interpreter.Path, r.Pip...)
	if err != nil {
		return Env{}, fmt.Errorf("look into your Python environment: %w", err)
	}
	missing := lacking(r.Pip, p.Distributions)
	if len(missing) == 0 {
		return Env{Python: r.Interpreter.Path, Versions: versions(r.Interpreter, p.Distributions)}, nil
	}
	ours, err := s.Ensure(ctx, Request{Interpreter: r.Interpreter.base(), Pip: r.Pip, Lock: r.Lock})
	if err != nil {
		return Env{}, err
	}
	q, err := probe(ctx, ours.Python)
	if err != nil {
		return Env{}, fmt.Errorf("look into the server's environment: %w", err)
	}
	r.Interpreter.Sites = p.Sites
	env, err := s.derive(ctx, r, q.Sites, filepath.Join(ours.Dir, "bin"))
	if err != nil {
		return Env{}, err
	}
	// All that was missing came out of ours; anything that was there already is the user's, and not pinned.
	env.Pinned = ours.Pinned && len(missing) == len(r.Pip)
	return env, nil
}

// base is the interpreter outside of the virtual environment.
func (i Interpreter) base() Interpreter {
	i.Path, i.Prefix = i.Base, i.BasePrefix
	return i
}

// derive makes an environment that holds nothing but one .pth file. It adds the user's site-packages first, so that the
// app keeps the versions that it was written for, and then ours. The user's environment is only read; packages that are
// installed there later are seen. The programs among ours that are no Python scripts (those name their own interpreter)
// are linked from its bin.
func (s Store) derive(ctx context.Context, r Request, ours []string, bin string) (Env, error) {
	dir, err := s.dir()
	if err != nil {
		return Env{}, err
	}
	sites := append(append([]string{}, r.Interpreter.Sites...), ours...)
	var pth strings.Builder
	for _, site := range sites {
		pth.WriteString(siteLine(site))
	}
	// The name is made from the interpreter, the packages and, in place of the lock, what the .pth file will say.
	key := r
	key.Lock = []byte("derived, with programs\n" + pth.String())
	build := func(ctx context.Context, dir string) error {
		out, err := run(ctx, nil, r.Interpreter.Base, "-m", "venv", "--without-pip", dir)
		if err != nil {
			return failure("python -m venv", r, out, err)
		}
		p, err := probe(ctx, python(dir))
		if err != nil || len(p.Sites) == 0 {
			return fmt.Errorf("find the site-packages of the derived environment (%v): %w", p.Sites, err)
		}
		if err := linkPrograms(bin, filepath.Join(dir, "bin")); err != nil {
			return fmt.Errorf("make the derived environment: %w", err)
		}
		return os.WriteFile(filepath.Join(p.Sites[0], "wsgibench.pth"), []byte(pth.String()), 0o644)
	}
	return s.once(ctx, recipe{Dir: filepath.Join(dir, "own-"+name(key)), Request: r, Build: build})
}

// linkPrograms links the compiled programs of one directory from another, where nothing of that name is there.
func linkPrograms(from, to string) error {
	entries, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	for _, e := range entries {
		path, link := filepath.Join(from, e.Name()), filepath.Join(to, e.Name())
		if _, err := os.Lstat(link); err == nil || !e.Type().IsRegular() || !executable(path) {
			continue
		}
		text, err := os.Open(path)
		if err != nil {
			return err
		}
		var head [2]byte
		_, err = io.ReadFull(text, head[:])
		text.Close()
		if err == nil && string(head[:]) != "#!" {
			err = os.Symlink(path, link)
		}
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return err
		}
	}
	return nil
}

// pyString quotes a text for Python, in ASCII: .pth files are read in different encodings.
func pyString(s string) string {
	var out strings.Builder
	out.WriteByte('\'')
	for _, r := range s {
		switch {
		case r == '\'' || r == '\\':
			out.WriteByte('\\')
			out.WriteRune(r)
		case r < ' ' || r > '~':
			fmt.Fprintf(&out, "\\U%08x", r)
		default:
			out.WriteRune(r)
		}
	}
	out.WriteByte('\'')
	return out.String()
}
