package bench

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wsgibench/wsgibench/internal/traffic/stream"
	"github.com/wsgibench/wsgibench/results"
)

// fewThreads is a server of so many threads, each of which a request keeps to its end: a stream is a block and then
// silence until the client leaves.
func fewThreads(t *testing.T, n int) *httptest.Server {
	threads := make(chan struct{}, n)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case threads <- struct{}{}:
			defer func() { <-threads }()
		case <-r.Context().Done():
			return
		}
		if r.URL.Path != "/stream" {
			w.Write([]byte("Hello, World!\n"))
			return
		}
		w.Write(stream.Append(nil, 0, 0, 1, make([]byte, 100-stream.MinSize)))
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}))
	t.Cleanup(server.Close)
	return server
}

const ladderScenario = `
app: reference
requests:
  - {name: hello, get: /hello-cl}
  - {name: idle, get: "/stream?n=2&b=100&gap_us=60000000&stamp=1"}
timeout: 500ms
traffic:
  - {name: idle, rate: 20/s, for: 200ms, only: [hello], held: {only: [idle], clients: [0, 2, 3, 6, 9]LIMIT}}
  - {name: after, rate: 20/s, for: 100ms, only: [hello]}
verify: false
streams: {first_block: 1s}
`

// TestLadderUntilSomethingGives: with four threads, three streams leave one for short requests, and the fourth none.
func TestLadderUntilSomethingGives(t *testing.T) {
	r := runAt(t, fewThreads(t, 4).URL, t.TempDir(), strings.ReplaceAll(ladderScenario, "LIMIT", ""))
	want := []results.Climb{{
		Ladder: "idle", Held: 3, Gave: "idle-6", Clients: 6, What: "4 of 6 held clients had a stream",
		Unreached: []string{"idle-9", "idle-9 held"},
	}}
	if diff := cmp.Diff(want, r.Trials[0].Ladders); diff != "" {
		t.Errorf("climbs (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]float64{"idle-2 held": 2, "idle-3 held": 3, "idle-6 held": 4}, values(r, "streams_open")); diff != "" {
		t.Errorf("streams open (-want +got):\n%s", diff)
	}
	first := values(r, "first_block_max")
	if len(first) != 3 || first["idle-6 held"] <= 0 {
		t.Errorf("got first blocks %v, want those of the streams that began at each step", first)
	}
	if got := values(r, "errors"); got["idle-0"] != 0 || got["idle-3"] != 0 || got["idle-6"] != 1 || got["after"] != 0 {
		t.Errorf("got errors %v, want them at idle-6 only, and none when the streams have left", got)
	}
	if s := r.Spread(r.Run.Cells[0].ID, "goodput", "idle-9"); s.Median != nil {
		t.Errorf("a step that was not run has goodput %v", *s.Median)
	}
	for _, n := range r.Trials[0].Reasons {
		if strings.Contains(n.Text, "idle-6") && (n.Code == "no-success" || n.Code == "errors") {
			t.Errorf("what the ladder was climbed for makes the trial invalid: %+v", n)
		}
	}
}

// TestLadderToTheTop: a server that holds them all is climbed to the top; a limit that it misses ends that.
func TestLadderToTheTop(t *testing.T) {
	for limit, want := range map[string]results.Climb{
		"":                                     {Ladder: "idle", Held: 9},
		`, limit: ["max(response) < 1h"]`:      {Ladder: "idle", Held: 9},
		`, limit: ["errors < 1%", "pss < 1B"]`: {Ladder: "idle", Gave: "idle-0", What: "pss < 1B: unknown"},
	} {
		r := runAt(t, fewThreads(t, 50).URL, t.TempDir(), strings.ReplaceAll(ladderScenario, "LIMIT", limit))
		for _, n := range []int{2, 3, 6, 9} {
			if want.Gave != "" {
				want.Unreached = append(want.Unreached, fmt.Sprintf("idle-%d", n), fmt.Sprintf("idle-%d held", n))
			}
		}
		if diff := cmp.Diff([]results.Climb{want}, r.Trials[0].Ladders); diff != "" {
			t.Errorf("limit %q (-want +got):\n%s", limit, diff)
		}
	}
}
