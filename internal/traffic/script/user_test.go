package script

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/wsgibench/wsgibench/collect"
)

func template(t *testing.T, text string) Template {
	t.Helper()
	tmpl, err := ParseTemplate(text)
	if err != nil {
		t.Fatal(err)
	}
	return tmpl
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// shop is a session that logs in with data, takes a token, and uses it.
func shop(t *testing.T) *Script {
	return &Script{
		Data: []Data{{Name: "users", Table: &Table{Columns: []string{"name"}, Rows: [][]string{{"Ann"}, {"Bob"}}}, Pick: Unique}},
		Sessions: []Session{{Name: "shop", Cookies: true, Steps: []Step{
			{
				Index: 3, Method: "POST", Path: template(t, "/login?as=${users.name|url}"), Body: template(t, `{"u": "${users.name|json}"}`),
				Header:  []Field{{"X-User", template(t, "${users.name}")}},
				JSON:    []Wanted{must[Wanted](t)(WantJSON("/ok", "true")), must[Wanted](t)(WantJSON("/name", `"${users.name}"`))},
				Capture: []Capture{must[Capture](t)(CaptureJSON("token", "/token")), CaptureHeader("next", "Location")},
				Think:   func(*rand.Rand) time.Duration { return time.Second },
			},
			{Index: 4, Method: "GET", Path: template(t, "${next}"), Header: []Field{{"Authorization", template(t, "Bearer ${token}")}},
				Expect: Expect{HasBody: true, Body: template(t, "hello ${users.name}")}},
		}}},
	}
}

func TestUserCarriesOutASession(t *testing.T) {
	crowd, err := NewCrowd(shop(t))
	if err != nil {
		t.Fatal(err)
	}
	u, err := crowd.User(rand.New(rand.NewPCG(1, 1)))
	if err != nil {
		t.Fatal(err)
	}
	check := func(want *Request) {
		t.Helper()
		got, err := u.Next(noon)
		if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(Request{}, "Expect")); err != nil || diff != "" {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
	}
	check(&Request{Index: 3, Method: "POST", Path: "/login?as=Ann", Header: [][2]string{{"X-User", "Ann"}}, Body: []byte(`{"u": "Ann"}`), NeedsBody: true})
	kind, detail, pause := u.Answered(&Answer{
		Status: 302, Header: [][2]string{{"Location", "/home"}, {"Set-Cookie", "sid=9"}}, Body: []byte(`{"ok": true, "name": "Ann", "token": "T"}`),
	}, noon)
	if kind != "" || pause != time.Second || u.Over() {
		t.Fatalf("got %s %s, pause %v, over %v", kind, detail, pause, u.Over())
	}
	check(&Request{Index: 4, Method: "GET", Path: "/home", Header: [][2]string{{"Authorization", "Bearer T"}, {"Cookie", "sid=9"}}, Body: []byte{}, Expected: []byte("hello Ann")})
	if kind, _, _ := u.Answered(&Answer{Status: 200}, noon); kind != "" || !u.Over() {
		t.Errorf("got %s, over %v, want the end", kind, u.Over())
	}
	if r, err := u.Next(noon); r != nil || err != nil {
		t.Errorf("got %v, %v after the last step", r, err)
	}
}

func TestWrongAnswersEndTheSession(t *testing.T) {
	for body, want := range map[string]string{
		`{"ok": true, "name": "Ann"}`:          "wrong-body nothing to capture for token",
		`{"ok": false, "name": "Ann"}`:         "wrong-body json /ok differs",
		`{"ok": true, "name": "Bob"}`:          "wrong-body json /name differs",
		`{"ok": true}`:                         "wrong-body json /name is missing",
		`no`:                                   "wrong-body body is not JSON",
		`{"ok":true,"name":"Ann","token":"T"}`: "wrong-header nothing to capture for next",
	} {
		crowd, err := NewCrowd(shop(t))
		if err != nil {
			t.Fatal(err)
		}
		u, _ := crowd.User(rand.New(rand.NewPCG(1, 1)))
		if _, err := u.Next(noon); err != nil {
			t.Fatal(err)
		}
		kind, detail, _ := u.Answered(&Answer{Body: []byte(body)}, noon)
		if got := string(kind) + " " + detail; got != want || !u.Over() {
			t.Errorf("%s: got %q, over %v, want %q and the end", body, got, u.Over(), want)
		}
	}
	crowd, _ := NewCrowd(shop(t))
	u, _ := crowd.User(rand.New(rand.NewPCG(1, 1)))
	if kind, detail, _ := u.Answered(&Answer{Cut: true}, noon); kind != collect.WrongBody || !strings.Contains(detail, "too long") {
		t.Errorf("got %s %s of a body that was cut", kind, detail)
	}
}

// What a server sends back goes into no place where it would break the request.
func TestCapturedValuesCannotBreakTheRequest(t *testing.T) {
	for next, token := range map[string]string{"//x\r\ny": "T\r\nX: y", "https://elsewhere/": "T"} {
		crowd, _ := NewCrowd(shop(t))
		u, _ := crowd.User(rand.New(rand.NewPCG(1, 1)))
		body := fmt.Sprintf(`{"ok": true, "name": "Ann", "token": %q}`, token)
		if kind, detail, _ := u.Answered(&Answer{Header: [][2]string{{"Location", next}}, Body: []byte(body)}, noon); kind != "" {
			t.Fatal(detail)
		}
		if r, err := u.Next(noon); err == nil || r.Index != 4 || !u.Over() {
			t.Errorf("%q, %q: got %+v, %v, want an error of request 4", next, token, r, err)
		}
	}
}

func TestRowsRunOut(t *testing.T) {
	crowd, _ := NewCrowd(shop(t))
	rng := rand.New(rand.NewPCG(1, 1))
	for i := range 3 {
		_, err := crowd.User(rng)
		var spent *Spent
		if i < 2 && err != nil || i == 2 && (!errors.As(err, &spent) || spent.Data != "users") {
			t.Errorf("user %d: got %v", i, err)
		}
	}
}

// Sessions come as often as their weights say: 3 to 1, within five standard deviations.
func TestWeights(t *testing.T) {
	step := []Step{{Method: "GET", Path: template(t, "/")}}
	crowd, err := NewCrowd(&Script{Sessions: []Session{{Name: "a", Weight: 3, Steps: step}, {Name: "b", Weight: 1, Steps: step}}})
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(7, 7))
	const n = 10_000
	a := 0
	for range n {
		u, err := crowd.User(rng)
		if err != nil {
			t.Fatal(err)
		}
		if u.session.Name == "a" {
			a++
		}
	}
	if a < 7500-217 || a > 7500+217 { // σ = √(n·¾·¼) = 43.3
		t.Errorf("got %d of %d, want about 7500", a, n)
	}
}

