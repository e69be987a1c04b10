package bench

import (
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

// TestGates: only a check that was put and failed keeps a server from being measured.
func TestGates(t *testing.T) {
	c := results.Conformance{Checks: []results.CheckResult{
		{ID: "a", Outcome: "pass"}, {ID: "b", Outcome: "fail", Reason: "lost a byte"}, {ID: "c", Outcome: "n/a"}, {ID: "d", Outcome: "unknown"},
	}}
	got := gates(c)
	if len(got) != 1 || got[0].Code != "b" || got[0].Text != "it fails the check b: lost a byte" || got[0].Hint == "" {
		t.Errorf("got %+v, want one reason, b", got)
	}
	if got := gates(results.Conformance{Missing: "it did not start"}); got != nil {
		t.Errorf("a server that did not start: got %+v, want nothing; its trial says so itself", got)
	}
}
