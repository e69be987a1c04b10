package gate

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/wsgibench/wsgibench/internal/bench"
	"github.com/wsgibench/wsgibench/scenarios"
	"github.com/wsgibench/wsgibench/targets"
)

// A Source is where one side of a gate comes from: a scenario whose paths lead into a tree of files, or a package in a
// version of its own. Close removes what it made.
type Source struct {
	Name     string // as the user wrote it, with the commit for a git reference
	Scenario *scenarios.Scenario
	Pip      []string          // such as "gunicorn==23.0.0"
	Env      map[string]string // over the app's variables

	remove func() error
}

// Close removes the worktree, if there is one. It may be called more than once.
func (s *Source) Close() error {
	if s == nil || s.remove == nil {
		return nil
	}
	remove := s.remove
	s.remove = nil
	return remove()
}

func (s *Source) side(name string) bench.Side {
	return bench.Side{Name: name, Label: name + " (" + s.Name + ")", Scenario: s.Scenario, Pip: s.Pip, Env: s.Env}
}

// A MissingRef is a git reference that the repository does not have.
type MissingRef struct{ Ref, Repository string }

func (e *MissingRef) Error() string {
	return fmt.Sprintf("%s has no git reference %q; is it fetched? CI often clones one commit only (fetch-depth: 0, or git fetch origin %s)", e.Repository, e.Ref, e.Ref)
}

