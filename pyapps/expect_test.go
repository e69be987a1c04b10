package pyapps

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func reference(t *testing.T) App {
	t.Helper()
	app, err := Get("reference")
	if err != nil {
		t.Fatal(err)
	}
	return app
}

// multipartBody is what a browser sends for two files with a field between them.
const multipartBody = "--XX\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\nhello\r\n" +
	"--XX\r\nContent-Disposition: form-data; name=\"v\"\r\n\r\n1\r\n" +
	"--XX\r\nContent-Disposition: form-data; name=\"g\"; filename=\"b.bin\"\r\nContent-Type: application/octet-stream\r\n\r\n\x00\xff\r\n\r\n--XX--\r\n"

// withHeader are answers that depend on header fields or bodies.
var withHeader = []struct {
	request Request
	status  int
	want    string
}{
	{Request{"POST", "/form", [][2]string{{"Content-Type", "multipart/form-data; boundary=XX"}}, []byte(multipartBody)}, 200,
		"f a.txt 5 3610a686\ng b.bin 4 caa77ca2\n"},
	{Request{"POST", "/form", [][2]string{{"content-type", `multipart/form-data; boundary="XX"`}}, []byte("--XX--\r\n")}, 200, ""},
	{Request{"POST", "/form", [][2]string{{"Content-Type", "text/plain"}}, []byte("x")}, 400, "400 Bad Request: expected multipart/form-data with a boundary\n"},
	{Request{"GET", "/cookies?n=1", [][2]string{{"Cookie", "a=b; c=d"}}, nil}, 200, "a=b; c=d\n"},
	{Request{"GET", "/session", nil, nil}, 200, "visit 1\n"},
	{Request{"GET", "/session", [][2]string{{"Cookie", "x=y; wsgibench-session=41." + sign("41")}}, nil}, 200, "visit 42\n"},
	{Request{"GET", "/session", [][2]string{{"Cookie", "wsgibench-session=41." + sign("42")}}, nil}, 200, "visit 1\n"},
	{Request{"GET", "/session", [][2]string{{"Cookie", "wsgibench-session=x." + sign("x")}}, nil}, 200, "visit 1\n"},
	{Request{"POST", "/sum?a=1&b=2", nil, []byte("39")}, 200, "42\n"},
	{Request{"POST", "/sum?a=1&b=2", nil, []byte("+39")}, 400, "400 Bad Request: expected a number from 0 to 999999999\n"},
	{Request{"PUT", "/upload", nil, []byte("line1\nline2\nend")}, 200, "15 f513d73a\n"}, // by Python's zlib.crc32
}

func TestExpectedDependsOnTheHeader(t *testing.T) {
	for _, test := range withHeader {
		x := reference(t).Expected(test.request)
		if x.Status != test.status || string(x.Body) != test.want || !x.HasBody {
			t.Errorf("%s %s %v: got %+v %q, want %d %q", test.request.Method, test.request.Path, test.request.Header, x, x.Body, test.status, test.want)
		}
	}
	twice := Request{"GET", "/cookies", [][2]string{{"Cookie", "a=b"}, {"Cookie", "c=d"}}, nil}
	if x := reference(t).Expected(twice); x.HasBody {
		t.Errorf("two Cookie fields: got %q, want that it is not known how they are joined", x.Body)
	}
}

func TestRules(t *testing.T) {
	for _, test := range []struct{ path, body, problem string }{
		{"/db", `{"id":1,"randomNumber":10000}`, ""},
		{"/db", `{"id":0,"randomNumber":10000}`, "from 1 to 10000"},
		{"/db", `{"id":1,"randomNumber":10001}`, "from 1 to 10000"},
		{"/db", `{"id":1,"randomNumber":01}`, "from 1 to 10000"},
		{"/db", `{"id":1,"randomNumber":1.5}`, "nothing but"},
		{"/db", `{"id":1,"randomnumber":1}`, "randomNumber"},
		{"/db", `{"id": 1,"randomNumber":1}`, "from 1"},
		{"/db", `{"id":1,"randomNumber":1,"x":1}`, "nothing but"},
		{"/db", `{"id":1,"randomNumber":1}{"id":1,"randomNumber":1}`, "more than a row"},
		{"/db", `[{"id":1,"randomNumber":1}]`, "want"},
		{"/db", "", "want"},
		{"/queries?queries=2", `[{"id":1,"randomNumber":2},{"id":3,"randomNumber":4}]`, ""},
		{"/queries?queries=2", `[{"id":1,"randomNumber":2}]`, "1 rows, want 2"},
		{"/queries?queries=2", `[{"id":1,"randomNumber":2},]`, "row 2"},
		{"/queries?queries=2", `[{"id":1,"randomNumber":2} {"id":1,"randomNumber":2}]`, "comma"},
		{"/queries?queries=foo", `[{"id":1,"randomNumber":2}]`, ""},
		{"/queries?queries=0", `[]`, "row 1"},
		{"/updates", `[{"id":1,"randomNumber":2}]`, ""},
		{"/cached-queries?count=1", `{"id":1,"randomNumber":2}`, "not a JSON array"},
		{"/conc", "met\n", ""},
		{"/conc", "met", "alone"},
	} {
		rule := reference(t).Expected(Request{Method: "GET", Path: test.path}).Rule
		if rule == nil {
			t.Fatalf("%s has no rule", test.path)
		}
		err := rule([]byte(test.body))
		if test.problem == "" && err != nil || test.problem != "" && (err == nil || !strings.Contains(err.Error(), test.problem)) {
			t.Errorf("%s: %s: got %v, want %q", test.path, test.body, err, test.problem)
		}
	}
	for text, want := range map[string]int{"": 1, "foo": 1, "-1": 1, "0": 1, "2": 2, "500": 500, "501": 500, "99999999999999999999": 500} {
		if got := clamped(text); got != want {
			t.Errorf("clamped(%q): got %d, want %d", text, got, want)
		}
	}
}

