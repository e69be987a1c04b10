//go:build real

package pyapps

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func startReference(t *testing.T) *driver {
	return startDriver(t, pythonFor(t, App{}, ""), "reference:application", "")
}

// compare calls the app with and without wsgiref.validate and compares with Expected byte for byte, or by rule.
func (d *driver) compare(t interface{ Errorf(string, ...any) }, r Request, modes ...mode) {
	app, _ := Get("reference")
	x := app.Expected(r)
	if modes == nil {
		modes = []mode{{}, {strict: true}, {chunked: true}, {true, true}}
	}
	for _, m := range modes {
		got, err := d.call(r, m)
		if err != nil {
			t.Errorf("%s %s %+v: %v", r.Method, r.Path, m, err)
			return
		}
		if code := strconv.Itoa(x.Status); x.Status > 0 && !strings.HasPrefix(got.Status, code+" ") {
			t.Errorf("%s %s %+v: got status %s, want %s", r.Method, r.Path, m, got.Status, code)
		}
		if x.HasBody && !bytes.Equal(got.Body, x.Body) {
			t.Errorf("%s %s %+v: got body %.80q (%d bytes), want %.80q (%d bytes)", r.Method, r.Path, m, got.Body, len(got.Body), x.Body, len(x.Body))
		}
		if x.Rule != nil && x.Rule(got.Body) != nil {
			t.Errorf("%s %s %+v: got body %.80q: %v", r.Method, r.Path, m, got.Body, x.Rule(got.Body))
		}
		if length := got.get("Content-Length"); length != "" && r.Method != "HEAD" && length != strconv.Itoa(len(got.Body)) {
			t.Errorf("%s %s %+v: got Content-Length %s for %d bytes", r.Method, r.Path, m, length, len(got.Body))
		}
	}
}

func TestRealReferenceAnswersAsExpected(t *testing.T) {
	d := startReference(t)
	for _, path := range everyPath {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "DELETE"} {
			d.compare(t, Request{Method: method, Path: path})
		}
		d.compare(t, Request{Method: "POST", Path: path, Body: []byte("line1\nline2\nend")})
	}
	d.compare(t, Request{Method: "POST", Path: "/echo", Body: bytes.Repeat(Table(), 3)})
	for _, test := range withHeader {
		d.compare(t, test.request)
	}
}

// The fields that the Go handler would send are those that Python sends, repeated ones in their order.
func TestRealReferenceFields(t *testing.T) {
	d := startReference(t)
	for _, path := range []string{"/hello", "/hello-cl", "/json", "/headers?n=3&size=5", "/cookies?n=3", "/session", "/status/404", "/status/204", "/template", "/nothing", "/echo"} {
		a, _, _ := answerTo(newCall(Request{Method: "GET", Path: path}))
		var want [][2]string
		if a.mime != "" {
			want = append(want, [2]string{"Content-Type", a.mime})
		}
		if !a.open {
			want = append(want, [2]string{"Content-Length", strconv.Itoa(len(a.body))})
		}
		want = append(want, a.fields...)
		got, err := d.call(Request{Method: "GET", Path: path}, mode{})
		if err != nil || !slices.Equal(got.Headers, want) {
			t.Errorf("GET %s: got %v, %v, want %v", path, got.Headers, err, want)
		}
	}
}

func TestRealTableIsTheSameInBothLanguages(t *testing.T) {
	got, err := startReference(t).call(Request{Method: "GET", Path: "/bytes/1048576"}, mode{})
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Body, Table()) {
		t.Errorf("got a table that starts %x, want %x", got.Body[:16], Table()[:16])
	}
}

func TestRealReferenceProperty(t *testing.T) {
	d := startReference(t)
	number := rapid.OneOf(rapid.IntRange(0, 300), rapid.IntRange(0, 1<<21), rapid.IntRange(-3, 1<<25))
	word := rapid.OneOf(rapid.Map(number, strconv.Itoa), rapid.StringMatching(`[0-9a-z+_ .-]{0,4}`), rapid.SampledFrom([]string{"²", "007", "list", "gen"}))
	shape := rapid.SampledFrom([]string{
		"/bytes/%s", "/bytes/%s?form=gen", "/bytes/10?form=%s", "/stream?n=%s", "/stream?n=3&b=%s", "/stream?b=%[1]s&n=%[1]s",
		"/json?size=%s", "/json?a=1&size=%s", "/status/%s", "/headers?n=%s&size=3", "/headers?n=1&size=%s", "/cpu?iters=%.4s", "/sleep?ms=%.1s", "/%s",
		"/route/%s/1", "/route/a/%s", "/route/a/1?q=%s", "/table/%s/1", "/table/3/%s", "/onion?n=%s", "/file?n=%s", "/file?off=%s", "/file?off=9&cl=%s",
		"/cookies?n=%s", "/alloc?n=%.3s&kb=%.2s", "/sum?a=%s", "/queries?queries=%.3s",
	})
	rapid.Check(t, func(t *rapid.T) {
		drawn := word.Draw(t, "word")
		path := shape.Draw(t, "shape")
		path = fmt.Sprintf(path, slices.Repeat([]any{drawn}, max(1, strings.Count(path, "%.")))...)
		// The driver is handed bytes as PEP 3333 wants them: decoded as latin-1.
		if strings.Contains(path, "²") {
			app, _ := Get("reference")
			status, _, _ := app.Expect("GET", path, nil)
			got, err := d.call(Request{Method: "GET", Path: strings.ReplaceAll(path, "²", "\u00c2\u00b2")}, mode{strict: true})
			if err != nil || !strings.HasPrefix(got.Status, strconv.Itoa(status)) {
				t.Errorf("GET %s: got %s, %v, want %d", path, got.Status, err, status)
			}
			return
		}
		d.compare(t, Request{Method: rapid.SampledFrom([]string{"GET", "HEAD", "POST"}).Draw(t, "method"), Path: path})
	})
}

