package pyapps

import (
	"bytes"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
)

// everyPath has each endpoint in its right uses, at its limits, and misused.
var everyPath = []string{
	"/hello", "/hello-cl", "/plaintext", "/json", "/json?size=40", "/json?size=10240", "/json?size=39", "/json?size=x",
	"/echo", "/bytes/0", "/bytes/1", "/bytes/1048576", "/bytes/1048577", "/bytes/2097152", "/bytes/3000000?form=gen",
	"/bytes/65536?form=gen", "/bytes/16777216", "/bytes/16777217", "/bytes/-1", "/bytes/", "/bytes/1/2", "/bytes/1?form=x",
	"/stream", "/stream?n=0", "/stream?n=1000&b=64", "/stream?n=5&b=1048576", "/stream?n=20&b=1048575", "/stream?b=0",
	"/stream?n=3&b=700000", "/sleep?ms=0", "/sleep?ms=1", "/sleep?ms=60001", "/cpu", "/cpu?iters=0", "/cpu?iters=12345",
	"/echo-iter", "/echo-stream", "/echo-stream?bs=1", "/echo-stream?bs=0", "/upload", "/upload?bs=7", "/upload?bs=x", "/form",
	"/sum", "/sum?a=1&b=2", "/sum?a=-1", "/sum?b=9999999999", "/hello/function", "/hello/class", "/hello/instance",
	"/hello/generator", "/hello/method", "/hello/partial", "/hello/write", "/hello/x", "/hello/class/x",
	"/file", "/file?n=0", "/file?n=100&off=5&cl=7", "/file?n=100&off=100", "/file?n=100&off=101", "/file?n=100&off=5&cl=96",
	"/file?n=2000000&off=1048570&kind=bytesio&bs=1000", "/file?kind=x", "/file?bs=0", "/static/hello.txt", "/static/16k.txt", "/static/x.txt", "/static/..", "/static/%2e%2e", "/onion", "/onion?n=0", "/onion?n=200",
	"/onion?n=201", "/onion?n=50&kind=generator", "/onion?n=20&kind=validate", "/onion?n=21&kind=validate", "/onion?kind=x",
	"/route/abc/17?q=x", "/route/a-._~Z/0", "/route/a%20b/1", "/route/a/b", "/route/a/1?q=%20", "/route//1", "/route/a", "/route/a/1/2",
	"/table/0/1", "/table/999/123456789", "/table/1000/1", "/table/01/1", "/table/1/x", "/table/1/1234567890", "/table/1",
	"/cpu-nogil", "/cpu-nogil?n=0", "/cpu-nogil?n=3", "/cpu-nogil?n=101", "/alloc", "/alloc?n=10&kb=3", "/alloc?n=100000&kb=1", "/alloc?kb=1025",
	"/conc?ms=0", "/conc?ms=x", "/cookies", "/cookies?n=0", "/cookies?n=101", "/session", "/html", "/template", "/db", "/queries", "/queries?queries=20",
	"/queries?queries=0", "/queries?queries=501", "/queries?queries=foo", "/queries?queries=", "/cached-queries?count=7", "/updates?queries=20",
	"/error/before?token=%20", "/fortunes", "/closing", "/closing?token=t", "/closing?token=%20", "/close-log", "/error/x", "/healthz",
	"/headers", "/headers?n=0", "/headers?n=200&size=10", "/headers?n=201", "/status/200", "/status/204", "/status/304",
	"/status/404", "/status/299", "/status/599", "/status/199", "/status/600", "/pid", "/environ", "/environ.json",
	"/", "", "/nothing", "/hello/", "/status", "/bytes",
}

func TestExpect(t *testing.T) {
	app, err := Get("reference")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"GET", "/hello", "", 200, "Hello, World!\n"},
		{"HEAD", "/hello", "", 200, ""},
		{"GET", "/hel%6Co", "", 200, "Hello, World!\n"},
		{"GET", "/json", "", 200, `{"message":"Hello, World!"}`},
		{"GET", "/json?size=43", "", 200, `{"message":"Hello, World!","padding":"xxx"}`},
		{"POST", "/echo", "a\x00b", 200, "a\x00b"},
		{"GET", "/echo", "", 405, "405 Method Not Allowed: expected POST, PUT\n"},
		{"GET", "/cpu?iters=0", "", 200, "811c9dc5\n"},
		{"GET", "/cpu?iters=1", "", 200, "050c5d1f\n"}, // FNV-1a of one zero byte
		{"GET", "/status/204", "", 204, ""},
		{"GET", "/status/418", "", 418, "418\n"},
		{"GET", "/bytes/x", "", 400, "400 Bad Request: expected a number from 0 to 16777216\n"},
		{"GET", "/nothing", "", 404, "404 Not Found: no such endpoint\n"},
	} {
		status, got, ok := app.Expect(test.method, test.path, []byte(test.body))
		if status != test.status || string(got) != test.want || !ok {
			t.Errorf("Expect(%s %s): got %d %q %v, want %d %q true", test.method, test.path, status, got, ok, test.status, test.want)
		}
	}
	for _, path := range []string{"/pid", "/environ", "/environ.json"} {
		if _, _, ok := app.Expect("GET", path, nil); ok {
			t.Errorf("Expect(%s): got ok, want that it is not known", path)
		}
	}
}

