// Command lock writes the lock files of the shipped server descriptors: for each set of packages that one of them
// requires, the newest versions with a hash for every file of them, for all platforms. Run it from the repository's
// root (make locks); it needs the package index, and Python.
package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"

	"github.com/wsgibench/wsgibench/targets"
	"github.com/wsgibench/wsgibench/targets/pyenv"
)

// uvVersion is the uv that makes the locks where none is on PATH.
const uvVersion = "0.13.9"

const header = "# Made by: make locks. Every file that may be installed, by its hash; newest versions as of that day.\n"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := lock(ctx, filepath.Join("targets", "servers")); err != nil {
		fmt.Fprintln(os.Stderr, "lock: error:", err)
		os.Exit(1)
	}
}

// lock writes one file for each set of packages into dir.
func lock(ctx context.Context, dir string) error {
	if _, err := os.Stat(dir); err != nil {
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
	for name, pip := range sets {
		text, err := compile(ctx, uv, pip)
		if err != nil {
			return fmt.Errorf("lock %s: %w", name, err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
			return fmt.Errorf("write the lock: %w", err)
		}
		fmt.Println(filepath.Join(dir, name))
	}
	return nil
}

// packages returns the sets that the shipped descriptors require, by the name of their lock.
func packages() (map[string][]string, error) {
	sets := map[string][]string{}
	for _, name := range targets.Names() {
		d, err := targets.Load(name)
		if err != nil {
			return nil, err
		}
		if len(d.Requires.Pip) > 0 {
			sets[targets.LockName(d.Requires.Pip)] = d.Requires.Pip
		}
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

func compile(ctx context.Context, uv string, pip []string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, uv, "pip", "compile", "-", "--universal", "--generate-hashes", "--python-version", "3.10",
		"--no-python-downloads", "--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links", "--no-config", "--quiet")
	cmd.Dir = os.TempDir() // no project's settings
	cmd.Stdin = strings.NewReader(strings.Join(pip, "\n") + "\n")
	var out, problems bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problems
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, strings.TrimSpace(problems.String()))
	}
	return append([]byte(header), out.Bytes()...), nil
}
