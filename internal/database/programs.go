package database

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// programs are PostgreSQL's, all of one version, and the user that they run as.
type programs struct {
	bin      string   // their directory
	argv     []string // before a command line, so that it runs as the user; nil: as ourselves
	uid, gid int      // of the user; -1: ourselves
}

// debian is where Debian has them, outside of PATH and one directory for each version.
const debian = "/usr/lib/postgresql/*/bin"

const installHint = "install PostgreSQL (on Debian: apt-get install postgresql), or measure with the database sqlite"

// findPrograms looks in PATH and in Debian's directories, where the highest version is taken.
func findPrograms() (programs, error) {
	dirs, _ := filepath.Glob(debian) // the pattern is right
	slices.SortFunc(dirs, func(a, b string) int { return versionOf(b) - versionOf(a) })
	if path, err := exec.LookPath("postgres"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			dirs = append([]string{filepath.Dir(path)}, dirs...)
		}
	}
	for _, dir := range dirs {
		whole := true
		for _, name := range []string{"initdb", "postgres", "psql"} {
			_, err := os.Stat(filepath.Join(dir, name))
			whole = whole && err == nil
		}
		if whole {
			return dropTo(programs{bin: dir, uid: -1, gid: -1})
		}
	}
	return programs{}, &Missing{Reason: "the programs initdb, postgres and psql are not on PATH", Hint: installHint}
}

// versionOf reads the number in /usr/lib/postgresql/15/bin; 0 if there is none.
func versionOf(dir string) int {
	n, err := strconv.Atoi(filepath.Base(filepath.Dir(dir)))
	if err != nil {
		return 0
	}
	return n
}

// version asks the server: "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)".
func (p programs) version(ctx context.Context) (string, error) {
	text, err := p.run(ctx, os.TempDir(), "", "postgres", "--version")
	if err != nil {
		return "", err
	}
	_, text, _ = strings.Cut(text, ") ")
	number, _, _ := strings.Cut(strings.TrimSpace(text), " ")
	return number, nil
}

// dropTo chooses an unprivileged user where we are root, as whom PostgreSQL refuses to run.
func dropTo(p programs) (programs, error) {
	if os.Geteuid() != 0 {
		return p, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.Atoi(u.Uid)
		gid, err2 := strconv.Atoi(u.Gid)
		if err1 != nil || err2 != nil || uid == 0 {
			continue
		}
		p.uid, p.gid = uid, gid
		// The signal on the death of the keeper does not survive the change of user, so it is asked for again.
		p.argv, err = setpriv(uid, gid)
		return p, err
	}
	return p, &Missing{Reason: "PostgreSQL does not run as root, and there is no user postgres or nobody", Hint: "run wsgibench as another user"}
}

func setpriv(uid, gid int) ([]string, error) {
	path, err := exec.LookPath("setpriv")
	if err != nil {
		return nil, &Missing{Reason: "PostgreSQL does not run as root, and the program setpriv is not on PATH", Hint: "install util-linux, or run wsgibench as another user"}
	}
	return []string{path, fmt.Sprint("--reuid=", uid), fmt.Sprint("--regid=", gid), "--clear-groups", "--pdeathsig", "KILL", "--"}, nil
}

// run carries out one of the programs as the user, with text as its input, and returns what it printed.
func (p programs) run(ctx context.Context, dir, input, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, filepath.Join(p.bin, name), args...)
	cmd.Dir, cmd.Env, cmd.Stdin = dir, environment(), strings.NewReader(input)
	if p.uid >= 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(p.uid), Gid: uint32(p.gid)}}
	}
	out, err := cmd.Output()
	if err == nil {
		return string(out), nil
	}
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) && len(exit.Stderr) > 0 {
		return "", fmt.Errorf("%s: %s", name, strings.TrimSpace(string(exit.Stderr)))
	}
	return "", fmt.Errorf("%s: %w", name, err)
}

// environment is ours without what would lead PostgreSQL's programs elsewhere (PGHOST, PGDATA, ...).
func environment() []string {
	return append(slices.DeleteFunc(os.Environ(), func(kv string) bool { return strings.HasPrefix(kv, "PG") }), "LC_ALL=C")
}
