package pyenv

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// put makes a fake Python of this version, called name, in a directory of its own and returns its path.
func put(t *testing.T, root, name, version string) string {
	t.Helper()
	if err := linkPython(root); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "version"), []byte(version), 0o644); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(root, "bin", name)
	if err := os.Symlink(filepath.Join(root, "bin", "python"), path); err != nil {
		t.Fatal(err)
	}
	return path
}

func script(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+text+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
}

func TestFind(t *testing.T) {
	w := newWorld(t)
	dir := t.TempDir()
	old := put(t, filepath.Join(dir, "old"), "python3", "3.9.18")
	good := put(t, filepath.Join(dir, "good"), "python3", "3.12.1")
	named := put(t, filepath.Join(dir, "good2"), "python3.12", "3.12.1")
	pyenv9 := put(t, filepath.Join(os.Getenv("PYENV_ROOT"), "versions", "3.13.9"), "python3.13", "3.13.9")
	pyenv10 := put(t, filepath.Join(os.Getenv("PYENV_ROOT"), "versions", "3.13.10"), "python3.13", "3.13.10")
	script(t, filepath.Join(dir, "shim", "bin", "python3.13"), "echo 'pyenv: python3.13: command not found' >&2; exit 127")
	script(t, filepath.Join(dir, "shim", "bin", "python3"), "echo not a Python")
	script(t, filepath.Join(dir, "shim", "bin", "python3.11"), "exec '"+good+"' \"$@\"")
	t.Setenv("PATH", strings.Join([]string{filepath.Join(dir, "shim", "bin"), filepath.Dir(old), filepath.Dir(good), filepath.Dir(named), "relative"}, ":"))

	for name, want := range map[string]string{"": good, "python3": good, "3.12": named, "python3.12": named, "python3.13": pyenv10, pyenv9: pyenv9} {
		got, err := w.store.Find(t.Context(), name)
		if err != nil {
			t.Errorf("Find(%q): %v", name, err)
		}
		if got.Path != want {
			t.Errorf("Find(%q) = %s, want %s", name, got.Path, want)
		}
	}
	for name, want := range map[string][]string{
		"python3.11":              {"is Python 3.12.1", "; here are ", "python3.12"},
		"python3.14":              {"no usable python3.14: nothing called python3.14 is on PATH"},
		old:                       {"is Python 3.9.18, older than 3.10"},
		"./no/python":             {"run the interpreter ./no/python", "no such file"},
		filepath.Dir(old) + "/..": {"is a directory"},
	} {
		_, err := w.store.Find(t.Context(), name)
		for _, words := range want {
			if err == nil || !strings.Contains(err.Error(), words) {
				t.Errorf("Find(%q): error %v does not say %q", name, err, words)
			}
		}
	}
}

func TestFindSaysWhatFailed(t *testing.T) {
	w := newWorld(t)
	dir := t.TempDir()
	script(t, filepath.Join(dir, "python3"), "echo 'pyenv: python3: command not found' >&2; exit 127")
	t.Setenv("PATH", dir)
	_, err := w.store.Find(t.Context(), "")
	want := "no usable Python 3.10 or newer: " + dir + "/python3: exit status 127: pyenv: python3: command not found"
	if err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("error\n got %v\nwant %s ...", err, want)
	}
}

func TestCompareDigits(t *testing.T) {
	paths := []string{"/v/3.9.18/p", "/v/3.10.13/p", "/v/3.13.0/p", "/v/3.10.2/p"}
	slices.SortFunc(paths, CompareVersions)
	want := []string{"/v/3.9.18/p", "/v/3.10.2/p", "/v/3.10.13/p", "/v/3.13.0/p"}
	if !slices.Equal(paths, want) {
		t.Errorf("order %v, want %v", paths, want)
	}
}

// PyPy, whose language lags behind, and free-threaded builds are found by their names and say what they are.
func TestFindOtherKinds(t *testing.T) {
	w := newWorld(t)
	dir := t.TempDir()
	var path []string
	for _, tt := range []struct{ name, version, file, content string }{
		{"pypy3", "3.9.16", "implementation", "pypy"},
		{"pypy3.8", "3.8.1", "implementation", "pypy"},
		{"python3.13t", "3.13.0", "free-threaded", ""},
	} {
		root := filepath.Join(dir, tt.name)
		path = append(path, filepath.Dir(put(t, root, tt.name, tt.version)))
		if err := os.WriteFile(filepath.Join(root, tt.file), []byte(tt.content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", strings.Join(path, ":"))
	for name, want := range map[string]string{"pypy3": "PyPy 3.9.16, 3.9.16 (PyPy)", "python3.13t": "Python 3.13.0, 3.13.0 (free-threaded)"} {
		i, err := w.store.Find(t.Context(), name)
		if got := i.String() + ", " + i.Kind(); err != nil || got != want {
			t.Errorf("Find(%q) = %s, %v; want %s", name, got, err, want)
		}
	}
	if _, err := w.store.Find(t.Context(), "pypy3.8"); err == nil || !strings.Contains(err.Error(), "is PyPy 3.8.1, older than 3.9") {
		t.Errorf("Find(pypy3.8): %v", err)
	}
	i := Interpreter{Version: "3.12.1"}
	for version, want := range map[string]bool{"": true, "3.9": true, "3.12": true, "3.13": false} {
		if got := i.AtLeast(version); got != want {
			t.Errorf("%s at least %q: %v, want %v", i, version, got, want)
		}
	}
}
