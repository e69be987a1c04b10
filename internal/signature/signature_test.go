package signature

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wsgibench/wsgibench/results"
)

// A story is what one trial left behind.
type story struct {
	clients  int
	text     string // of the scenario
	service  map[time.Duration]int64
	response map[time.Duration]int64 // nil: as service
	metrics  map[string]float64
	statuses []results.Count
	errors   []results.Count
}

// tell writes a run of one cell and one trial for each story, and opens it.
func tell(t *testing.T, stories ...story) *results.Record {
	t.Helper()
	run := &results.Run{
		Schema: results.Schema, Started: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC), Blocks: len(stories),
		Scenario: results.Scenario{Name: "story", Text: stories[0].text},
		Cells:    []results.Cell{{ID: "a", Label: "a"}},
		Phases:   []results.Phase{{Name: "steady", Model: "closed", Duration: 1, Clients: stories[0].clients}},
	}
	for i := range stories {
		run.Order = append(run.Order, results.Slot{Block: i + 1, Cell: "a"})
	}
	d, err := results.Create(t.TempDir(), run)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range stories {
		if err := d.Append(s.trial(t, d, i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := results.Open(d.Path())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (s *story) trial(t *testing.T, d *results.Dir, i int) *results.Trial {
	t.Helper()
	trial := &results.Trial{ID: string(rune('1'+i)) + "-a", Cell: "a", Block: i + 1, Verdict: results.Invalid, Statuses: s.statuses, Errors: s.errors}
	for name, v := range s.metrics {
		m := results.Known(name, "1", v)
		m.Phase = "steady"
		trial.Metrics = append(trial.Metrics, m)
	}
	h, err := d.Hist(trial.ID)
	if err != nil {
		t.Fatal(err)
	}
	trial.Hist = h.Path()
	if s.response == nil {
		s.response = s.service
	}
	for name, values := range map[string]map[time.Duration]int64{"service": s.service, "response": s.response} {
		hist := results.NewHistogram()
		for at, n := range values {
			if err := hist.RecordValues(int64(at), n); err != nil {
				t.Fatal(err)
			}
		}
		if err := h.Write(results.HistTag("steady", name, ""), 0, time.Second, hist); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	return trial
}

const ms = time.Millisecond

var ok = []results.Count{{Phase: "steady", Kind: "200", Count: 1000}}

func TestFind(t *testing.T) {
	for _, tt := range []struct {
		name string
		story
		want string // the one signature found, and words of its text
	}{
		{"nothing", story{service: map[time.Duration]int64{2 * ms: 1000}}, ""},
		{"nagle", story{
			service: map[time.Duration]int64{2 * ms: 100, 44 * ms: 900},
			metrics: map[string]float64{"delayed_acks": 950, "cpu_per_request": 0.0003},
		}, "delayed-ack 90.0 % of the requests"},
		{"an app that takes 44 ms", story{
			service: map[time.Duration]int64{44 * ms: 1000},
			metrics: map[string]float64{"delayed_acks": 3, "cpu_per_request": 0.0003},
		}, ""},
		{"an app that works for 44 ms", story{
			service: map[time.Duration]int64{44 * ms: 1000},
			metrics: map[string]float64{"delayed_acks": 1000, "cpu_per_request": 0.044},
		}, ""},
		{"a wide distribution", story{
			service: map[time.Duration]int64{30 * ms: 300, 44 * ms: 300, 54 * ms: 300},
			metrics: map[string]float64{"delayed_acks": 900},
		}, ""},
		{"lost SYNs", story{
			service: map[time.Duration]int64{2 * ms: 990}, response: map[time.Duration]int64{2 * ms: 900, 1020 * ms: 80, 3030 * ms: 10},
			metrics: map[string]float64{"listen_overflows": 91},
		}, "lost-syn 80 requests took about 1.00 s, 10 requests took about 3.00 s, and the kernel counts 91"},
		{"one second without an overflow", story{
			service: map[time.Duration]int64{2 * ms: 990}, response: map[time.Duration]int64{2 * ms: 900, 1020 * ms: 80},
		}, ""},
		{"drain", story{
			service: map[time.Duration]int64{11 * ms: 1000},
			metrics: map[string]float64{"eof_framed": 1000, "cpu_per_request": 0.0004},
		}, "drain 100 % of the requests took 10 to 14 ms"},
		{"an app that takes 11 ms", story{
			service: map[time.Duration]int64{11 * ms: 1000},
			metrics: map[string]float64{"eof_framed": 0, "cpu_per_request": 0.0004},
		}, ""},
		{"connection cap", story{
			clients: 150, service: map[time.Duration]int64{2 * ms: 1000},
			metrics: map[string]float64{"connections_answered": 97, "connections_unanswered": 53, "reused_connections": 900},
		}, "connection-cap with 150 clients, 97 connections were answered, and 53 were opened"},
		{"all slow", story{
			clients: 150, service: map[time.Duration]int64{2 * ms: 10},
			metrics: map[string]float64{"connections_answered": 0, "connections_unanswered": 150},
		}, ""},
		{"no local port", story{
			service: map[time.Duration]int64{2 * ms: 1000}, metrics: map[string]float64{"requests": 28300},
			errors: []results.Count{{Phase: "steady", Kind: "no-local-port", Count: 68, Example: "cannot assign requested address"}},
		}, "no-local-port 68 requests could not be sent (cannot assign requested address) after some 28300 new connections"},
		{"idle closed", story{
			service: map[time.Duration]int64{2 * ms: 1000}, metrics: map[string]float64{"reused_connections": 900},
			errors: []results.Count{{Phase: "steady", Kind: "idle-closed", Count: 7}},
		}, "idle-closed 7 requests on a connection that had served before"},
		{"another phase's error", story{
			service: map[time.Duration]int64{2 * ms: 1000},
			errors:  []results.Count{{Phase: "warm-up", Kind: "idle-closed", Count: 7}},
		}, ""},
		{"empty, and it was not to be", story{
			service: map[time.Duration]int64{ms / 10: 1000}, statuses: ok, metrics: map[string]float64{"requests": 1000, "body_bytes": 0},
			errors: []results.Count{{Phase: "steady", Kind: "wrong-length", Count: 1000}},
		}, "empty-answer 1000 responses say 200, and all of them together hold no byte of a body, where one was expected"},
		{"HEAD", story{
			service: map[time.Duration]int64{ms / 10: 1000}, statuses: ok, text: "requests:\n  - {head: /hello}\n",
			metrics: map[string]float64{"requests": 1000, "body_bytes": 0},
		}, ""},
		{"a body", story{
			service: map[time.Duration]int64{ms / 10: 1000}, statuses: ok, metrics: map[string]float64{"requests": 1000, "body_bytes": 14000},
		}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			found := Find(tell(t, tt.story))
			if tt.want == "" {
				if len(found) > 0 {
					t.Fatalf("found %+v, want nothing", found)
				}
				return
			}
			id, words, _ := strings.Cut(tt.want, " ")
			if len(found) != 1 || found[0].ID != id || !strings.Contains(found[0].Text, words) || found[0].Hint == "" {
				t.Errorf("found %+v\nwant %s with %q", found, id, words)
			}
		})
	}
}

// TestMostTrials: one trial in three explains nothing about a cell, two do.
func TestMostTrials(t *testing.T) {
	plain := story{service: map[time.Duration]int64{2 * ms: 100}}
	idle := story{service: plain.service, errors: []results.Count{{Phase: "steady", Kind: "idle-closed", Count: 1}}}
	if found := Find(tell(t, plain, idle, plain)); found != nil {
		t.Errorf("one of three: found %+v, want nothing", found)
	}
	found := Find(tell(t, idle, idle, plain))
	if len(found) != 1 || found[0].Trials != 2 || found[0].Of != 3 {
		t.Errorf("two of three: found %+v", found)
	}
}

func TestAllAreDocumented(t *testing.T) {
	var ids []string
	for _, s := range All() {
		ids = append(ids, s.ID)
		if s.Doc == "" || s.Hint == "" || s.find == nil {
			t.Errorf("%s has no doc, no hint or does not look", s.ID)
		}
	}
	want := []string{"delayed-ack", "lost-syn", "drain", "connection-cap", "no-local-port", "idle-closed", "empty-answer"}
	if diff := cmp.Diff(want, ids); diff != "" {
		t.Errorf("signatures (-want +got):\n%s", diff)
	}
}
