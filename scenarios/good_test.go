package scenarios

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/wsgibench/wsgibench/internal/golden"
)

func ptr[T any](v T) *T { return &v }

func parseGood(t *testing.T, name string, set ...string) *Scenario {
	t.Helper()
	text, err := os.ReadFile("testdata/good/" + name)
	if err != nil {
		t.Fatal(err)
	}
	s, err := Parse("/home/me/bench/"+name, text, set, testNames())
	if err != nil {
		t.Fatalf("%s:\n%v", name, err)
	}
	return s
}

func checkScenario(t *testing.T, got, want *Scenario) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(Scenario{}, "Text", "SHA256")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestEveryKey(t *testing.T) {
	got := parseGood(t, "full.yaml")
	body := "Hello, World!\n"
	checkScenario(t, got, &Scenario{
		Name: "full", Doc: "Every key once.", Path: "/home/me/bench/full.yaml",
		App: App{
			Module: "shop.wsgi:application", Dir: "/home/me/shop", Python: "/home/me/shop/.venv/bin/python",
			Env: map[string]string{"DJANGO_SETTINGS_MODULE": "shop.settings", "DEBUG": "0"},
		},
		Targets: []Target{
			{Server: "wsgiref", Axes: []string{"backlog"}, Line: 5, Column: 5},
			{Server: "gunicorn-gthread", Settings: map[string]string{"workers": "2", "threads": "4", "backlog": "64"}, Line: 6, Column: 5},
			{Server: "/home/me/bench/my-host.yaml", Name: "my host", Python: "python3.13", Axes: []string{"workers"}, Line: 7, Column: 5},
			{URL: "http://127.0.0.1:8000", Name: "running", Line: 8, Column: 5},
		},
		Matrix: map[string][]string{"workers": {"1", "2"}, "backlog": {"128", "256"}},
		Trials: Trials{Blocks: 7, Seed: ptr(uint64(1<<64 - 1))},
		CPUs:   CPUs{Server: "1", Load: "0,2-3"},
		Requests: []Request{
			{Name: "GET /hello?a=b", Method: "GET", Path: "/hello?a=b", Weight: 9, Expect: Expect{
				Status: 200, Body: &body, Length: ptr(int64(14)), Headers: []Header{{"Content-Type", "text/plain"}},
			}},
			{Name: "upload", Method: "POST", Path: "/echo", Header: []Header{{"X-B", "two"}, {"X-A", "1"}}, Body: Body{Size: 10240, Chunked: true},
				Weight: 1, Expect: Expect{Length: ptr(int64(10240))}},
			{Name: "PUT /p", Method: "PUT", Path: "/p", Body: Body{Text: "text"}, Weight: 1},
			{Name: "PATCH /p", Method: "PATCH", Path: "/p", Weight: 1},
			{Name: "DELETE /p", Method: "DELETE", Path: "/p", Weight: 1, Expect: Expect{Status: 404}},
			{Name: "HEAD /p", Method: "HEAD", Path: "/p", Weight: 1},
			{Name: "OPTIONS /p", Method: "OPTIONS", Path: "/p", Weight: 1, Expect: Expect{SHA256: "abcdefabcdef" + strings.Repeat("0", 52)}},
			{Name: "PROPFIND /p", Method: "PROPFIND", Path: "/p", Weight: 1},
		},
		Timeout: time.Minute,
		Traffic: []Phase{
			{Name: "warmup", Warmup: true, Rate: &Rate{From: 200, To: 200, Arrivals: "constant"}, For: 500 * time.Millisecond},
			{Name: "warmup-2", Warmup: true, Clients: 2, For: time.Second},
			{Name: "steady", Rate: &Rate{From: 5000, To: 5000, Arrivals: "poisson"}, For: 10 * time.Second},
			{Name: "phase-2", Rate: &Rate{To: 2000, Arrivals: "constant"}, For: 90 * time.Second},
			{Name: "saturate", Clients: 32, For: 2 * time.Minute},
		},
		Thresholds: []Threshold{
			{Text: "p99(response) < 50ms", Metric: "response_p99", Op: "<", Limit: 0.05, Line: 29, Column: 14},
			{Text: "steady: errors <= 0.1%", Metric: "errors", Phase: "steady", Op: "<=", Limit: 0.001, Line: 29, Column: 38},
			{Text: "goodput > 24k/min", Metric: "goodput", Op: ">", Limit: 400, Line: 29, Column: 64},
			{Text: "pss<200MiB", Metric: "pss", Op: "<", Limit: 200 << 20, Line: 29, Column: 85},
		},
		Verify: Verify{Only: []string{"status", "date"}},
		Gate: []GateMetric{
			{Word: "goodput", Metric: "goodput", Phase: "steady", Margin: 0.05, Line: 31, Column: 17},
			{Word: "p50", Metric: "response_p50", Phase: "steady", Margin: 0.05, Line: 31, Column: 26},
			{Word: "p90", Metric: "response_p90", Phase: "steady", Margin: 0.05, Line: 31, Column: 35},
			{Word: "p99", Metric: "response_p99", Phase: "saturate", Margin: 0.10, Line: 31, Column: 44},
			{Word: "p99.9", Metric: "response_p99.9", Phase: "steady", Margin: 0.20, Line: 31, Column: 83},
			{Word: "cpu_per_request", Metric: "cpu_per_request", Phase: "steady", Margin: 0.03, Line: 31, Column: 105},
			{Word: "pss", Metric: "pss", Phase: "steady", Margin: 0.05, Line: 31, Column: 114},
			{Word: "rss", Metric: "rss", Phase: "steady", Margin: 0.05, Line: 31, Column: 123},
			{Word: "errors", Metric: "errors", Phase: "steady", Margin: 0, Line: 31, Column: 135},
		},
	})
	if len(got.SHA256) != 64 || !strings.HasPrefix(got.Text, "name: full") {
		t.Errorf("got digest %q of %.20q", got.SHA256, got.Text)
	}
}

