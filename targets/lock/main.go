// Command lock writes the lock files of the shipped server descriptors and apps: for each set of packages that one of
// them requires, the newest versions with a hash for every file of them, for all platforms. Run it from the repository's
// root (make locks); it needs the package index, and Python. With an argument it renews only the files whose path
// contains it: go run ./targets/lock pyapps.
package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"

	"github.com/wsgibench/wsgibench/pyapps"
	"github.com/wsgibench/wsgibench/targets"
	"github.com/wsgibench/wsgibench/targets/pyenv"
)

// uvVersion is the uv that makes the locks where none is on PATH.
const uvVersion = "0.13.9"

const header = "# Made by: make locks. Every file that may be installed, by its hash; newest versions as of that day.\n"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	only := strings.Join(os.Args[1:], " ")
	if err := lock(ctx, only); err != nil {
		fmt.Fprintln(os.Stderr, "lock: error:", err)
		os.Exit(1)
	}
}

// Where the locks are, below the repository's root.
var (
	serverLocks = filepath.Join("targets", "servers")
	appLocks    = filepath.Join("pyapps", "locks")
)

// lock writes one file for each set of packages whose path contains a text.
func lock(ctx context.Context, only string) error {
	if _, err := os.Stat(serverLocks); err != nil {
		return fmt.Errorf("find the descriptors: %w; run it from the repository's root", err)
	}
	sets, err := packages()
	if err != nil {
		return err
	}
	uv, err := findUV(ctx)
	if err != nil {
		return err
	}
	for path, set := range sets {
		if !strings.Contains(path, only) {
			continue
		}
		text, err := compile(ctx, uv, set)
		if err != nil {
			return fmt.Errorf("lock %s: %w", path, err)
		}
		if err := os.WriteFile(path, text, 0o644); err != nil {
			return fmt.Errorf("write the lock: %w", err)
		}
		fmt.Println(path)
	}
	return nil
}

// A set of packages, and the oldest Python that they are for.
type set struct {
	pip    []string
	python string
}

// packages returns the sets that the shipped descriptors and apps require, by the path of their lock.
func packages() (map[string]set, error) {
	sets := map[string]set{}
	for _, name := range targets.Names() {
		d, err := targets.Load(name)
		if err != nil {
			return nil, err
		}
		if len(d.Requires.Pip) > 0 {
			path := filepath.Join(serverLocks, targets.LockName(d.Requires.Pip))
			sets[path] = set{d.Requires.Pip, cmp.Or(d.Requires.Python, pyenv.Oldest)}
		}
	}
	for name, pip := range pyapps.Locks() {
		sets[filepath.Join(appLocks, name)] = set{pip, pyenv.Oldest}
	}
	return sets, nil
}

func findUV(ctx context.Context) (string, error) {
	if path, err := exec.LookPath("uv"); err == nil {
		return path, nil
	}
	store := pyenv.Store{Log: func(line string) { fmt.Fprintln(os.Stderr, "lock:", line) }}
	python, err := store.Find(ctx, "")
	if err != nil {
		return "", err
	}
	env, err := store.Ensure(ctx, pyenv.Request{Interpreter: python, Pip: []string{"uv==" + uvVersion}})
	if err != nil {
		return "", err
	}
	return filepath.Join(filepath.Dir(env.Python), "uv"), nil
}

func compile(ctx context.Context, uv string, of set) ([]byte, error) {
	cmd := exec.CommandContext(ctx, uv, "pip", "compile", "-", "--universal", "--generate-hashes", "--python-version", of.python,
		"--no-python-downloads", "--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links", "--no-config", "--quiet")
	cmd.Dir = os.TempDir() // no project's settings
	cmd.Stdin = strings.NewReader(strings.Join(of.pip, "\n") + "\n")
	var out, problems bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problems
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, strings.TrimSpace(problems.String()))
	}
	return append([]byte(header), out.Bytes()...), nil
}