func FuzzRows(f *testing.F) {
	f.Add([]byte(`[{"id":1,"randomNumber":2},{"id":3,"randomNumber":4}]`))
	f.Add([]byte(`{"id":1,`))
	f.Fuzz(func(t *testing.T, body []byte) {
		err := rows(body, 1)
		if err == nil && !strings.HasPrefix(string(body), `[{"id":`) {
			t.Errorf("%q is taken for a row", body)
		}
	})
}

// What the variants are asked is what the reference is asked, and what their frameworks say of the rest is not known.
func TestVariants(t *testing.T) {
	for _, name := range []string{"bottle", "django", "falcon", "flask", "pyramid"} {
		app, err := Get(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{"/hello", "/json", "/route/abc/17?q=x", "/template", "/fortunes"} {
			want := reference(t).Expected(Request{Method: "GET", Path: path})
			if got := app.Expected(Request{Method: "GET", Path: path}); !got.HasBody || string(got.Body) != string(want.Body) {
				t.Errorf("%s %s: got %+v, want %+v", name, path, got, want)
			}
		}
		if x := app.Expected(Request{Method: "GET", Path: "/db"}); x.Rule == nil {
			t.Errorf("%s /db has no rule", name)
		}
		for _, path := range []string{"/onion", "/route/abc/x", "/nothing", "/json?size=50", "/hello?n=1"} {
			if x := app.Expected(Request{Method: "GET", Path: path}); x.HasBody {
				t.Errorf("%s %s: got %+v, want that nothing is known", name, path, x)
			}
		}
	}
}

// The documentation of the reference app lists the routes that there are.
func TestListingIsComplete(t *testing.T) {
	app := reference(t)
	var listed, routed []string
	for _, e := range app.Endpoints() {
		path, _, _ := strings.Cut(e.Path, "?")
		listed = append(listed, path)
		if e.Doc == "" {
			t.Errorf("%s has no documentation", e.Path)
		}
	}
	for _, e := range endpoints {
		routed = append(routed, e.path)
	}
	slices.Sort(listed)
	slices.Sort(routed)
	if diff := cmp.Diff(routed, listed); diff != "" {
		t.Errorf("the docstring does not list the routes (-routes +docstring):\n%s", diff)
	}
	for path := range contract() {
		if _, ok := route(path); !ok {
			t.Errorf("the variants have %s, which the reference has not", path)
		}
	}
	if hello, _ := Get("hello-class"); hello.Endpoints() != nil {
		t.Errorf("got endpoints %v of an app that answers everything alike", hello.Endpoints())
	}
}

// Every set of packages has its lock, and no lock is left over.
func TestLocks(t *testing.T) {
	entries, err := os.ReadDir("locks")
	if err != nil {
		t.Fatal(err)
	}
	var have []string
	for _, e := range entries {
		have = append(have, e.Name())
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(Locks())), have); diff != "" {
		t.Errorf("locks, rewrite them with make locks (-needed +there):\n%s", diff)
	}
	for _, name := range Names() {
		app, _ := Get(name)
		for _, database := range []string{"", "sqlite", PostgreSQL} {
			pip, lock, err := app.Packages(database)
			if err != nil || (pip == nil) != (lock == nil) || pip != nil && !strings.Contains(string(lock), "--hash=sha256:") {
				t.Errorf("%s with database %q: got %v, a lock of %d bytes, %v", name, database, pip, len(lock), err)
			}
		}
	}
}
