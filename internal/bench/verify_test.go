package bench

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wsgibench/wsgibench/internal/verify"
	"github.com/wsgibench/wsgibench/results"
	"github.com/wsgibench/wsgibench/scenarios"
)

func TestUses(t *testing.T) {
	for path, want := range map[string]verify.Uses{
		"/hello":                        {},
		"/hello/generator":              {Generator: true},
		"/hello/write":                  {Write: true},
		"/stream?n=3&stamp=1":           {Stream: true, Query: true},
		"/stream?n=3&cl=1":              {Stream: true, Length: true, Query: true},
		"/stream?n=3&form=write":        {Stream: true, Write: true, Query: true},
		"/file?n=100":                   {FileWrapper: true, Query: true},
		"/status/304":                   {NoBody: true},
		"/error/mid":                    {Errors: true},
		"/bytes/100000":                 {Large: true},
		"/echo-stream?bs=10":            {Duplex: true, Query: true},
		"/orders/stream?next=/hello/ab": {Query: true},
	} {
		var got verify.Uses
		asks(&got, scenarios.Request{Method: "GET", Path: path})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
	var got verify.Uses
	asks(&got, scenarios.Request{Path: "/hello", Manner: scenarios.Manner{LeaveAfter: 1}})
	uploads(&got, "POST", scenarios.Body{Size: 10, Chunked: true})
	uploads(&got, "HEAD", scenarios.Body{})
	if diff := cmp.Diff(verify.Uses{Disconnect: true, Upload: true, Chunked: true, Head: true}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestGates: only a needed check that was put and failed keeps a server from being measured.
func TestGates(t *testing.T) {
	c := results.Conformance{Checks: []results.CheckResult{
		{ID: "a", Outcome: "pass"}, {ID: "b", Outcome: "fail", Reason: "lost a byte"}, {ID: "c", Outcome: "n/a"}, {ID: "d", Outcome: "unknown"},
		{ID: "body-lockstep", Outcome: "fail", Reason: "block 0 did not come"},
	}}
	got := gates(c, []string{"a", "b", "c", "d"})
	if len(got) != 1 || got[0].Code != "b" || got[0].Text != "it fails the check b: lost a byte" || got[0].Hint == "" {
		t.Errorf("got %+v, want one reason, b", got)
	}
	if got := gates(results.Conformance{Missing: "it did not start"}, []string{"a"}); got != nil {
		t.Errorf("a server that did not start: got %+v, want nothing; its trial says so itself", got)
	}
}

// What a stream's server does with blocks is asked beside what it must do right; a scenario that names checks is put
// these alone, and they must be passed.
func TestChecksOfStreams(t *testing.T) {
	streams := []scenarios.Request{{Method: "GET", Path: "/stream?n=3&stamp=1"}}
	for name, tt := range map[string]struct {
		verify        scenarios.Verify
		asked, needed bool // body-lockstep
	}{
		"as it is": {scenarios.Verify{}, true, false},
		"named":    {scenarios.Verify{Only: []string{"body-lockstep"}}, true, true},
		"others":   {scenarios.Verify{Only: []string{"body-exact"}}, false, false},
		"off":      {scenarios.Verify{Off: true}, false, false},
	} {
		p := &Plan{scenario: &scenarios.Scenario{Requests: streams, Verify: tt.verify}}
		all, needed, err := p.checks()
		if err != nil {
			t.Fatal(err)
		}
		asked := slices.ContainsFunc(all, func(c verify.Check) bool { return c.ID == "body-lockstep" })
		if is := slices.Contains(needed, "body-lockstep"); asked != tt.asked || is != tt.needed {
			t.Errorf("%s: body-lockstep is asked: %v, needed: %v; want %v, %v", name, asked, is, tt.asked, tt.needed)
		}
	}
}
