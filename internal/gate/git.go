package gate

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// gitLimit bounds a git command, however large the repository.
const gitLimit = 2 * time.Minute

// git runs a git command in a directory and returns what it printed. Variables by which a hook or a CI names another
// repository are left out.
func git(ctx context.Context, dir string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, gitLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir = dir
	for _, kv := range os.Environ() {
		if !strings.HasPrefix(kv, "GIT_DIR=") && !strings.HasPrefix(kv, "GIT_WORK_TREE=") && !strings.HasPrefix(kv, "GIT_INDEX_FILE=") {
			cmd.Env = append(cmd.Env, kv)
		}
	}
	var out, problem bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problem
	if err := cmd.Run(); err != nil {
		if errors.Is(err, exec.ErrNotFound) {
			return "", errors.New("git is not installed: give directories, or install it")
		}
		return "", fmt.Errorf("git %s: %w: %s", args[0], err, strings.TrimSpace(problem.String()))
	}
	return strings.TrimSpace(out.String()), nil
}

// toplevel is the root of the repository that holds a directory.
func toplevel(ctx context.Context, dir string) (string, error) {
	return git(ctx, dir, "rev-parse", "--show-toplevel")
}

// resolve is the commit of a reference.
func resolve(ctx context.Context, repository, ref string) (string, error) {
	return git(ctx, repository, "rev-parse", "--verify", "--quiet", "--end-of-options", ref+"^{commit}")
}

// checkOut makes a worktree of a commit below a temporary directory. Remove takes both away, also after ctx has ended.
func checkOut(ctx context.Context, repository, commit string) (tree string, remove func() error, err error) {
	scratch, err := os.MkdirTemp("", "wsgibench-gate-")
	if err != nil {
		return "", nil, fmt.Errorf("make a directory for the worktree: %w", err)
	}
	tree = filepath.Join(scratch, "tree")
	remove = func() error {
		_, gitErr := git(context.WithoutCancel(ctx), repository, "worktree", "remove", "--force", tree)
		err := os.RemoveAll(scratch)
		if gitErr != nil { // its directory is gone all the same; git forgets it then
			_, gitErr = git(context.WithoutCancel(ctx), repository, "worktree", "prune")
		}
		return errors.Join(err, gitErr)
	}
	if _, err := git(ctx, repository, "worktree", "add", "--detach", "--force", tree, commit); err != nil {
		return "", nil, errors.Join(fmt.Errorf("check out %s: %w", commit, err), remove())
	}
	if tree, err = filepath.EvalSymlinks(tree); err != nil {
		return "", nil, errors.Join(err, remove())
	}
	return tree, remove, nil
}
