package bench

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/wsgibench/wsgibench/results"
	"github.com/wsgibench/wsgibench/scenarios"
)

// A schedule has as many arrivals as its rate has in the mean, whatever its kind.
func TestSchedulesFollowTheirRate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		length := time.Duration(rapid.Int64Range(1e8, 5e9).Draw(t, "length"))
		r := rapid.SampledFrom([]scenarios.Rate{
			{From: 300, To: 300}, {From: 100, To: 900}, {Steps: []float64{100, 400, 0, 200}, Each: 700 * time.Millisecond},
			{Sine: &scenarios.Sine{Mean: 300, Amplitude: 300, Period: 900 * time.Millisecond}}, {Burst: 40, Every: 250 * time.Millisecond},
		}).Draw(t, "rate")
		s := schedule(r, length, 1)
		n := 0.0
		for _, ok := s.At(0); ok; _, ok = s.At(uint64(n)) {
			n++
		}
		if want := r.Mean(length) * length.Seconds(); math.Abs(n-want) > 1.01 {
			t.Errorf("%s for %v: got %v arrivals, want %v", s, length, n, want)
		}
	})
}

func TestRandomArrivalsOfEveryRate(t *testing.T) {
	for want, r := range map[string]scenarios.Rate{
		"5/s poisson":                  {From: 5, To: 5},
		"5/s → 6/s poisson":            {From: 5, To: 6},
		"1/s, 2/s for 1s each poisson": {Steps: []float64{1, 2}, Each: time.Second},
		"5/s ± 4/s every 1s poisson":   {Sine: &scenarios.Sine{Mean: 5, Amplitude: 4, Period: time.Second}},
	} {
		r.Arrivals = "poisson"
		if got := schedule(r, time.Second, 1).String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestThink(t *testing.T) {
	if think(nil) != nil {
		t.Error("got a pause where there is none")
	}
	for want, th := range map[string]scenarios.Think{
		"think 1s":             {Law: "constant", Pause: time.Second},
		"think exponential 1s": {Law: "exponential", Pause: time.Second},
		"think lognormal 1s":   {Law: "lognormal", Pause: time.Second, Sigma: 0.5},
	} {
		got := think(&th)
		if got.String() != want || got.Draw(rand.New(rand.NewPCG(1, 1))) <= 0 {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// runHere runs a scenario against a server of this process, which says hello, and returns what was recorded.
func runHere(t *testing.T, text string) *results.Record {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("hello")) }))
	t.Cleanup(server.Close)
	return runAt(t, server.URL, t.TempDir(), text)
}

// runAt runs a scenario, whose files are in a directory, against a server that runs already.
func runAt(t *testing.T, url, dir, text string) *results.Record {
	t.Helper()
	s := parseHere(t, dir, "targets: [{url: \""+url+"\"}]\ncpus: off\ntrials: {blocks: 1, seed: 1}\n"+text)
	p, err := Prepare(t.Context(), Config{Out: t.TempDir(), NoCalibrate: true}, s)
	if err != nil {
		t.Fatal(err)
	}
	path, err := p.Execute(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	r, err := results.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, tr := range r.Trials {
		if tr.Failure != nil {
			t.Fatalf("the trial failed: %+v", tr.Failure)
		}
	}
	return r
}

// values gathers a metric by phase.
func values(r *results.Record, metric string) map[string]float64 {
	got := map[string]float64{}
	for _, m := range r.Trials[0].Metrics {
		if m.Name == metric && m.Request == "" && m.Value != nil {
			got[m.Phase] = *m.Value
		}
	}
	return got
}

// Every key of traffic reaches the wire: what was due, and on how many connections.
func TestTrafficKeysEndToEnd(t *testing.T) {
	r := runHere(t, `
requests: [{get: /}]
traffic:
  - {name: steps, rate: {steps: [50/s, 150/s], each: 100ms}, for: 200ms}
  - {name: sine, rate: {sine: {mean: 100/s, amplitude: 50/s, period: 100ms}}, for: 200ms}
  - {name: burst, rate: {burst: 7, every: 50ms}, for: 200ms}
  - {name: think, clients: 2, think: 1h, for: 100ms}
  - {name: busy, clients: 1, for: 50ms}
connections: {reuse: 5}
`)
	due, opened := values(r, "due"), values(r, "connections")
	for phase, want := range map[string]float64{"steps": 20, "sine": 20, "burst": 28} {
		if due[phase] != want {
			t.Errorf("%s: got %v due, want %v", phase, due[phase], want)
		}
	}
	if n := due["think"]; n < 1 || n > 2 {
		t.Errorf("got %v requests of two clients who then pause for an hour", n)
	}
	// Up to nine connections of the phases before go on.
	if n := due["busy"] / 5; opened["busy"] < n-10 || opened["busy"] > n+1 {
		t.Errorf("got %v connections for %v requests, want one for five", opened["busy"], due["busy"])
	}
	var schedules []string
	for _, ph := range r.Run.Phases {
		schedules = append(schedules, ph.Schedule)
	}
	want := []string{"50/s, 150/s for 100ms each", "100/s ± 50/s every 100ms", "7 at once every 50ms", "2 clients, think 1h0m0s", "1 client"}
	if diff := cmp.Diff(want, schedules); diff != "" {
		t.Errorf("schedules (-want +got):\n%s", diff)
	}
}

// A server that runs no Python takes no interpreter, and says so.
func TestInterpreterOfAServerWithoutPython(t *testing.T) {
	_, err := scenarios.Parse("x.yaml", []byte("app: reference\ntargets: [{server: gohost-native, python: python3}]\nrequests: [{get: /}]\ntraffic: [{clients: 1, for: 1s}]\n"), nil, Names())
	if err == nil || !strings.Contains(err.Error(), "gohost-native runs no Python") {
		t.Errorf("got %v", err)
	}
}

// A log is replayed at its own times, each request where it stood, beside phases of the scenario's own requests.
func TestReplayEndToEnd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "access.jsonl")
	var log strings.Builder
	for i := range 20 {
		fmt.Fprintf(&log, `{"ts": %g, "method": "GET", "path": "/%d", "status": 200}`+"\n", 1000+float64(i)/10, i%2)
	}
	log.WriteString(`{"ts": 1000, "method": "POST", "path": "/"}` + "\nno\n")
	if err := os.WriteFile(path, []byte(log.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	r := runHere(t, `
requests: [{name: own, get: /own}]
traffic:
  - {name: mix, rate: 100/s, for: 50ms}
  - {name: log, replay: {log: `+path+`, speed: 20}, for: 1m}
  - {name: half, replay: {log: `+path+`, speed: 20}, for: 50ms}
`)
	if diff := cmp.Diff(map[string]float64{"mix": 5, "log": 20, "half": 10}, values(r, "due")); diff != "" {
		t.Errorf("due (-want +got):\n%s", diff)
	}
	log1 := r.Run.Phases[1]
	if log1.Duration > 0.1 || log1.Offered < 200 || log1.Model != "open" || log1.Schedule != "20 arrivals of a log, 20 × as fast" {
		t.Errorf("got %+v, want 20 arrivals in 95 ms", log1)
	}
	got := map[string]float64{}
	for _, m := range r.Trials[0].Metrics {
		if m.Name == "requests" && m.Request != "" && m.Value != nil && *m.Value > 0 {
			got[m.Phase+" "+m.Request] = *m.Value
		}
	}
	if diff := cmp.Diff(map[string]float64{"mix own": 5, "log GET /0": 10, "log GET /1": 10, "half GET /0": 5, "half GET /1": 5}, got); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

func TestReplayOfABadLog(t *testing.T) {
	path := filepath.Join(t.TempDir(), "access.log")
	if err := os.WriteFile(path, []byte("nothing\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, log := range []string{path, path + ".gone"} {
		text := "targets: [{url: \"http://127.0.0.1:1\"}]\ntraffic: [{replay: {log: " + log + "}, for: 1s}]\n"
		s, err := scenarios.Parse("x.yaml", []byte(text), nil, Names())
		if err != nil {
			t.Fatal(err)
		}
		_, err = Prepare(t.Context(), Config{}, s)
		if input := (*InputError)(nil); !errors.As(err, &input) || !strings.Contains(err.Error(), log) {
			t.Errorf("got %v, want an input error that names %s", err, log)
		}
	}
}

// Any percentile can be a threshold, whether it is a metric of its own or not.
func TestThresholdPercentilesEndToEnd(t *testing.T) {
	r := runHere(t, "requests: [{get: /}]\ntraffic: [{name: p, rate: 500/s, for: 100ms}]\n")
	r.Trials[0].Verdict = results.Valid // a busy machine is not what is tested here
	check := func(text string, met bool, detail string) {
		t.Helper()
		th, err := scenarios.ParseThreshold(text)
		if err != nil {
			t.Fatal(err)
		}
		o := CheckThresholds(r, []scenarios.Threshold{th})[0]
		if o.Met != met || !strings.HasPrefix(o.Detail, detail) {
			t.Errorf("%s: got %v, %q, want %v, %q", text, o.Met, o.Detail, met, detail)
		}
	}
	for _, stat := range []string{"p50", "p75", "p95", "p97.5", "p100", "max", "mean"} {
		for _, of := range []string{"response", "service", "first_byte", "send_lag"} {
			check(stat+"("+of+") < 59s", true, "is ")
			check(stat+"("+of+") > 59s", false, "is ")
		}
	}
	check("p99.9(response) < 59s", false, "unknown: 50 requests, the percentile needs 1000")
	check("p: goodput > 1/s", true, "is ")
}
