package results_test

import (
	"testing"

	"github.com/wsgibench/wsgibench/results"
)

func TestConformanceOf(t *testing.T) {
	run := &results.Run{
		Cells: []results.Cell{
			{ID: "a", Label: "a hello", Target: "a", Settings: map[string]string{"threads": "4"}},
			{ID: "b", Label: "a flask", Target: "a", Settings: map[string]string{"threads": "4"}},
			{ID: "c", Label: "a threads=8", Target: "a", Settings: map[string]string{"threads": "8"}},
			{ID: "d", Label: "a python3.9", Target: "a", Python: "python3.9", Settings: map[string]string{"threads": "4"}},
			{ID: "e", Label: "http://127.0.0.1", Target: "http://127.0.0.1"},
		},
		Conformance: []results.Conformance{{Label: "a hello"}, {Label: "a threads=8"}, {Label: "gone"}},
	}
	for cell, want := range map[string]string{"a": "a hello", "b": "a hello", "c": "a threads=8", "d": "", "e": "", "none": ""} {
		got := ""
		if c := run.ConformanceOf(cell); c != nil {
			got = c.Label
		}
		if got != want {
			t.Errorf("cell %s: got the examination of %q, want %q", cell, got, want)
		}
	}
}
