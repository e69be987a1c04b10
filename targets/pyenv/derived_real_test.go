//go:build real

package pyenv

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// userVenv makes a virtual environment as a user does, and puts distributions into it by hand.
func userVenv(t *testing.T, base Interpreter, distributions map[string]string) Interpreter {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "it's mine é")
	if out, err := exec.Command(base.Path, "-m", "venv", "--without-pip", dir).CombinedOutput(); err != nil {
		t.Fatalf("make a virtual environment: %v: %s", err, out)
	}
	i, err := Store{}.Find(t.Context(), python(dir))
	if err != nil {
		t.Fatal(err)
	}
	for name, version := range distributions {
		info := filepath.Join(i.Sites[0], name+"-"+version+".dist-info")
		if err := os.Mkdir(info, 0o755); err != nil {
			t.Fatal(err)
		}
		for path, text := range map[string]string{
			filepath.Join(info, "METADATA"):         "Metadata-Version: 2.1\nName: " + name + "\nVersion: " + version + "\n",
			filepath.Join(i.Sites[0], name+".py"):   "version = '" + version + "'\n",
			filepath.Join(i.Sites[0], "edited.pth"): filepath.Join(dir, "editable") + "\n",
		} {
			if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "editable"), 0o755); err != nil {
		t.Fatal(err)
	}
	return i
}

// TestRealDerived: a server is added beside the packages of a user's virtual environment. They win, their .pth files
// work (editable installs), and the environment stays byte for byte as it was.
func TestRealDerived(t *testing.T) {
	s := realStore(t)
	user := userVenv(t, realPython(t), map[string]string{"usersown": "0.1", "packaging": "1.0"})
	if !user.Virtual() {
		t.Fatalf("%+v is no virtual environment", user)
	}
	tree := os.DirFS(user.Prefix)
	before := listing(t, tree)
	r, version := gunicorn(t, user)
	r.Own, r.Pip, r.Lock = true, []string{"gunicorn", "packaging"}, nil
	env := mustEnsure(t, s, r)
	if diff := cmp.Diff(before, listing(t, tree)); diff != "" {
		t.Errorf("the user's environment was changed (-before +after):\n%s", diff)
	}
	if env.Pinned || env.Versions["packaging"] != "1.0" || env.Versions["gunicorn"] == "" || env.Versions["python"] != user.Version {
		t.Errorf("got %+v; want packaging 1.0 of the user, gunicorn, not pinned", env)
	}
	code := "import sys, usersown, packaging, gunicorn; print(usersown.version, packaging.version, sys.prefix, any(p.endswith('editable') for p in sys.path))"
	out, err := exec.Command(env.Python, "-B", "-c", code).CombinedOutput()
	if want := "0.1 1.0 " + env.Dir + " True"; err != nil || strings.TrimSpace(string(out)) != want {
		t.Errorf("the derived Python says %q (error %v), want %q", out, err, want)
	}

	r.Pip, r.Lock = []string{"gunicorn"}, lockOf(t, "gunicorn.lock")
	if env := mustEnsure(t, s, r); !env.Pinned || env.Versions["gunicorn"] != version {
		t.Errorf("with a lock: %+v, want gunicorn %s, pinned", env, version)
	}
	r.Pip = []string{"usersown"}
	if env := mustEnsure(t, s, r); env.Python != user.Path || env.Versions["usersown"] != "0.1" || env.Dir != "" {
		t.Errorf("with all that is needed there: %+v, want the user's own Python", env)
	}
}
