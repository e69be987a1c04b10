package bench

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wsgibench/wsgibench/collect"
	"github.com/wsgibench/wsgibench/internal/traffic"
	"github.com/wsgibench/wsgibench/internal/traffic/script"
	"github.com/wsgibench/wsgibench/pyapps"
	"github.com/wsgibench/wsgibench/scenarios"
)

// shop is a server with a login: a token in the body, a cookie, a place to go to; it answers 403 to whoever lacks one.
func shop(t *testing.T) (url string, seen func() []string) {
	var mu sync.Mutex
	var log []string
	mux := http.NewServeMux()
	mux.HandleFunc("POST /login", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		name := r.URL.Query().Get("as")
		http.SetCookie(w, &http.Cookie{Name: "sid", Value: "s-" + name, Path: "/"})
		w.Header().Set("Location", "/cart/"+name)
		fmt.Fprintf(w, `{"ok": true, "user": {"name": %q}, "token": "t-%s", "echo": %s}`, name, name, body)
	})
	mux.HandleFunc("GET /cart/{name}", func(w http.ResponseWriter, r *http.Request) {
		name := r.PathValue("name")
		if c, err := r.Cookie("sid"); err != nil || c.Value != "s-"+name || r.Header.Get("Authorization") != "Bearer t-"+name {
			http.Error(w, "who are you?", http.StatusForbidden)
			return
		}
		fmt.Fprintf(w, "hello %s", name)
	})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		log = append(log, r.Method+" "+r.URL.String())
		mu.Unlock()
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL, func() []string { mu.Lock(); defer mu.Unlock(); return log }
}

const shopScenario = `
data: {users: {csv: users.csv, pick: unique}}
sessions:
  - name: buy
    steps:
      - post: /login?as=${users.name|url}
        headers: {Content-Type: application/json}
        body: '{"name": "${users.name|json}"}'
        expect: {status: 200, json: {/ok: true, /user/name: "${users.name}"}}
        capture: {token: {json: /token}, next: {header: Location}, sid: {cookie: sid}, quoted: {regex: '"(t-[^"]*)"'}}
        think: 5ms
      - {name: cart, get: "${next|url}", headers: {Authorization: "Bearer ${quoted}"}, expect: {status: 200, body: "hello ${users.name}"}}
traffic: [{clients: 2, for: 1s}]
`

// parseHere parses a scenario whose files are in a directory.
func parseHere(t *testing.T, dir, text string) *scenarios.Scenario {
	t.Helper()
	s, err := scenarios.Parse(filepath.Join(dir, "x.yaml"), []byte(text), nil, Names())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func writeFile(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// follow carries out a session as an engine would, over net/http.
func follow(t *testing.T, base string, s traffic.Session) (kinds []string) {
	t.Helper()
	for {
		step, err := s.Next(time.Now())
		if err != nil {
			return append(kinds, err.Error())
		}
		if step == nil {
			return kinds
		}
		r := step.Request
		req, err := http.NewRequest(r.Method, base+r.Path, bytes.NewReader(r.Body))
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range r.Header {
			req.Header.Add(h[0], h[1])
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Expect.Check(resp.StatusCode, body); err != nil {
			s.Failed()
			kinds = append(kinds, err.Error())
			continue
		}
		a := &traffic.Answer{Status: resp.StatusCode}
		if step.KeepBody {
			a.Body = body
		}
		for k, vs := range resp.Header {
			for _, v := range vs {
				a.Header = append(a.Header, [2]string{k, v})
			}
		}
		kind, detail, pause := s.Answered(a, time.Now())
		kinds = append(kinds, strings.TrimSpace(fmt.Sprintf("%d %s %s %v", step.Index, kind, detail, pause)))
	}
}

// From the scenario's text to the server: data, captures, cookies, expectations, until the rows are used up.
func TestSessionsReachTheServer(t *testing.T) {
	url, seen := shop(t)
	dir := t.TempDir()
	writeFile(t, dir, "users.csv", "name\nAnn\nO'Neil\n")
	text := strings.Replace(shopScenario, `"${next|url}"`, `"${next}"`, 1)
	s := parseHere(t, dir, "targets: [{url: \""+url+"\"}]\n"+text)
	compiled, names, err := compileScript(s, app{own: true})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"POST /login?as=${users.name|url}", "cart"}, names); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	for range 2 { // each trial begins with the first row
		users, err := newSessions(compiled)
		if err != nil {
			t.Fatal(err)
		}
		rng := rand.New(rand.NewPCG(1, 1))
		for i, want := range [][]string{{"0   5ms", "1   0s"}, {"0   5ms"}} {
			session, err := users.Start(rng)
			if err != nil {
				t.Fatal(err)
			}
			got := follow(t, url, session)
			if i == 1 {
				got = got[:1] // a name with a quote and a space in it: the shop's own path is not encoded
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("user %d (-want +got):\n%s\nthe server saw %q", i, diff, seen())
			}
		}
		if _, err := users.Start(rng); err == nil || err.Error() != "every row of users has been used once" {
			t.Errorf("got %v, want that the rows are used up", err)
		}
	}
}

// A whole run: users log in, follow what they are told, and each row is used once.
func TestSessionsEndToEnd(t *testing.T) {
	url, seen := shop(t)
	dir := t.TempDir()
	csv := "name\n"
	for i := range 40 {
		csv += fmt.Sprintf("u%d\n", i)
	}
	writeFile(t, dir, "users.csv", csv)
	text := strings.Replace(shopScenario, `"${next|url}"`, `"${next}"`, 1)
	text = text[:strings.Index(text, "traffic:")] + "traffic: [{name: open, rate: 100/s, for: 100ms}, {name: closed, clients: 2, think: 10ms, for: 100ms}]\n"
	r := runAt(t, url, dir, text)
	if n := values(r, "due")["open"]; n < 10 || n > 20 {
		t.Errorf("got %v steps due, want those of 10 sessions with 2 steps, the last of which may not begin before the end", n)
	}
	for _, e := range r.Trials[0].Errors {
		if e.Kind != string(collect.Unsent) { // which a busy machine may bring
			t.Errorf("got errors %+v", e)
		}
	}
	carts := 0
	logins := map[string]int{}
	for _, line := range seen() {
		if name, ok := strings.CutPrefix(line, "POST /login?as="); ok {
			logins[name]++
		}
		if strings.HasPrefix(line, "GET /cart/u") {
			carts++
		}
	}
	for name, n := range logins {
		if n != 1 {
			t.Errorf("%s logged in %d times, want once", name, n)
		}
	}
	if carts == 0 || len(logins) < carts {
		t.Errorf("got %d carts after %d logins", carts, len(logins))
	}
	if got := r.Run.Phases[0].Schedule; got != "100/s, sessions" {
		t.Errorf("got %q", got)
	}
}

// Every trial has users of its own, who are shared by its phases.
func TestUsersOfEachTrial(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, dir, "users.csv", "name\nAnn\n")
	s := parseHere(t, dir, "targets: [{url: \"http://127.0.0.1:1\"}]\n"+shopScenario)
	s.Traffic = append(s.Traffic, s.Traffic...)
	p, err := Prepare(t.Context(), Config{}, s)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 1))
	for range 3 {
		phases := p.phasesOfTrial()
		_, first := phases[0].Sessions.Start(rng)
		_, second := phases[1].Sessions.Start(rng)
		if first != nil || second == nil {
			t.Errorf("got %v, then %v, want one user for both phases", first, second)
		}
	}
}