func TestDefaults(t *testing.T) {
	checkScenario(t, parseGood(t, "short.yaml"), &Scenario{
		Name: "short", Path: "/home/me/bench/short.yaml", App: App{Name: "reference"},
		Targets: []Target{{Server: "wsgiref", Line: 2, Column: 11}},
		Trials:  Trials{Blocks: 5}, CPUs: CPUs{Auto: true}, Timeout: 10 * time.Second, Connections: Connections{KeepAlive: true},
		Requests: []Request{{Name: "GET /", Method: "GET", Path: "/", Weight: 1}},
		Traffic:  []Phase{{Name: "phase-1", Rate: &Rate{From: 1, To: 1, Arrivals: "constant"}, For: time.Second}},
	})
}

// Anchors, aliases and merge keys: explicit keys win, then the first of several merged mappings.
func TestMerged(t *testing.T) {
	s := parseGood(t, "merged.yaml")
	var settings []map[string]string
	for _, x := range s.Targets {
		settings = append(settings, x.Settings)
	}
	if diff := cmp.Diff([]map[string]string{{"workers": "1", "threads": "4"}, {"workers": "2", "threads": "4"}, {"workers": "3", "threads": "4"}}, settings); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]Header{{"X-A", "a"}, {"X-B", "c"}}, s.Requests[1].Header); diff != "" {
		t.Errorf("headers (-want +got):\n%s", diff)
	}
	if s.CPUs != (CPUs{}) || s.Connections.KeepAlive || s.Requests[1].Path != "/b" || s.Traffic[1].Name != "phase-2" {
		t.Errorf("got %+v", s)
	}
}

func TestURLsNeedNoApp(t *testing.T) {
	s := parseGood(t, "urls.yaml")
	if s.App.Name != "" || s.Targets[0].URL != "http://127.0.0.1:8000" || s.Targets[1].URL != "http://[::1]:8001" {
		t.Errorf("got app %+v, targets %+v", s.App, s.Targets)
	}
}

func TestSet(t *testing.T) {
	s := parseGood(t, "short.yaml", "trials.blocks=2", "traffic.0.rate=100/s", "matrix.workers=[1,2]", "targets.1=gunicorn-gthread",
		"targets.1.threads=8", "app.module=shop:app", "traffic.1={clients: 4, for: 2s}", "doc=", "doc=a=b", "thresholds=[errors < 1%]")
	checkScenario(t, s, &Scenario{
		Name: "short", Doc: "a=b", Path: "/home/me/bench/short.yaml", App: App{Module: "shop:app", Dir: "/home/me/bench"},
		Targets: []Target{
			{Server: "wsgiref", Line: 2, Column: 11},
			{Server: "gunicorn-gthread", Settings: map[string]string{"threads": "8"}, Axes: []string{"workers"}},
		},
		Matrix: map[string][]string{"workers": {"1", "2"}},
		Trials: Trials{Blocks: 2}, CPUs: CPUs{Auto: true}, Timeout: 10 * time.Second, Connections: Connections{KeepAlive: true},
		Requests: []Request{{Name: "GET /", Method: "GET", Path: "/", Weight: 1}},
		Traffic: []Phase{
			{Name: "phase-1", Rate: &Rate{From: 100, To: 100, Arrivals: "constant"}, For: time.Second},
			{Name: "phase-2", Clients: 4, For: 2 * time.Second},
		},
		Thresholds: []Threshold{{Text: "errors < 1%", Metric: "errors", Op: "<", Limit: 0.01}},
		Set:        s.Set,
	})
	if got := len(s.Set); got != 10 {
		t.Errorf("got %d changes recorded, want 10", got)
	}
}

