package scenarios

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestEveryTrafficKey(t *testing.T) {
	got := parseGood(t, "traffic.yaml")
	want := []Phase{
		{Name: "steps", Rate: &Rate{Steps: []float64{100, 200, 400}, Each: 2 * time.Second, Arrivals: "poisson"}, For: 6 * time.Second},
		{Name: "sine", Rate: &Rate{Sine: &Sine{Mean: 200, Amplitude: 150, Period: 10 * time.Second}, Arrivals: "constant"}, For: 30 * time.Second},
		{Name: "burst", Rate: &Rate{Burst: 50, Every: 500 * time.Millisecond, Arrivals: "constant"}, For: 5 * time.Second},
		{Name: "constant", Clients: 4, Think: &Think{Law: "constant", Pause: 100 * time.Millisecond}, For: time.Second},
		{Name: "exponential", Clients: 4, Think: &Think{Law: "exponential", Pause: 100 * time.Millisecond}, For: time.Second},
		{Name: "lognormal", Clients: 4, Think: &Think{Law: "lognormal", Pause: 100 * time.Millisecond, Sigma: 0.5}, For: time.Second},
		{Name: "replay", Replay: &Replay{Log: "/home/me/bench/logs/access.log", Speed: 2.5}, For: time.Hour},
		{Name: "same-speed", Replay: &Replay{Log: "/logs/access.jsonl", Speed: 1}, For: 10 * time.Second},
	}
	if diff := cmp.Diff(want, got.Traffic); diff != "" {
		t.Errorf("traffic (-want +got):\n%s", diff)
	}
	if want := (Connections{KeepAlive: true, Reuse: 100, Unix: true}); got.Connections != want {
		t.Errorf("got %+v, want %+v", got.Connections, want)
	}
}

func TestSessions(t *testing.T) {
	got := parseGood(t, "sessions.yaml")
	wantData := []Data{
		{Name: "users", CSV: "/home/me/bench/data/users.csv", Pick: "sequential"},
		{Name: "items", CSV: "/home/me/bench/items.csv", Pick: "unique"},
	}
	if diff := cmp.Diff(wantData, got.Data); diff != "" {
		t.Errorf("data (-want +got):\n%s", diff)
	}
	want := []Session{
		{Name: "buy", Weight: 3, Steps: []Step{
			{
				Name: "buy POST /login?next=${users.next|url}", Method: "POST", Path: "/login?next=${users.next|url}",
				Header: []Header{{"Content-Type", "application/json"}, {"X-Price", "$${5}"}}, Body: Body{Text: `{"name": "${users.name|json}"}`},
				Expect: Expect{Status: 200},
				JSON:   []JSONValue{{"/ok", "true"}, {"/user/name", `"${users.name}"`}, {"/n", "1.5"}, {"/nothing", "null"}},
				Capture: []Capture{
					{Name: "token", JSON: ptr("/data/token")}, {Name: "csrf", Regex: `csrf="([^"]+)"`}, {Name: "id", Header: "X-Id"}, {Name: "sid", Cookie: "sid"},
				},
				Think: &Think{Law: "lognormal", Pause: 2 * time.Second, Sigma: 0.5},
			},
			{Name: "buy GET ${token}/${csrf}", Method: "GET", Path: "${token}/${csrf}", Header: []Header{{"X-Sid", "${sid}"}}, Think: &Think{Law: "constant", Pause: 100 * time.Millisecond}},
			{Name: "item", Method: "GET", Path: "/item/${items.id}", Expect: Expect{Body: ptr("${id}"), Headers: []Header{{"X-Ok", "1"}}}},
			{Name: "buy GET /", Method: "GET", Path: "/"},
			{Name: "buy GET / #2", Method: "GET", Path: "/"},
		}},
		{Name: "session-2", Weight: 1, Cookies: true, Steps: []Step{
			{Name: "session-2 GET /", Method: "GET", Path: "/"},
			{Name: "session-2 PROPFIND /x", Method: "PROPFIND", Path: "/x", Body: Body{Size: 1024},
				Expect: Expect{Length: ptr(int64(0)), SHA256: "0000000000000000000000000000000000000000000000000000000000000000"}},
		}},
	}
	if diff := cmp.Diff(want, got.Sessions); diff != "" {
		t.Errorf("sessions (-want +got):\n%s", diff)
	}
}