func TestCheckFindsUnknownVariables(t *testing.T) {
	for _, change := range []func(*Script){
		func(s *Script) { s.Sessions = nil },
		func(s *Script) { s.Sessions[0].Steps = nil },
		func(s *Script) { s.Data[0].Pick = "all" },
		func(s *Script) { s.Data[0].Table.Columns[0] = "nom" },
		func(s *Script) { s.Sessions[0].Steps[0].Capture = nil },
		func(s *Script) { s.Sessions[0].Steps[0].Body = template(t, "${token}") },
		func(s *Script) { s.Sessions[0].Steps[0].JSON = []Wanted{must[Wanted](t)(WantJSON("", `"${x}"`))} },
	} {
		s := shop(t)
		change(s)
		if _, err := NewCrowd(s); err == nil {
			t.Errorf("got no error of %+v", s)
		}
	}
}

func TestWantedScalars(t *testing.T) {
	for _, c := range []struct {
		want, body string
		ok         bool
	}{
		{"1", "1.0", true}, {"1e2", "100", true}, {"0.1", "0.10", true}, {"1", "2", false}, {"1", `"1"`, false}, {`"1"`, "1", false}, {"null", "null", true},
		{"null", "0", false}, {"true", "true", true}, {"true", "false", false}, {`"a"`, `"a"`, true}, {`"a"`, `["a"]`, false}, {"1", "[1]", false},
		{"9007199254740993", "9007199254740992", false}, {"1", "1e999999999", false}, {"1", strings.Repeat("1", 100), false},
	} {
		w, err := WantJSON("", c.want)
		if err != nil {
			t.Fatal(err)
		}
		if got := w.check(&Answer{Body: []byte(c.body)}, lookupIn(nil)); (got == "") != c.ok {
			t.Errorf("%s against %s: got %q, want equal %v", c.want, c.body, got, c.ok)
		}
	}
	for _, bad := range []string{"", "[1]", "{}", "x", `"${"`} {
		if _, err := WantJSON("", bad); err == nil {
			t.Errorf("%q: got no error", bad)
		}
	}
}
