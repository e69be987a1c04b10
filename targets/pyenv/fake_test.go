package pyenv

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestMain lets the test binary stand in for a Python: the one that fakePython puts into a directory.
func TestMain(m *testing.M) {
	if os.Getenv("WSGIBENCH_FAKE_PYTHON") != "" && (strings.HasPrefix(filepath.Base(os.Args[0]), "python") || strings.HasPrefix(filepath.Base(os.Args[0]), "pypy")) {
		if err := fake(os.Args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// fake behaves like python as far as this package uses it. Its home is the directory above bin; a file "version" there
// says how old it is, "implementation" and "free-threaded" of which kind, files in "site" are its distributions and hold their versions.
func fake(args []string) error {
	home := filepath.Dir(filepath.Dir(os.Args[0]))
	switch {
	case slices.Contains(args, "-c"):
		return fakeProbe(home, args[slices.Index(args, "-c")+2:])
	case len(args) > 2 && args[1] == "venv":
		return fakeVenv(home, args[len(args)-1])
	case len(args) > 2 && args[1] == "pip":
		return fakePip(home, args)
	}
	return fmt.Errorf("fake python: unknown arguments %q", args)
}

func fakeProbe(home string, names []string) error {
	p := probed{Executable: os.Args[0], Version: "3.13.0", Implementation: "cpython", CacheTag: "cpython-313", Platform: "fake",
		Prefix: home, BasePrefix: home, Sites: []string{filepath.Join(home, "site")}, Distributions: map[string]string{}}
	p.BaseExecutable = os.Args[0]
	if text, err := os.ReadFile(filepath.Join(home, "version")); err == nil {
		p.Version = string(text)
	}
	if text, err := os.ReadFile(filepath.Join(home, "implementation")); err == nil {
		p.Implementation = string(text)
	}
	if _, err := os.Stat(filepath.Join(home, "free-threaded")); err == nil {
		p.GIL = new(bool)
	}
	if text, err := os.ReadFile(filepath.Join(home, "base")); err == nil { // a virtual environment
		p.BasePrefix, p.BaseExecutable = string(text), filepath.Join(string(text), "bin", "python")
	}
	var major, minor int
	if _, err := fmt.Sscanf(p.Version, "%d.%d", &major, &minor); err != nil {
		return err
	}
	p.Number = 1000*major + minor
	for _, name := range names {
		if version, err := os.ReadFile(filepath.Join(home, "site", Distribution(name))); err == nil {
			p.Distributions[Distribution(name)] = string(version)
		}
	}
	// A .pth file adds the distributions of other directories, the first of which wins.
	if text, err := os.ReadFile(filepath.Join(home, "site", "wsgibench.pth")); err == nil {
		for line := range strings.Lines(string(text)) {
			_, quoted, _ := strings.Cut(line, "('")
			site, _, _ := strings.Cut(quoted, "')")
			for _, name := range names {
				version, err := os.ReadFile(filepath.Join(site, Distribution(name)))
				if err == nil && p.Distributions[Distribution(name)] == "" {
					p.Distributions[Distribution(name)] = string(version)
				}
			}
		}
	}
	return json.NewEncoder(os.Stdout).Encode(p)
}

func fakeVenv(home, dir string) error {
	log, err := os.OpenFile(os.Getenv("FAKE_LOG"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	fmt.Fprintln(log, "venv", filepath.Base(dir))
	log.Close()
	if err := os.Mkdir(dir, 0o755); err != nil { // what is left of an earlier one must be gone
		return err
	}
	if err := os.Mkdir(filepath.Join(dir, "site"), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "base"), []byte(home), 0o644); err != nil {
		return err
	}
	if os.Args[len(os.Args)-2] != "--without-pip" {
		if err := os.WriteFile(filepath.Join(dir, "site", "pip"), []byte("24.0"), 0o644); err != nil {
			return err
		}
	}
	return linkPython(dir)
}

func fakePip(home string, args []string) error {
	if _, err := os.Stat(filepath.Join(os.Getenv("PYTHONPATH"), "pip")); err != nil {
		return fmt.Errorf("No module named pip")
	}
	switch os.Getenv("FAKE_PIP") {
	case "unreachable":
		return fmt.Errorf("WARNING: Retrying after connection broken by 'NewConnectionError'\nERROR: No matching distribution found for srv")
	case "broken":
		return fmt.Errorf("ERROR: no space left on device")
	case "hang": // say that it began, then wait until killed
		conn, err := net.Dial("unix", os.Getenv("FAKE_SOCKET"))
		if err != nil {
			return err
		}
		_, err = io.ReadAll(conn)
		return err
	}
	text, err := os.ReadFile(args[slices.Index(args, "-r")+1])
	if err != nil {
		return err
	}
	for _, line := range strings.Fields(string(text)) {
		name, version, pinned := strings.Cut(line, "==")
		if !pinned {
			version = "9.9"
		}
		if err := os.WriteFile(filepath.Join(home, "site", name), []byte(version), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func linkPython(dir string) error {
	exe, err := os.Executable()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(dir, "bin"), 0o755); err != nil {
		return err
	}
	return os.Symlink(exe, filepath.Join(dir, "bin", "python"))
}

// A world is a machine with a fake Python, no uv and an empty store.
type world struct {
	store  Store
	python Interpreter
	log    string // of the calls of venv
}

func newWorld(t *testing.T) world {
	t.Helper()
	dir := t.TempDir()
	log := filepath.Join(dir, "calls")
	t.Setenv("WSGIBENCH_FAKE_PYTHON", "1")
	t.Setenv("FAKE_LOG", log)
	t.Setenv("PATH", dir)
	t.Setenv("HOME", dir)
	t.Setenv("PYENV_ROOT", filepath.Join(dir, "pyenv"))
	t.Setenv("UV_PYTHON_INSTALL_DIR", filepath.Join(dir, "uv"))
	w := world{store: Store{Dir: filepath.Join(dir, "envs")}, log: log}
	w.python = w.interpreter(t, filepath.Join(dir, "usr"))
	return w
}

// interpreter puts a fake Python into home and runs it.
func (w world) interpreter(t *testing.T, home string) Interpreter {
	t.Helper()
	if err := linkPython(home); err != nil {
		t.Fatal(err)
	}
	i, err := w.store.Find(t.Context(), filepath.Join(home, "bin", "python"))
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// made returns how many environments were begun, beside the one that pip is taken from.
func (w world) made(t *testing.T) int {
	t.Helper()
	text, err := os.ReadFile(w.log)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return strings.Count(string(text), "venv ") - strings.Count(string(text), "venv pip-")
}