func TestRealReferenceTellsAboutItsProcess(t *testing.T) {
	d := startReference(t)
	first, err := d.call(Request{Method: "GET", Path: "/pid"}, mode{strict: true})
	if err != nil {
		t.Fatal(err)
	}
	if n, err := strconv.Atoi(string(first.Body)); err != nil || n <= 1 {
		t.Errorf("got pid %q, want a decimal process id", first.Body)
	}
	typed, err := d.call(Request{Method: "GET", Path: "/environ.json"}, mode{strict: true})
	var values map[string][2]any
	if err == nil {
		err = json.Unmarshal(typed.Body, &values)
	}
	if err != nil || values["REQUEST_METHOD"] != [2]any{"str", "GET"} || values["wsgi.multithread"] != [2]any{"bool", false} {
		t.Errorf("got environ.json %q, %v", typed.Body, err)
	}
}

// The endpoint and the app demo give the bytes of the standard library's, whatever the environ is; only two values in it
// are objects with an address in their text.
func TestRealDemo(t *testing.T) {
	demo, err := Get("demo")
	if err != nil {
		t.Fatal(err)
	}
	request := Request{Method: "GET", Path: "/environ?q=%41'\"", Header: [][2]string{{"X-Quote", `'"`}}}
	one, err1 := startReference(t).call(request, mode{})
	two, err2 := startDriver(t, pythonFor(t, demo, ""), demo.Module, "").call(request, mode{})
	if err1 != nil || err2 != nil || addresses(one.Body) != addresses(two.Body) || !slices.Equal(one.Headers, two.Headers) {
		t.Errorf("got %q %v %v, want %q %v %v", one.Body, one.Headers, err1, two.Body, two.Headers, err2)
	}
}

// addresses takes the hexadecimal addresses out of a text.
func addresses(text []byte) string {
	var kept []string
	for word := range strings.FieldsSeq(string(text)) {
		if !strings.HasPrefix(word, "0x") {
			kept = append(kept, word)
		}
	}
	return strings.Join(kept, " ")
}

// Every kind of callable is an app of its own.
func TestRealHelloApps(t *testing.T) {
	for _, name := range Names() {
		if name != "hello" && !strings.HasPrefix(name, "hello-") {
			continue
		}
		app, _ := Get(name)
		d := startDriver(t, pythonFor(t, app, ""), app.Module, "")
		for _, method := range []string{"GET", "HEAD"} {
			x := app.Expected(Request{Method: method, Path: "/x"})
			for _, m := range []mode{{}, {strict: true}} {
				got, err := d.call(Request{Method: method, Path: "/x"}, m)
				if err != nil || got.Status != "200 OK" || !bytes.Equal(got.Body, x.Body) {
					t.Errorf("%s: %s %+v: got %s %q, %v, want 200 %q", name, method, m, got.Status, got.Body, err, x.Body)
				}
			}
		}
	}
}

// close() is counted, once for each iterable.
func TestRealCloseLog(t *testing.T) {
	d := startReference(t)
	for range 3 {
		if _, err := d.call(Request{Method: "GET", Path: "/closing?token=t"}, mode{}); err != nil {
			t.Fatal(err)
		}
	}
	got, err := d.call(Request{Method: "GET", Path: "/close-log"}, mode{})
	if err != nil || string(got.Body) != `{"t":3}` {
		t.Errorf("got %q, %v, want {\"t\":3}", got.Body, err)
	}
}

// The oldest Python that is promised, newer ones and PyPy, as far as they are on this machine, give the same answers.
func TestRealOtherPythons(t *testing.T) {
	tried := 0
	for _, name := range []string{"python3.8", "python3.10", "python3.13", "python3.14", "pypy3"} {
		path, err := exec.LookPath(name)
		if err != nil || exec.Command(path, "-c", "").Run() != nil {
			continue // not here; at least one must be
		}
		tried++
		d := startDriver(t, path, "reference:application", "")
		for _, path := range everyPath {
			if strings.Contains(path, "000000") { // large ones are slow, and the same
				continue
			}
			d.compare(t, Request{Method: "GET", Path: path}, mode{})
			d.compare(t, Request{Method: "POST", Path: path, Body: []byte("line1\nline2\nend")}, mode{})
		}
	}
	if tried == 0 {
		t.Error("this test needs one of the programs python3.8, python3.10, python3.13, python3.14 and pypy3")
	}
}