// Mistakes in changes are reported as the change, all at once, beside those of the file.
func TestSetProblems(t *testing.T) {
	text := strings.ReplaceAll("app: reference\ntargets: [wsgiref]\nrequests: [{get: /}]\ntraffic: [{rate: 1/s, for: 1s}]\nextra: 1\n", "\t", "")
	_, err := Parse("x.yaml", []byte(text), []string{
		"trials.blocks", "=1", "trials.block=2", "traffic.first.rate=1/s", "traffic.9.rate=1/s", "traffic.0.rate=fast", "requests.0.get.x=1",
		"doc=[", "a..b=1", "targets=[wsgiref, wsgiref]", "trials.seed=*x", "timeout=2h",
	}, testNames())
	if err == nil {
		t.Fatal("got no error")
	}
	golden.Check(t, "testdata/set.golden", err.Error()+"\n")
}

func TestLoad(t *testing.T) {
	for _, name := range Shipped() {
		s, err := Load(name, nil, Names{})
		if err != nil {
			t.Fatalf("%s:\n%v", name, err)
		}
		text, _ := ShippedText(name)
		if s.Name != name || s.Path != name || s.Text != string(text) || s.Doc == "" {
			t.Errorf("%s: got name %q, path %q, doc %q", name, s.Name, s.Path, s.Doc)
		}
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "mine.yaml")
	if err := os.WriteFile(path, []byte("app: {module: \"a:b\"}\ntargets: [x]\nrequests: [{get: /}]\ntraffic: [{clients: 1, for: 1s}]\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	s, err := Load(path, []string{"trials.blocks=1"}, Names{})
	if err != nil {
		t.Fatal(err)
	}
	if s.Name != "mine" || s.App.Dir != dir || s.Trials.Blocks != 1 {
		t.Errorf("got %+v", s)
	}
	check := func(path, want string) {
		t.Helper()
		if _, err := Load(path, nil, Names{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Load(%q): got %v, want %q in it", path, err, want)
		}
	}
	check("quikstart", `did you mean the shipped scenario "quickstart"?`)
	check("nowhere/quickstart.yaml", `did you mean the shipped scenario "quickstart"?`)
	check("zzz.yaml", "shipped scenarios are "+strings.Join(Shipped(), ", "))
	check(dir, "directory")
	if _, err := ShippedText("../scenario"); err == nil {
		t.Error("got a text outside of the shipped scenarios")
	}
}

// The quickstart is bounded: people wait for it.
func TestQuickstartIsQuick(t *testing.T) {
	s, err := Load("quickstart", nil, Names{})
	if err != nil {
		t.Fatal(err)
	}
	var traffic time.Duration
	for _, p := range s.Traffic {
		traffic += p.For
	}
	if got := time.Duration(len(s.Targets)*s.Trials.Blocks) * traffic; got > 36*time.Second {
		t.Errorf("got %v of traffic in all, want at most 36s, as starting servers comes on top", got)
	}
}

// Every key of the file types has a description for editors.
func TestEveryKeyIsDescribed(t *testing.T) {
	var walk func(t2 reflect.Type)
	seen := 0
	walk = func(t2 reflect.Type) {
		for t2.Kind() == reflect.Slice {
			t2 = t2.Elem()
		}
		if t2.Kind() != reflect.Struct || len(keysOf(t2)) == 0 {
			return
		}
		for i := range t2.NumField() {
			f := t2.Field(i)
			if f.Anonymous {
				walk(f.Type)
			} else if f.Tag.Get("yaml") != "" && f.Tag.Get("yaml") != "-" {
				if seen++; f.Tag.Get("doc") == "" {
					t.Errorf("%s.%s has no doc tag", t2.Name(), f.Name)
				}
				walk(f.Type)
			}
		}
	}
	walk(reflect.TypeFor[file]())
	if seen < 90 {
		t.Errorf("got %d keys, want at least 90", seen)
	}
}