// What is wrong with the files that a scenario names is the user's to mend, and is said before anything is started.
func TestSessionFilesAreChecked(t *testing.T) {
	for csv, want := range map[string]string{
		"": "nothing in it", "nom\nAnn\n": "there is no ${users.name}; there are users.nom", "name\n\"": "quote",
	} {
		dir := t.TempDir()
		writeFile(t, dir, "users.csv", csv)
		s := parseHere(t, dir, "targets: [{url: \"http://127.0.0.1:1\"}]\n"+shopScenario)
		_, _, err := compileScript(s, app{own: true})
		if input := (*InputError)(nil); !errors.As(err, &input) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want an input error with %q", csv, err, want)
		}
	}
}

// What a reference app must answer is recomputed for steps without variables, and for no others.
func TestStepsOfAReferenceApp(t *testing.T) {
	ref, err := pyapps.Get("reference")
	if err != nil {
		t.Fatal(err)
	}
	hosted := app{name: "reference", reference: ref}
	check := func(step scenarios.Step, want bool) {
		t.Helper()
		got, err := compileStep(step, hosted)
		if err != nil {
			t.Fatal(err)
		}
		if got.Expect.HasBody != want {
			t.Errorf("%s %s: got a body that is expected %v, want %v", step.Method, step.Path, got.Expect.HasBody, want)
		}
	}
	check(scenarios.Step{Method: "GET", Path: "/hello"}, true)
	check(scenarios.Step{Method: "POST", Path: "/echo", Body: scenarios.Body{Text: "$${x}"}}, true)
	check(scenarios.Step{Method: "POST", Path: "/echo", Body: scenarios.Body{Text: "${x}"}}, false)
	check(scenarios.Step{Method: "GET", Path: "/${x}"}, false)
	check(scenarios.Step{Method: "GET", Path: "/hello", Expect: scenarios.Expect{SHA256: strings.Repeat("0", 64)}}, false)
}

// The scenario's checks of templates and the script's own agree: what the one accepts, the other compiles.
func TestTemplatesMeanTheSame(t *testing.T) {
	for _, text := range []string{"/", "/${a}", "/$${a", "/$$${a", "/${a|url}${a|json}", "/${", "/${a|xml}", "/x$${${a}"} {
		y := "targets: [{url: \"http://127.0.0.1:1\"}]\nsessions: [{steps: [{get: /, capture: {a: {header: X}}}, {get: '" + text + "'}]}]\ntraffic: [{clients: 1, for: 1s}]\n"
		_, errScenario := scenarios.Parse("x.yaml", []byte(y), nil, Names())
		_, errScript := script.ParseTemplate(text)
		if (errScenario == nil) != (errScript == nil) {
			t.Errorf("%q: the scenario says %v, the script %v", text, errScenario, errScript)
		}
	}
}

// What the engine keeps of a body is what captures and expectations can look into.
func TestKeptBodies(t *testing.T) {
	if traffic.MaxKeptBody != script.MaxBody {
		t.Errorf("the engine keeps %d bytes, scripts look into %d", traffic.MaxKeptBody, script.MaxBody)
	}
}
