package pyenv

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"path/filepath"
	"time"
)

// An Interpreter is a Python that was run and said what it is.
type Interpreter struct {
	Path           string   // absolute: the path that was asked for, or for a name what Python itself says it is
	Version        string   // "3.13.0"
	Implementation string   // "cpython", "pypy"
	CacheTag       string   // "cpython-313"
	Platform       string   // "linux-x86_64", as sysconfig names it
	Prefix         string   // differs from BasePrefix in a virtual environment
	BasePrefix     string   // where the interpreter itself is installed
	Base           string   // path of the interpreter that a virtual environment was made with; else like Path
	GIL            *bool    // whether the global interpreter lock is on; nil where the interpreter does not say
	Sites          []string // its site-packages directories
}

// Virtual reports whether the interpreter belongs to a virtual environment.
func (i Interpreter) Virtual() bool { return i.Prefix != i.BasePrefix }

// AtLeast reports whether the interpreter is the given version of the language, like "3.12", or a newer one. Every one is
// at least "".
func (i Interpreter) AtLeast(version string) bool {
	return version == "" || CompareVersions(i.Version, version) >= 0
}

// Kind is the version, and what is unusual about the interpreter: "3.9.16 (PyPy)", "3.13.0 (free-threaded)".
func (i Interpreter) Kind() string {
	switch {
	case i.Implementation == "pypy":
		return i.Version + " (PyPy)"
	case i.GIL != nil && !*i.GIL:
		return i.Version + " (free-threaded)"
	}
	return i.Version
}

// String names the interpreter in a sentence: "Python 3.13.0", "PyPy 3.9.16".
func (i Interpreter) String() string {
	name := "Python"
	if i.Implementation == "pypy" {
		name = "PyPy"
	}
	return name + " " + i.Version
}

// Oldest is the oldest Python that servers are measured with.
const Oldest = "3.10"

// OldestPyPy is the oldest language version of PyPy that servers are measured with: Debian 12's. It is older than
// Oldest because PyPy lags behind; many servers' newest versions cannot be installed on it.
const OldestPyPy = "3.9"

// oldest is the oldest version that will do, by implementation, as 1000 × major + minor.
func oldest(implementation string) (version string, number int) {
	if implementation == "pypy" {
		return OldestPyPy, 3*1000 + 9
	}
	return Oldest, 3*1000 + 10
}

//go:embed probe.py
var probeScript string

// probeTimeout bounds the wait for an interpreter to say what it is: long enough for a cold disk, short enough that a
// wrapper on PATH that hangs does not hang the run.
const probeTimeout = 30 * time.Second

// A probed is what the probe prints.
type probed struct {
	Executable     string            `json:"executable"`
	BaseExecutable string            `json:"base_executable"`
	Version        string            `json:"version"`
	Number         int               `json:"number"` // 1000 × major + minor
	Implementation string            `json:"implementation"`
	CacheTag       string            `json:"cache_tag"`
	Prefix         string            `json:"prefix"`
	BasePrefix     string            `json:"base_prefix"`
	Platform       string            `json:"platform"`
	GIL            *bool             `json:"gil"`
	Sites          []string          `json:"sites"`
	Distributions  map[string]string `json:"distributions"` // of those asked for: name → version
}

// probe runs the interpreter. It runs it without PYTHON* variables (-E), as servers are run, and writes no bytecode
// (-B) into an environment that may be the user's own.
func probe(ctx context.Context, python string, distributions ...string) (probed, error) {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	out, err := run(ctx, nil, append([]string{python, "-E", "-B", "-c", probeScript}, distributions...)...)
	if err != nil {
		return probed{}, err
	}
	var p probed
	if err := json.Unmarshal(lastLine(out.stdout), &p); err != nil {
		return probed{}, fmt.Errorf("%s does not behave like Python: it printed %q", python, tail(out.stdout, 2))
	}
	return p, nil
}

// interpreter turns what the probe said into an Interpreter found at path.
func (p probed) interpreter(path string) Interpreter {
	base := p.BaseExecutable
	if base == "" {
		base = path
	}
	return Interpreter{
		Path: path, Version: p.Version, Implementation: p.Implementation, CacheTag: p.CacheTag, Platform: p.Platform,
		Prefix: filepath.Clean(p.Prefix), BasePrefix: filepath.Clean(p.BasePrefix), Base: base, GIL: p.GIL, Sites: p.Sites,
	}
}
