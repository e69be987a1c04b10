package main

import (
	"fmt"
	"testing"

	"github.com/wsgibench/wsgibench/internal/bench"
	"github.com/wsgibench/wsgibench/internal/compare"
	"github.com/wsgibench/wsgibench/scenarios"
)

// A metric has the same word in a scenario's gate, in its until and on the command line, and means the same figure.
func TestMetricWordsAreTheSameEverywhere(t *testing.T) {
	const text = "app: reference\ntargets: [wsgiref]\nrequests: [{get: /}]\ntraffic: [{clients: 1, for: 1s}]\n"
	parse := func(more string) *scenarios.Scenario {
		t.Helper()
		s, err := scenarios.Parse("x.yaml", []byte(text+more+"\n"), nil, bench.Names())
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	for _, m := range compare.Metrics {
		if got := parse(fmt.Sprintf("gate: {%s: 0%%}", m.Word)).Gate; len(got) != 1 || got[0].Word != m.Word || got[0].Metric != m.Name {
			t.Errorf("gate of %s: %+v, want one of %s", m.Word, got, m.Name)
		}
		if m.Share {
			continue // an interval of a ratio has no precision where the figure is 0
		}
		if got := parse(fmt.Sprintf("trials: {until: {metric: %s}}", m.Word)).Trials.Until; got.Metric != m.Name {
			t.Errorf("until of %s: %+v, want %s", m.Word, got, m.Name)
		}
	}
}