// The mean of a rate is the integral of its curve: compared with a sum over many thin slices.
func TestMeanRate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		length := time.Duration(rapid.Int64Range(1e6, 60e9).Draw(t, "length"))
		seconds := func(name string) time.Duration { return time.Duration(rapid.Int64Range(1e8, 20e9).Draw(t, name)) }
		number := func(name string) float64 { return rapid.Float64Range(0, 1000).Draw(t, name) }
		var r Rate
		at := func(s float64) float64 { return r.From + (r.To-r.From)*s/length.Seconds() }
		switch rapid.IntRange(0, 2).Draw(t, "kind") {
		case 0:
			r = Rate{From: number("from"), To: number("to")}
		case 1:
			r = Rate{Steps: rapid.SliceOfN(rapid.Float64Range(0, 1000), 1, 5).Draw(t, "steps"), Each: seconds("each")}
			at = func(s float64) float64 { return r.Steps[min(int(s/r.Each.Seconds()), len(r.Steps)-1)] }
		case 2:
			r = Rate{Sine: &Sine{Mean: number("mean"), Amplitude: number("amplitude"), Period: seconds("period")}}
			at = func(s float64) float64 {
				return r.Sine.Mean + r.Sine.Amplitude*math.Sin(2*math.Pi*s/r.Sine.Period.Seconds())
			}
		}
		const slices = 20_000
		want := 0.0
		for i := range slices {
			want += at((float64(i)+0.5)/slices*length.Seconds()) / slices
		}
		if got := r.Mean(length); math.Abs(got-want) > 1e-3*r.most()+1e-9 {
			t.Errorf("%v over %v: got %v, want %v", r, length, got, want)
		}
	})
	for _, c := range []struct {
		length time.Duration
		want   float64
	}{{time.Second, 20}, {time.Second + 1, 30 / 1.000000001}, {500 * time.Millisecond, 20}, {400 * time.Millisecond, 25}} {
		r := Rate{Burst: 10, Every: 500 * time.Millisecond}
		if got := r.Mean(c.length); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%v over %v: got %v, want %v", r, c.length, got, c.want)
		}
	}
	if got := (&Rate{From: 1, To: 1}).Mean(0); got != 0 {
		t.Errorf("got %v of no time, want 0", got)
	}
}

func TestReferences(t *testing.T) {
	for text, want := range map[string][]string{
		"": nil, "a$b{c}": nil, "${a}": {"a"}, "x${a.b|url}y${c}": {"a.b|url", "c"}, "$${a}": nil, "$$${a}": nil, "$${${a}": {"a"}, "${a}${b}": {"a", "b"}, "${": {"error"}, "${a}$${${": {"error"},
	} {
		got, err := references(text)
		if err != nil {
			got = []string{"error"}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

func TestStreams(t *testing.T) {
	s := parseGood(t, "streams.yaml")
	want := []Manner{{LeaveAfter: 3, Reset: true}, {ReadRate: 64 << 10, LeaveAfter: 5}, {SendRate: 100_000}, {}}
	for i, q := range s.Requests {
		if q.Manner != want[i] {
			t.Errorf("manner of %s: got %+v, want %+v", q.Name, q.Manner, want[i])
		}
	}
	if got := s.Requests[2].Body.Chunk; got != 1024 {
		t.Errorf("chunk: got %d, want 1024", got)
	}
	wantHeld := &Held{Only: []string{"paced", "slow"}, Clients: 4}
	if diff := cmp.Diff(wantHeld, s.Traffic[1].Held); diff != "" || s.Traffic[0].Held != nil {
		t.Errorf("held (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"GET /hello"}, s.Traffic[1].Only); diff != "" || s.Traffic[0].Only != nil {
		t.Errorf("only (-want +got):\n%s", diff)
	}
	if want := (Streams{FirstBlock: 500 * time.Millisecond, GapP99: 30 * time.Millisecond}); s.Streams != want {
		t.Errorf("streams: got %+v, want %+v", s.Streams, want)
	}
	if got := s.Connections.ReceiveBuffer; got != 4096 {
		t.Errorf("receive buffer: got %d, want 4096", got)
	}
	wantThresholds := map[string]float64{
		"block_gap_p99": 0.03, "stream_gap_p99_p50": 1, "blocks_lost": 0, "stream_goodput": 1, "body_rate": 1e6, "stall_share": 0.01, "run_ahead": 4 << 20,
	}
	got := map[string]float64{}
	for _, th := range s.Thresholds {
		got[th.Metric] = th.Limit
	}
	if diff := cmp.Diff(wantThresholds, got); diff != "" {
		t.Errorf("thresholds (-want +got):\n%s", diff)
	}
}

func TestLadder(t *testing.T) {
	s := parseGood(t, "ladder.yaml")
	held := func(n int) *Held { return &Held{Only: []string{"idle"}, Clients: n} }
	idle := &Ladder{Name: "idle", Limits: []Threshold{
		{Text: "p50(response) < 500ms", Metric: "response_p50", Op: "<", Limit: 0.5, Line: 8, Column: 106},
		{Text: "errors < 1%", Metric: "errors", Op: "<", Limit: 0.01, Line: 8, Column: 131},
	}}
	step := Phase{Rate: &Rate{From: 20, To: 20, Arrivals: "constant"}, For: 2 * time.Second, Only: []string{"hello"}, Ladder: idle}
	named := func(name string, h *Held) Phase {
		p := step
		p.Name, p.Held = name, h
		return p
	}
	want := []Phase{
		{Name: "warmup", Warmup: true, Clients: 1, For: time.Second, Held: held(2)},
		named("idle-0", nil), named("idle-4", held(4)), named("idle-1000", held(1000)),
		{Name: "phase-2-8", Clients: 1, For: time.Second, Held: held(8), Ladder: &Ladder{Name: "phase-2"}},
	}
	if diff := cmp.Diff(want, s.Traffic); diff != "" {
		t.Errorf("traffic (-want +got):\n%s", diff)
	}
}

func TestOwnStreams(t *testing.T) {
	var got []string
	for _, q := range parseGood(t, "own-streams.yaml").Requests {
		got = append(got, q.Stream)
	}
	if diff := cmp.Diff([]string{"events", "lines", ""}, got); diff != "" {
		t.Errorf("streams (-want +got):\n%s", diff)
	}
}