func TestTableEnds(t *testing.T) {
	// Computed with a plain loop in CPython; the real tests compare the whole table.
	first, last := "\x76\x60\x6e\x02\xb9\xee\xf0\x64", "\x60\xc6\x83\x6f\x92\x86\x92\x01"
	got := string(Table())
	if len(got) != TableSize || !strings.HasPrefix(got, first) || !strings.HasSuffix(got, last) {
		t.Errorf("got %d bytes, %x … %x, want %d, %x … %x", len(got), got[:8], got[len(got)-8:], TableSize, first, last)
	}
}

func TestHandlerServesWhatExpectSays(t *testing.T) {
	server := httptest.NewServer(Handler())
	defer server.Close()
	app, _ := Get("reference")
	for _, path := range everyPath {
		for _, method := range []string{"GET", "HEAD", "POST", "DELETE"} {
			body := strings.Repeat("body", 1000)
			request, err := http.NewRequest(method, server.URL+path, strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			response, err := http.DefaultTransport.RoundTrip(request)
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(response.Body)
			response.Body.Close()
			if path == "" {
				path = "/"
			}
			status, want, known := app.Expect(method, path, []byte(body))
			if !known && response.StatusCode == http.StatusNotImplemented {
				continue // only Python answers this
			}
			if err != nil || response.StatusCode != status || known && !bytes.Equal(got, want) {
				t.Errorf("%s %s: got %d %.60q %v, want %d %.60q", method, path, response.StatusCode, got, err, status, want)
			}
		}
	}
	response, err := http.Get(server.URL + "/pid")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if got, _ := io.ReadAll(response.Body); string(got) != strconv.Itoa(os.Getpid()) {
		t.Errorf("got pid %q, want %d", got, os.Getpid())
	}
}

func TestMaterialiseAtOnce(t *testing.T) {
	parent := t.TempDir()
	var group sync.WaitGroup
	dirs := make([]string, 16)
	for i := range dirs {
		group.Go(func() {
			dir, err := materialise(files, parent)
			if err != nil {
				t.Error(err)
			}
			dirs[i] = dir
		})
	}
	group.Wait()
	for _, dir := range dirs {
		if dir != dirs[0] || !intact(files, dir) {
			t.Errorf("got %s, want the intact %s", dir, dirs[0])
		}
	}
	entries, err := os.ReadDir(parent)
	if err != nil || len(entries) != 1 {
		t.Errorf("got %v, %v in the parent, want one directory", entries, err)
	}
}

func TestMaterialiseRepairs(t *testing.T) {
	source := fstest.MapFS{"a.py": {Data: []byte("A")}, "b.py": {Data: []byte("B")}, "c.txt": {Data: []byte("C")}}
	parent := t.TempDir()
	dir, err := materialise(source, parent)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "a.py"), []byte("edited"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "b.py")); err != nil {
		t.Fatal(err)
	}
	again, err := materialise(source, parent)
	if err != nil || again != dir || !intact(source, dir) {
		t.Errorf("got %s, %v, want %s repaired", again, err, dir)
	}
	source["a.py"] = &fstest.MapFile{Data: []byte("A2")}
	other, err := materialise(source, parent)
	if err != nil || other == dir {
		t.Errorf("got %s, %v for another content, want another directory", other, err)
	}
	if _, err := fs.Stat(os.DirFS(dir), "c.txt"); err == nil {
		t.Error("got c.txt, want Python files only")
	}
}

func TestGetNamesThoseThatExist(t *testing.T) {
	for _, name := range Names() {
		if app, err := Get(name); err != nil || app.Name != name || app.Module == "" || app.Doc == "" {
			t.Errorf("Get(%q): got %+v, %v", name, app, err)
		}
	}
	_, err := Get("nonsense")
	if err == nil || !strings.Contains(err.Error(), "reference") {
		t.Errorf("got error %v, want one that names the reference app", err)
	}
}
