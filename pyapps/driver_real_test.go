//go:build real

package pyapps

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"

	"github.com/wsgibench/wsgibench/targets/pyenv"
)

// A driver is a Python process that calls an app without a server.
type driver struct {
	in  io.Writer
	out *bufio.Reader
}

type driven struct {
	Status  string
	Headers [][2]string
	Body    []byte
}

// get returns the one field of that name.
func (d driven) get(name string) string {
	value, _ := call{header: d.Headers}.get(name)
	return value
}

// pythonFor returns an interpreter with the packages of an app.
func pythonFor(t *testing.T, app App, database string) string {
	t.Helper()
	pip, lock, err := app.Packages(database)
	if err != nil {
		t.Fatal(err)
	}
	var store pyenv.Store
	found, err := store.Find(t.Context(), "")
	if err != nil {
		t.Fatalf("this test needs the program python3: %v", err)
	}
	env, err := store.Ensure(t.Context(), pyenv.Request{Interpreter: found, Pip: pip, Lock: lock})
	if err != nil {
		t.Fatal(err)
	}
	return env.Python
}

func startDriver(t *testing.T, python, module, database string) *driver {
	t.Helper()
	dir, err := materialise(files, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if database == "" {
		database = "sqlite:" + t.TempDir() + "/world.db"
	}
	cmd := exec.Command(python, "testdata/driver.py", dir, module)
	cmd.Env = append(os.Environ(), "WSGIBENCH_DATABASE="+database, "PYTHONDONTWRITEBYTECODE=1")
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("this test needs the program %s: %v", python, err)
	}
	t.Cleanup(func() {
		in.Close()
		if err := cmd.Wait(); err != nil {
			t.Errorf("the driver of %s ended with %v", module, err)
		}
	})
	return &driver{in: in, out: bufio.NewReader(out)}
}

// A mode is how an app is called: with an input that ends by itself and no length, below wsgiref.validate.
type mode struct{ chunked, strict bool }

func (d *driver) call(r Request, m mode) (got driven, err error) {
	line, err := json.Marshal(map[string]any{
		"method": r.Method, "path": r.Path, "header": r.Header, "body": append([]byte{}, r.Body...), "chunked": m.chunked, "strict": m.strict,
	})
	if err != nil {
		return got, err
	}
	if _, err = fmt.Fprintf(d.in, "%s\n", line); err != nil {
		return got, err
	}
	line, err = d.out.ReadBytes('\n')
	if err != nil {
		return got, fmt.Errorf("the driver gave no answer: %w", err)
	}
	return got, json.Unmarshal(line, &got)
}
