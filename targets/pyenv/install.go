package pyenv

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// The package index is given up on early: a run without network must say so within some 15 s, not after minutes of
// retries. uv and pip try to connect this often, and wait this long for a byte.
const (
	connectTimeout = "5" // seconds
	pipRetries     = "1" // beside the first try
	uvRetries      = "0"
)

// An installer makes a virtual environment at dir with the packages listed in the requirements file.
type installer struct {
	name    string
	install func(ctx context.Context, r Request, dir, requirements string) error
}

// install makes the environment with uv where that is on PATH, which is much faster, else with venv and pip. Where uv
// fails pip is tried too: a mirror may be configured for pip only, or uv be too old.
func (s Store) install(ctx context.Context, r Request, dir string) error {
	requirements, remove, err := requirementsFile(r)
	if err != nil {
		return err
	}
	defer remove()
	installers := []installer{{"pip", s.withPip}}
	if uv, err := exec.LookPath("uv"); err == nil {
		with := func(ctx context.Context, r Request, dir, file string) error { return withUV(ctx, uv, r, dir, file) }
		installers = []installer{{"uv", with}, {"pip", s.withPip}}
	}
	for i, tool := range installers {
		if err = os.RemoveAll(dir); err != nil {
			return fmt.Errorf("remove an incomplete environment: %w", err)
		}
		err = tool.install(ctx, r, dir, requirements)
		if err == nil || ctx.Err() != nil || i+1 == len(installers) {
			return err
		}
		s.log("%v; trying %s", err, installers[i+1].name)
	}
	return err
}

// requirementsFile writes the lock, or the bare requirements, to a temporary file.
func requirementsFile(r Request) (path string, remove func(), err error) {
	file, err := os.CreateTemp("", "wsgibench-requirements-*.txt")
	if err != nil {
		return "", nil, fmt.Errorf("write the requirements: %w", err)
	}
	remove = func() { os.Remove(file.Name()) }
	text := r.Lock
	if text == nil {
		for _, line := range r.Pip {
			text = append(text, line+"\n"...)
		}
	}
	_, err = file.Write(text)
	if cerr := file.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		remove()
		return "", nil, fmt.Errorf("write the requirements: %w", err)
	}
	return file.Name(), remove, nil
}

// hashed are the options by which nothing gets in that the lock does not name with its hash.
func hashed(r Request) []string {
	if r.Lock == nil {
		return nil
	}
	return []string{"--require-hashes", "--no-deps"}
}

// withUV makes the environment with uv, with the same interpreter and from the same files as pip would.
func withUV(ctx context.Context, uv string, r Request, dir, requirements string) error {
	env := []string{
		"UV_HTTP_TIMEOUT=" + connectTimeout, "UV_HTTP_CONNECT_TIMEOUT=" + connectTimeout, "UV_HTTP_RETRIES=" + uvRetries,
		"UV_PYTHON_DOWNLOADS=never", "UV_NO_PROGRESS=1",
	}
	out, err := run(ctx, env, uv, "venv", "--no-project", "--python", r.Interpreter.Base, dir)
	if err != nil {
		return failure("uv venv", r, out, err)
	}
	// Compiled like pip does: else the first start of a server would compile, and only the first.
	argv := append([]string{uv, "pip", "install", "--compile-bytecode", "--python", python(dir)}, hashed(r)...)
	out, err = run(ctx, env, append(argv, "-r", requirements)...)
	return failure("uv pip install", r, out, err)
}

func (s Store) withPip(ctx context.Context, r Request, dir, requirements string) error {
	seed, err := s.pip(ctx, r.Interpreter)
	if err != nil {
		return err
	}
	out, err := run(ctx, nil, r.Interpreter.Base, "-m", "venv", "--without-pip", dir)
	if err != nil {
		return failure("python -m venv", r, out, err)
	}
	argv := append([]string{
		python(dir), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--progress-bar", "off",
		"--retries", pipRetries, "--timeout", connectTimeout,
	}, hashed(r)...)
	out, err = run(ctx, []string{"PYTHONPATH=" + seed}, append(argv, "-r", requirements)...)
	return failure("pip install", r, out, err)
}

// pip returns a site-packages directory with nothing but pip, made once for each interpreter. Unpacking pip into every
// environment would take longer than all else; and pip's own option for installing elsewhere is missing from older ones.
// What venv unpacks beside pip is removed: pip would take it for installed, and a server that needs setuptools would not
// get it.
func (s Store) pip(ctx context.Context, i Interpreter) (sites string, err error) {
	dir, err := s.dir()
	if err != nil {
		return "", err
	}
	r := Request{Interpreter: i.base(), Pip: []string{"pip"}}
	seed := recipe{Dir: filepath.Join(dir, "pip-alone-"+name(r)), Request: r}
	seed.Build = func(ctx context.Context, dir string) error {
		out, err := run(ctx, nil, i.Base, "-m", "venv", dir)
		return errors.Join(failure("python -m venv", r, out, err), removeBeside(dir))
	}
	env, err := s.once(ctx, seed)
	if err != nil {
		return "", err
	}
	p, err := probe(ctx, env.Python)
	if err != nil || len(p.Sites) == 0 {
		return "", fmt.Errorf("find pip's directory in %v: %w", p.Sites, err)
	}
	return p.Sites[0], nil
}

// removeBeside removes setuptools with its parts from an environment that venv made: before Python 3.12 it brings it.
func removeBeside(dir string) error {
	for _, part := range []string{"setuptools*", "pkg_resources", "_distutils_hack", "distutils-precedence.pth"} {
		found, err := filepath.Glob(filepath.Join(dir, "lib", "*", "site-packages", part))
		if err != nil {
			return fmt.Errorf("look for %s in the environment of pip: %w", part, err)
		}
		for _, path := range found {
			if err := os.RemoveAll(path); err != nil {
				return fmt.Errorf("remove what is not pip: %w", err)
			}
		}
	}
	return nil
}

// siteLine is a line of a .pth file that adds a directory with all that its own .pth files add. Python reads the
// quoted text as it is written, whatever bytes the path has.
func siteLine(dir string) string {
	return fmt.Sprintf("import site; site.addsitedir(%s)\n", pyString(filepath.Clean(dir)))
}
