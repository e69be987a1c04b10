//go:build real

package targets

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/wsgibench/wsgibench/targets/pyenv"
)

// application is served by every Python server of these tests.
const application = `import os

def app(environ, start_response):
    body = ("hello %s from %d with %s" % (environ["PATH_INFO"], os.getpid(), os.environ.get("APP"))).encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]
`

// TestRealServers starts every shipped server that needs only Python, as its descriptor says, on TCP and on a Unix
// socket, fetches /hello, and ends it by its signal within its grace.
func TestRealServers(t *testing.T) {
	apps := t.TempDir()
	if err := os.WriteFile(filepath.Join(apps, "tiny.py"), []byte(application), 0o644); err != nil {
		t.Fatal(err)
	}
	var store pyenv.Store
	python, err := store.Find(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"wsgiref", "wsgiref-threaded", "gunicorn-sync", "gunicorn-gthread"} {
		d := load(t, name)
		lock, err := d.Lock()
		if err != nil {
			t.Fatal(err)
		}
		env, err := store.Ensure(t.Context(), pyenv.Request{Interpreter: python, Pip: d.Requires.Pip, Lock: lock})
		if err != nil {
			t.Fatal(err)
		}
		for _, network := range []string{"tcp", "unix"} {
			t.Run(name+"/"+network, func(t *testing.T) {
				scratch := t.TempDir()
				p := Params{Python: env.Python, App: "tiny:app", AppDir: apps, Scratch: scratch, Env: map[string]string{"APP": "tiny"}}
				address := listen(t, network, scratch, &p)
				serve(t, d, p, network, address)
			})
		}
	}
}

// listen chooses an address for the server.
func listen(t *testing.T, network, scratch string, p *Params) string {
	t.Helper()
	if network == "unix" {
		p.Socket = filepath.Join(scratch, "s")
		return p.Socket
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	p.Host, p.Port = "127.0.0.1", l.Addr().(*net.TCPAddr).Port
	return l.Addr().String()
}

func serve(t *testing.T, d *Descriptor, p Params, network, address string) {
	t.Helper()
	c, err := d.Expand(p)
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	cmd := exec.CommandContext(t.Context(), c.Argv[0], c.Argv[1:]...)
	cmd.Env, cmd.Dir, cmd.Stdout, cmd.Stderr = c.Env, c.Dir, &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	ctx, cancel := context.WithTimeout(t.Context(), d.Ready.Timeout)
	defer cancel()
	body, err := fetch(ctx, network, address)
	if want := "hello /hello from "; err != nil || !strings.HasPrefix(body, want) || !strings.HasSuffix(body, "with tiny") {
		t.Errorf("body %q, error %v; want %s...", body, err, want)
	}
	signal := map[string]os.Signal{"TERM": syscall.SIGTERM, "INT": syscall.SIGINT}[d.Stop.Signal]
	if err := cmd.Process.Signal(signal); err != nil {
		t.Error(err)
	}
	select {
	case <-ended:
	case <-time.After(d.Stop.Grace):
		t.Errorf("%s did not end by %s within its grace of %v", d.Name, d.Stop.Signal, d.Stop.Grace)
		if err := cmd.Process.Kill(); err != nil {
			t.Error(err)
		}
		<-ended
	}
	if strings.Contains(log.String(), "GET /hello") {
		t.Errorf("the access log is on:\n%s", log.String())
	}
	if t.Failed() {
		t.Logf("%q printed:\n%s", c.Argv, log.String())
	}
}

// fetch gets /hello, trying again until there is an answer or ctx ends.
func fetch(ctx context.Context, network, address string) (string, error) {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, address)
	}
	client := http.Client{Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true}}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		body, err := get(ctx, client)
		if err == nil {
			return body, nil
		}
		select {
		case <-ctx.Done():
			return "", fmt.Errorf("no answer: %w", err)
		case <-tick.C:
		}
	}
}

func get(ctx context.Context, client http.Client) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://server/hello", nil)
	if err != nil {
		return "", err
	}
	response, err := client.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return string(body), err
}
