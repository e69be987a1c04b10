//go:build real

package launch

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/wsgibench/wsgibench/targets"
	"github.com/wsgibench/wsgibench/targets/process"
)

// TestRealOwnEnvironment: an app finds the packages of the user's own environment, which lacks the server, also under
// servers that are no Python programs.
func TestRealOwnEnvironment(t *testing.T) {
	l, _, _ := reference(t)
	usual, err := l.Store.Find(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	mine := filepath.Join(t.TempDir(), "mine")
	if out, err := exec.Command(usual.Base, "-m", "venv", "--without-pip", mine).CombinedOutput(); err != nil {
		t.Fatalf("python -m venv: %v\n%s", err, out)
	}
	sites, err := filepath.Glob(filepath.Join(mine, "lib", "python*", "site-packages"))
	if err != nil || len(sites) != 1 {
		t.Fatalf("site-packages %v, %v", sites, err)
	}
	dir := t.TempDir()
	for path, text := range map[string]string{
		filepath.Join(sites[0], "only_here.py"): "WORD = b'mine'\n",
		filepath.Join(dir, "shop.py"):           "import only_here\ndef app(environ, start_response):\n    start_response('200 OK', [('Content-Length', '4')])\n    return [only_here.WORD]\n",
	} {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	app := App{Module: "shop:app", Dir: dir, Python: filepath.Join(mine, "bin", "python")}
	for _, name := range []string{"gunicorn-gthread", "wsgo", "pyvoy", "gohost"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, err := targets.Load(name)
			if err != nil {
				t.Fatal(err)
			}
			p, err := l.Prepare(t.Context(), d, "", app)
			if err != nil {
				t.Fatal(err)
			}
			scratch := t.TempDir()
			at, err := NewEndpoint(false, scratch)
			if err != nil {
				t.Fatal(err)
			}
			s, err := p.Start(t.Context(), Options{Endpoint: at, Scratch: scratch, Log: filepath.Join(scratch, "log")})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Stop(context.Background())
			probe := s.Probe()
			probe.Check = func(status int, body []byte) error {
				if status != 200 || string(body) != "mine" {
					return fmt.Errorf("got %d %q, want 200 mine", status, body)
				}
				return nil
			}
			if _, err := process.Await(t.Context(), s.Process, probe); err != nil {
				t.Errorf("%v\n%q", err, s.Tail(20))
			}
		})
	}
}
