//go:build real

package pyapps

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// A driver is a Python process that calls the reference app.
type driver struct {
	in  io.Writer
	out *bufio.Reader
}

type driven struct {
	Status  string
	Headers map[string]string
	Body    []byte
}

func startDriver(t *testing.T) *driver {
	t.Helper()
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Fatalf("this test needs the program python3: %v", err)
	}
	dir, err := materialise(files, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(python, "-W", "error", "testdata/driver.py", dir)
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
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		if err := cmd.Wait(); err != nil {
			t.Errorf("the driver ended with %v", err)
		}
	})
	return &driver{in: in, out: bufio.NewReader(out)}
}

func (d *driver) call(method, path string, body []byte, chunked, strict bool) (got driven, err error) {
	line, err := json.Marshal(map[string]any{"method": method, "path": path, "body": append([]byte{}, body...), "chunked": chunked, "strict": strict})
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

// compare calls the app with and without wsgiref.validate and compares with Expect byte for byte.
func (d *driver) compare(t interface{ Errorf(string, ...any) }, method, path string, body []byte) {
	app, _ := Get("reference")
	status, want, known := app.Expect(method, path, body)
	for _, mode := range []struct{ chunked, strict bool }{{}, {strict: true}, {chunked: true}, {true, true}} {
		got, err := d.call(method, path, body, mode.chunked, mode.strict)
		if err != nil {
			t.Errorf("%s %s %+v: %v", method, path, mode, err)
			return
		}
		if code := strconv.Itoa(status); !strings.HasPrefix(got.Status, code+" ") {
			t.Errorf("%s %s %+v: got status %s, want %s", method, path, mode, got.Status, code)
		}
		if known && !bytes.Equal(got.Body, want) {
			t.Errorf("%s %s %+v: got body %.80q (%d bytes), want %.80q (%d bytes)",
				method, path, mode, got.Body, len(got.Body), want, len(want))
		}
		length, given := got.Headers["Content-Length"]
		if given && method != "HEAD" && length != strconv.Itoa(len(got.Body)) {
			t.Errorf("%s %s %+v: got Content-Length %s for %d bytes", method, path, mode, length, len(got.Body))
		}
	}
}

func TestRealReferenceAnswersAsExpected(t *testing.T) {
	d := startDriver(t)
	for _, path := range everyPath {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "DELETE"} {
			d.compare(t, method, path, nil)
		}
		d.compare(t, "POST", path, []byte("line1\nline2\nend"))
	}
	d.compare(t, "POST", "/echo", bytes.Repeat(Table(), 3))
}

func TestRealTableIsTheSameInBothLanguages(t *testing.T) {
	d := startDriver(t)
	got, err := d.call("GET", "/bytes/1048576", nil, false, false)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Body, Table()) {
		t.Errorf("got a table that starts %x, want %x", got.Body[:16], Table()[:16])
	}
}

func TestRealReferenceProperty(t *testing.T) {
	d := startDriver(t)
	number := rapid.OneOf(rapid.IntRange(0, 300), rapid.IntRange(0, 1<<21), rapid.IntRange(-3, 1<<25))
	word := rapid.OneOf(rapid.Map(number, strconv.Itoa), rapid.StringMatching(`[0-9a-z+_ .-]{0,4}`), rapid.SampledFrom([]string{"²", "007", "list", "gen"}))
	shape := rapid.SampledFrom([]string{
		"/bytes/%s", "/bytes/%s?form=gen", "/bytes/10?form=%s", "/stream?n=%s", "/stream?n=3&b=%s", "/stream?b=%[1]s&n=%[1]s",
		"/json?size=%s", "/json?a=1&size=%s", "/status/%s", "/headers?n=%s&size=3", "/headers?n=1&size=%s", "/cpu?iters=%.4s", "/sleep?ms=%.1s", "/%s",
	})
	rapid.Check(t, func(t *rapid.T) {
		path := fmt.Sprintf(shape.Draw(t, "shape"), word.Draw(t, "word"))
		// The driver is handed bytes as PEP 3333 wants them: decoded as latin-1.
		if strings.Contains(path, "²") {
			app, _ := Get("reference")
			status, _, _ := app.Expect("GET", path, nil)
			got, err := d.call("GET", strings.ReplaceAll(path, "²", "\u00c2\u00b2"), nil, false, true)
			if err != nil || !strings.HasPrefix(got.Status, strconv.Itoa(status)) {
				t.Errorf("GET %s: got %s, %v, want %d", path, got.Status, err, status)
			}
			return
		}
		d.compare(t, rapid.SampledFrom([]string{"GET", "HEAD", "POST"}).Draw(t, "method"), path, nil)
	})
}

func TestRealReferenceTellsAboutItsProcess(t *testing.T) {
	d := startDriver(t)
	first, err := d.call("GET", "/pid", nil, false, true)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := strconv.Atoi(string(first.Body)); err != nil || n <= 1 {
		t.Errorf("got pid %q, want a decimal process id", first.Body)
	}
	text, err := d.call("GET", "/environ?q=%41", nil, false, true)
	if err != nil || !strings.Contains(string(text.Body), "QUERY_STRING = 'q=%41'\n") || !strings.HasPrefix(string(text.Body), "Hello world!\n\n") {
		t.Errorf("got environ %q, %v; want it like wsgiref's demo_app", text.Body, err)
	}
	typed, err := d.call("GET", "/environ.json", nil, false, true)
	var values map[string][2]any
	if err == nil {
		err = json.Unmarshal(typed.Body, &values)
	}
	if err != nil || values["REQUEST_METHOD"] != [2]any{"str", "GET"} || values["wsgi.multithread"] != [2]any{"bool", false} {
		t.Errorf("got environ.json %q, %v", typed.Body, err)
	}
}