// requirement is what pip is to install: a version ("gunicorn==23.0.0") or a file ("gunicorn @ file:///...").
var requirement = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*(\[[A-Za-z0-9,._ -]+\])?\s*(==|~=|>=|<=|<|>|@ )\s*\S.*$`)

// requirements are what spec asks pip for: one requirement, or several with spaces between; nil: it asks for none.
func requirements(spec string) []string {
	several := strings.Fields(spec)
	if !slices.ContainsFunc(several, func(s string) bool { return !requirement.MatchString(s) }) {
		return several
	}
	if requirement.MatchString(spec) {
		return []string{spec}
	}
	return nil
}

// Open finds the source that spec names: a package version, a directory (".", "../old", "/src"), or a git reference
// of the repository that the scenario is in, which is checked out under a temporary directory. The caller closes it.
func Open(ctx context.Context, s *scenarios.Scenario, spec string) (*Source, error) {
	if strings.TrimSpace(spec) == "" {
		return nil, errors.New("an empty side: give a git reference, a directory or a package version")
	}
	if pip := requirements(spec); pip != nil {
		return &Source{Name: spec, Scenario: s, Pip: pip}, nil
	}
	home, err := home(s)
	if err != nil {
		return nil, err
	}
	repository, gitErr := toplevel(ctx, home)
	if looksLikePath(spec) {
		return openDirectory(s, spec, roots(repository, home))
	}
	if gitErr == nil {
		if commit, err := resolve(ctx, repository, spec); err == nil {
			return openCommit(ctx, s, spec, commit, repository, home)
		}
	}
	if info, err := os.Stat(spec); err == nil && info.IsDir() {
		return openDirectory(s, spec, roots(repository, home))
	}
	if gitErr != nil {
		return nil, fmt.Errorf("%q is no directory, and %s is in no git repository whose reference it could be: %w", spec, home, gitErr)
	}
	return nil, &MissingRef{Ref: spec, Repository: repository}
}

// home is the directory that the scenario's relative paths start from.
func home(s *scenarios.Scenario) (string, error) {
	dir, err := filepath.Abs(filepath.Dir(s.Path))
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(dir)
}

func looksLikePath(spec string) bool {
	return spec == "." || spec == ".." || filepath.IsAbs(spec) || strings.HasPrefix(spec, "./") || strings.HasPrefix(spec, "../")
}

// roots are the directories that a tree may stand in place of, the widest first.
func roots(repository, home string) []string {
	if repository == "" || repository == home {
		return []string{home}
	}
	return []string{repository, home}
}

func openDirectory(s *scenarios.Scenario, spec string, roots []string) (*Source, error) {
	tree, err := filepath.Abs(spec)
	if err == nil {
		tree, err = filepath.EvalSymlinks(tree)
	}
	if err != nil {
		return nil, fmt.Errorf("open the directory %s: %w", spec, err)
	}
	if info, err := os.Stat(tree); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("%s is no directory", spec)
	}
	var first error
	for _, root := range roots {
		moved, err := transplant(s, root, tree)
		if err == nil {
			moved.Name = spec
			return moved, nil
		}
		if first == nil {
			first = err
		}
	}
	return nil, fmt.Errorf("%s: %w", spec, first)
}

func openCommit(ctx context.Context, s *scenarios.Scenario, ref, commit, repository, home string) (*Source, error) {
	tree, remove, err := checkOut(ctx, repository, commit)
	if err != nil {
		return nil, err
	}
	moved, err := transplant(s, repository, tree)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", ref, err), remove())
	}
	moved.Name, moved.remove = ref, remove
	if short := commit[:min(len(commit), 10)]; !strings.HasPrefix(commit, ref) {
		moved.Name += " " + short
	}
	return moved, nil
}

// transplant returns the source whose paths below root are those below tree. Where the scenario has none, the tree
// must be that of the server itself: its package is then imported from there.
func transplant(s *scenarios.Scenario, root, tree string) (*Source, error) {
	c := *s
	c.Targets = slices.Clone(s.Targets)
	moved := false
	move := func(path *string, must bool) error {
		rel, ok := below(root, *path)
		if !ok {
			return nil
		}
		there := filepath.Join(tree, rel)
		if _, err := os.Stat(there); err != nil {
			if !must {
				return nil // such as an interpreter that is not part of the repository
			}
			return fmt.Errorf("there is no %s in it", rel)
		}
		*path, moved = there, moved || must
		return nil
	}
	if c.App.Module != "" {
		if err := errors.Join(move(&c.App.Dir, true), move(&c.App.Python, false)); err != nil {
			return nil, err
		}
	}
	for i := range c.Targets {
		if err := errors.Join(move(&c.Targets[i].Server, true), move(&c.Targets[i].Python, false)); err != nil {
			return nil, err
		}
	}
	out := &Source{Scenario: &c}
	if moved {
		return out, nil
	}
	dir, err := packageIn(&c, tree)
	if err != nil {
		return nil, err
	}
	out.Env = map[string]string{"PYTHONPATH": strings.Trim(dir+string(os.PathListSeparator)+c.App.Env["PYTHONPATH"], string(os.PathListSeparator))}
	return out, nil
}

// below is the path relative to root; false where it is not below it.
func below(root, path string) (string, bool) {
	if !filepath.IsAbs(path) {
		return "", false
	}
	if resolved, err := filepath.EvalSymlinks(filepath.Dir(path)); err == nil {
		path = filepath.Join(resolved, filepath.Base(path))
	}
	rel, err := filepath.Rel(root, path)
	if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return "", false
	}
	return rel, true
}

// packageIn finds the directory of the tree from which the server's Python package can be imported.
func packageIn(s *scenarios.Scenario, tree string) (string, error) {
	for _, t := range s.Targets {
		d, err := targets.Load(t.Server)
		if err != nil {
			continue
		}
		for _, need := range d.Requires.Pip {
			module := strings.ToLower(strings.ReplaceAll(distribution.FindString(need), "-", "_"))
			for _, dir := range []string{tree, filepath.Join(tree, "src")} {
				if _, err := os.Stat(filepath.Join(dir, module, "__init__.py")); err == nil {
					return dir, nil
				}
			}
		}
	}
	return "", errors.New("neither the app nor a descriptor of the scenario lies in it, nor does it hold the Python package of the server")
}

var distribution = regexp.MustCompile(`^[A-Za-z0-9._-]*[A-Za-z0-9]`)
