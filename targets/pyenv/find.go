package pyenv

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Find looks an interpreter up and runs it: something called python may be a wrapper that fails, as those of pyenv do.
//
//   - "" is a suitable python3 on PATH, at least Oldest;
//   - a name like "python3.13", "pypy3", "python3.13t" (free-threaded), or only "3.13", is the first program of that name on PATH that runs and is that version,
//     then the newest of those that pyenv and uv have installed;
//   - a path is that program.
//
// The error says what was tried and why each one would not do.
func (s Store) Find(ctx context.Context, name string) (Interpreter, error) {
	if strings.ContainsRune(name, filepath.Separator) {
		return findPath(ctx, name)
	}
	if bareVersion.MatchString(name) {
		name = "python" + name
	}
	names := []string{name}
	if name == "" {
		names = []string{"python3", "python", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10"}
	}
	candidates := append(onPath(names), installed(names)...)
	var tried []string
	for _, path := range candidates {
		found, err := try(ctx, path, name)
		if err == nil {
			return found, nil
		}
		if ctx.Err() != nil {
			return Interpreter{}, ctx.Err()
		}
		tried = append(tried, err.Error())
	}
	return Interpreter{}, notFound(name, names, tried)
}

var (
	bareVersion  = regexp.MustCompile(`^\d+\.\d+$`)
	namedVersion = regexp.MustCompile(`^[a-z]+(\d+\.\d+)t?$`)
)

func findPath(ctx context.Context, name string) (Interpreter, error) {
	path, err := filepath.Abs(name)
	if err != nil {
		return Interpreter{}, fmt.Errorf("find the interpreter %s: %w", name, err)
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return Interpreter{}, fmt.Errorf("the interpreter %s is a directory; name the program in it, for a virtual environment bin/python", name)
	}
	p, err := probe(ctx, path)
	if err != nil {
		return Interpreter{}, fmt.Errorf("run the interpreter %s: %w", name, err)
	}
	if err := p.recent(path); err != nil {
		return Interpreter{}, err
	}
	return p.interpreter(path), nil
}

// try runs one candidate and holds it to the version in the name that was asked for.
func try(ctx context.Context, path, name string) (Interpreter, error) {
	p, err := probe(ctx, path)
	if err != nil {
		return Interpreter{}, err
	}
	if err := p.recent(path); err != nil {
		return Interpreter{}, err
	}
	if m := namedVersion.FindStringSubmatch(name); m != nil && p.Implementation == "cpython" && !strings.HasPrefix(p.Version, m[1]+".") {
		return Interpreter{}, fmt.Errorf("%s is Python %s", path, p.Version)
	}
	// A wrapper is left behind for the program that it ended in: it could choose another one in another directory.
	if filepath.IsAbs(p.Executable) {
		path = p.Executable
	}
	return p.interpreter(path), nil
}

func (p probed) recent(path string) error {
	if version, number := oldest(p.Implementation); p.Number < number {
		return fmt.Errorf("%s is %s, older than %s", path, p.interpreter(path), version)
	}
	return nil
}

// onPath returns the programs of these names on PATH, all of them, in the order of the names and then of PATH.
func onPath(names []string) []string {
	var found []string
	for _, name := range names {
		for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
			if path := filepath.Join(dir, name); name != "" && filepath.IsAbs(dir) && executable(path) {
				found = append(found, path)
			}
		}
	}
	return found
}

// installed returns the interpreters of these names that pyenv and uv have installed away from PATH, newest first.
func installed(names []string) []string {
	var found []string
	for _, name := range names {
		var some []string
		for _, root := range installRoots() {
			paths, err := filepath.Glob(filepath.Join(root, "*", "bin", name))
			if err == nil {
				some = append(some, slices.DeleteFunc(paths, func(p string) bool { return !executable(p) })...)
			}
		}
		slices.SortFunc(some, func(a, b string) int { return -CompareVersions(a, b) })
		found = append(found, some...)
	}
	return found
}

func installRoots() []string {
	var roots []string
	home, err := os.UserHomeDir()
	if root := os.Getenv("PYENV_ROOT"); root != "" {
		roots = append(roots, filepath.Join(root, "versions"))
	} else if err == nil {
		roots = append(roots, filepath.Join(home, ".pyenv", "versions"))
	}
	if root := os.Getenv("UV_PYTHON_INSTALL_DIR"); root != "" {
		roots = append(roots, root)
	} else if err == nil {
		roots = append(roots, filepath.Join(home, ".local", "share", "uv", "python"))
	}
	return roots
}

func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir() && info.Mode()&0o111 != 0
}

// notFound says what was tried, and which interpreters are here instead.
func notFound(name string, names, tried []string) error {
	what := name
	if name == "" {
		what = "Python " + Oldest + " or newer"
	}
	text := "no usable " + what + ": "
	if len(tried) == 0 {
		text += "nothing called " + strings.Join(names, ", ") + " is on PATH or was installed by pyenv or uv"
	} else {
		text += strings.Join(tried, "; ")
	}
	tooOld := func(path string) bool { return CompareVersions(filepath.Base(path), Oldest) < 0 }
	if others := slices.DeleteFunc(Installed(), tooOld); len(others) > 0 {
		text += "; here are " + strings.Join(others, ", ")
	}
	return fmt.Errorf("%s; install it, or give the path of an interpreter", text)
}

// Installed lists the programs here that are called like a Python of one version ("python3.12"), each name with the
// first place it was seen at. They were not run.
func Installed() []string {
	var found []string
	seen := map[string]bool{}
	var dirs []string
	for _, root := range installRoots() { // before PATH, where pyenv has wrappers of the same names
		more, err := filepath.Glob(filepath.Join(root, "*", "bin"))
		if err == nil {
			dirs = append(dirs, more...)
		}
	}
	for _, dir := range append(dirs, filepath.SplitList(os.Getenv("PATH"))...) {
		paths, _ := filepath.Glob(filepath.Join(dir, "python[0-9].[0-9]*")) // the pattern is right; a directory may not be
		for _, path := range paths {
			name := filepath.Base(path)
			if namedVersion.MatchString(name) && !seen[name] && executable(path) {
				seen[name] = true
				found = append(found, path)
			}
		}
	}
	return found
}

// CompareVersions orders texts by the numbers in them, so that 3.9.18 comes before 3.10.2; negative: a comes first.
func CompareVersions(a, b string) int {
	x, y := digits.FindAllString(a, -1), digits.FindAllString(b, -1)
	for i := range min(len(x), len(y)) {
		if len(x[i]) != len(y[i]) {
			return len(x[i]) - len(y[i])
		}
		if c := strings.Compare(x[i], y[i]); c != 0 {
			return c
		}
	}
	return len(x) - len(y)
}

var digits = regexp.MustCompile(`\d+`)
