package gate

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wsgibench/wsgibench/internal/bench"
	"github.com/wsgibench/wsgibench/scenarios"
)

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
		t.Fatal(err)
	}
}

func run(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// repository has an own app below shop/, in two commits, and a scenario.
func repository(t *testing.T) (dir string, s *scenarios.Scenario) {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "shop", "app.py"), "version = 1\n")
	write(t, filepath.Join(dir, "bench", "bench.yaml"), `
app: {module: "app:application", dir: ../shop}
targets: [gunicorn-sync]
requests: [{get: /}]
traffic: [{clients: 1, for: 1s}]
`)
	run(t, dir, "git", "init", "-q")
	run(t, dir, "git", "add", ".")
	commit := []string{"-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-qam"}
	run(t, dir, "git", append(commit, "one")...)
	run(t, dir, "git", "tag", "v1")
	write(t, filepath.Join(dir, "shop", "app.py"), "version = 2\n")
	run(t, dir, "git", append(commit, "two")...)
	s, err = scenarios.Load(filepath.Join(dir, "bench", "bench.yaml"), nil, bench.Names())
	if err != nil {
		t.Fatal(err)
	}
	return dir, s
}

func TestRequirements(t *testing.T) {
	for spec, want := range map[string]string{
		"gunicorn==23.0.0": "gunicorn==23.0.0", "gunicorn == 23.0.0": "gunicorn == 23.0.0", "gunicorn>=20,<21": "gunicorn>=20,<21",
		"gunicorn==20.1.0 setuptools<81": "gunicorn==20.1.0|setuptools<81", " gunicorn[fast]==26.1.0  h2==4.1": "gunicorn[fast]==26.1.0|h2==4.1",
		"gunicorn @ file:///src/gunicorn": "gunicorn @ file:///src/gunicorn", "main": "", "HEAD~1": "", "../old": "", "gunicorn": "", "v23.0.0": "",
	} {
		if got := strings.Join(requirements(spec), "|"); got != want {
			t.Errorf("%q asks pip for %q, want %q", spec, got, want)
		}
	}
}

func content(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestGitReference(t *testing.T) {
	dir, s := repository(t)
	// As in a hook: git must not be led to another repository.
	t.Setenv("GIT_DIR", "/nowhere")
	got, err := Open(t.Context(), s, "v1")
	if err != nil {
		t.Fatal(err)
	}
	tree := got.Scenario.App.Dir
	if app := content(t, filepath.Join(tree, "app.py")); app != "version = 1\n" {
		t.Errorf("the app of v1 is %q", app)
	}
	if !strings.HasPrefix(got.Name, "v1 ") || s.App.Dir != filepath.Join(dir, "shop") {
		t.Errorf("name %q, and the scenario's own app is now in %s", got.Name, s.App.Dir)
	}
	if err := errors.Join(got.Close(), got.Close()); err != nil {
		t.Fatal(err)
	}
	os.Unsetenv("GIT_DIR")
	if _, err := os.Stat(tree); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the worktree is still there: %v", err)
	}
	if list := run(t, dir, "git", "worktree", "list"); strings.Count(list, "\n") != 0 {
		t.Errorf("git still knows the worktree:\n%s", list)
	}
}

func TestSources(t *testing.T) {
	dir, s := repository(t)
	copied := filepath.Join(t.TempDir(), "copy")
	write(t, filepath.Join(copied, "shop", "app.py"), "version = 3\n")
	server := t.TempDir()
	write(t, filepath.Join(server, "src", "gunicorn", "__init__.py"), "")
	for _, c := range []struct{ spec, app, pip, path string }{
		{spec: dir, app: filepath.Join(dir, "shop")},
		{spec: copied, app: filepath.Join(copied, "shop")},
		{spec: "gunicorn==23.0.0", app: s.App.Dir, pip: "gunicorn==23.0.0"},
		{spec: "gunicorn[gevent]>=23", app: s.App.Dir, pip: "gunicorn[gevent]>=23"},
		{spec: server, app: s.App.Dir, path: filepath.Join(server, "src")},
	} {
		got, err := Open(t.Context(), s, c.spec)
		if err != nil {
			t.Errorf("%s: %v", c.spec, err)
			continue
		}
		want, err := filepath.EvalSymlinks(c.app)
		if err != nil {
			t.Fatal(err)
		}
		if got.Scenario.App.Dir != want || strings.Join(got.Pip, " ") != c.pip || got.Env["PYTHONPATH"] != c.path {
			t.Errorf("%s: app in %s, pip %v, PYTHONPATH %q; want %s, %q, %q", c.spec, got.Scenario.App.Dir, got.Pip, got.Env["PYTHONPATH"], want, c.pip, c.path)
		}
	}
}

func TestNoSource(t *testing.T) {
	_, s := repository(t)
	var missing *MissingRef
	if _, err := Open(t.Context(), s, "v9"); !errors.As(err, &missing) || missing.Ref != "v9" {
		t.Errorf("a reference that is not there: got %v", err)
	}
	for spec, want := range map[string]string{
		"":            "an empty side",
		"./not-there": "no such file",
		t.TempDir():   "there is no shop in it",
		"--version":   "has no git reference",
	} {
		if _, err := Open(t.Context(), s, spec); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want an error with %q", spec, err, want)
		}
	}
}

// The application of a known change differs between the sides in nothing but its share.
func TestKnown(t *testing.T) {
	k, err := NewKnown(t.Context(), t.TempDir(), KnownServer, 0, 0.05)
	if err != nil {
		t.Fatal(err)
	}
	base, head := content(t, filepath.Join(k.Base.Scenario.App.Dir, "burn.py")), content(t, filepath.Join(k.Head.Scenario.App.Dir, "burn.py"))
	if want := strings.Replace(base, "SHARE = 0 ", "SHARE = 0.05 ", 1); head != want || base == head {
		t.Errorf("head is not base with another share:\n%s", head)
	}
	if len(k.Scenario.Gate) < 3 {
		t.Errorf("the scenario gates %d metrics", len(k.Scenario.Gate))
	}
}
