//go:build real

package launch

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/wsgibench/wsgibench/targets"
	"github.com/wsgibench/wsgibench/targets/process"
)

// everything is an app that has one answer.
const everything = `def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "3")])
    return [b"app"]
`

// TestRealStatic: nginx answers what lies below /static in the app's directory, and the app everything else.
func TestRealStatic(t *testing.T) {
	l, _, _ := reference(t)
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "static"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"tiny.py": everything, "static/here.txt": "file", "secret.txt": "secret"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"nginx-gunicorn", "nginx-gunicorn-unix", "nginx-uwsgi"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, err := targets.Load(name)
			if err != nil {
				t.Fatal(err)
			}
			p, err := l.Prepare(t.Context(), d, "", App{Module: "tiny:app", Dir: dir})
			if err != nil {
				t.Fatal(err)
			}
			scratch := t.TempDir()
			at, err := NewEndpoint(false, scratch)
			if err != nil {
				t.Fatal(err)
			}
			s, err := p.Start(t.Context(), Options{Endpoint: at, Scratch: scratch})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Stop(context.Background())
			if _, err := process.Await(t.Context(), s.Process, s.Probe()); err != nil {
				t.Fatal(err)
			}
			for path, want := range map[string]string{"/static/here.txt": "file", "/static/none.txt": "app", "/static/": "app", "/secret.txt": "app", "/static/../secret.txt": "app"} {
				check := func(status int, body []byte) error {
					if status != 200 || string(body) != want {
						return fmt.Errorf("%s: got %d %q, want 200 %q", path, status, body, want)
					}
					return nil
				}
				if _, err := process.Check(t.Context(), process.Probe{Network: at.Network(), Addr: at.Address(), Path: path, Check: check}); err != nil {
					t.Error(err)
				}
			}
		})
	}
}
