package pyenv

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// A Store is a directory of environments, shared by all processes of a user.
type Store struct {
	Dir string       // empty: wsgibench/envs in the user's cache directory
	Log func(string) // told a line when something takes long; nil: nobody is told
}

// A Request asks for an interpreter with packages.
type Request struct {
	Interpreter Interpreter
	Pip         []string // distributions, as pip takes them: "gunicorn", "gevent==26.5.0", "gunicorn[gevent]"
	Lock        []byte   // requirements with hashes for Pip and all that it needs; nil: what the index gives that day
	Own         bool     // the interpreter is the user's own: its packages stay usable and win over ours
}

// An Env is a Python with the packages that were asked for.
type Env struct {
	Python   string            // path of the interpreter to run
	Versions map[string]string // "python" and each distribution asked for: the version really there
	Pinned   bool              // every package asked for came by its hash out of a lock
	Made     bool              // it was made now, not found
	Dir      string            // of the environment; empty where the interpreter is used as it is
}

// revision is part of each environment's name: raise it when the way of making them changes.
const revision = "1"

// Ensure returns an interpreter that has the packages. Where none are asked for, or the user's own environment has them,
// that is the interpreter itself. Else it is an environment of the store, made now or earlier. It fails with
// *Unreachable where the package index cannot be reached, and with *Failed where a tool fails otherwise.
func (s Store) Ensure(ctx context.Context, r Request) (Env, error) {
	if len(r.Pip) == 0 {
		return Env{Python: r.Interpreter.Path, Versions: versions(r.Interpreter, nil), Pinned: true}, nil
	}
	if r.Own {
		return s.own(ctx, r)
	}
	dir, err := s.dir()
	if err != nil {
		return Env{}, err
	}
	recipe := recipe{
		Dir:     filepath.Join(dir, name(r)),
		Request: r,
		Build:   func(ctx context.Context, dir string) error { return s.install(ctx, r, dir) },
	}
	return s.once(ctx, recipe)
}

// dir returns the store's directory, absolute and there.
func (s Store) dir() (string, error) {
	dir := s.Dir
	if dir == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("find a place for Python environments: %w; set XDG_CACHE_HOME to a directory", err)
		}
		dir = filepath.Join(cache, "wsgibench", "envs")
	}
	dir, err := filepath.Abs(dir)
	if err == nil {
		err = os.MkdirAll(dir, 0o755)
	}
	if err != nil {
		return "", fmt.Errorf("make the directory for Python environments: %w", err)
	}
	return dir, nil
}

func (s Store) log(format string, args ...any) {
	if s.Log != nil {
		s.Log(fmt.Sprintf(format, args...))
	}
}

// name is the directory of the environment for a request: what a person can recognise, and a digest of all that it
// depends on.
func name(r Request) string {
	i := r.Interpreter
	key, err := json.Marshal([]any{
		revision, string(r.Lock), slices.Sorted(slices.Values(r.Pip)), i.Path, i.Base, i.Version, i.Implementation, i.CacheTag,
		i.BasePrefix, i.Platform,
	})
	if err != nil {
		panic("pyenv: strings that are no JSON: " + err.Error())
	}
	sum := sha256.Sum256(key)
	words := append([]string{i.Implementation + i.Version}, slices.Sorted(slices.Values(r.Pip))...)
	readable := notPlain.ReplaceAllString(strings.Join(words, "-"), "_")
	return readable[:min(len(readable), 60)] + "-" + hex.EncodeToString(sum[:8])
}

var notPlain = regexp.MustCompile(`[^A-Za-z0-9.-]+`)

// versions puts the interpreter's own version beside those of the distributions.
func versions(i Interpreter, distributions map[string]string) map[string]string {
	all := map[string]string{"python": i.Kind()}
	maps.Copy(all, distributions)
	return all
}

// Distribution is the name in a requirement: "gunicorn" of "gunicorn[gevent]==26.1.0".
func Distribution(requirement string) string {
	return distributionName.FindString(requirement)
}

var distributionName = regexp.MustCompile(`^[A-Za-z0-9._-]*[A-Za-z0-9]`)

// lacking returns the requirements that the probe did not find.
func lacking(requirements []string, found map[string]string) []string {
	return slices.DeleteFunc(slices.Clone(requirements), func(r string) bool { return found[Distribution(r)] != "" })
}
