package results

import (
	"maps"
	"slices"
)

// A Conformance is how one server answered the checks of wsgibench verify: exactly this version of it, started so.
type Conformance struct {
	Server   string            `json:"server"`             // name of its descriptor
	Label    string            `json:"label"`              // what it is called in a table
	Python   string            `json:"python,omitempty"`   // the interpreter as asked for
	Versions map[string]string `json:"versions,omitempty"` // of the interpreter and the packages
	Settings map[string]string `json:"settings,omitempty"` // "threads": "4"
	Argv     []string          `json:"argv,omitempty"`     // of its first start
	Limits   []string          `json:"limits,omitempty"`   // what its descriptor says that it cannot do
	Missing  string            `json:"missing,omitempty"`  // why it could not be had here; then there are no checks
	Restarts int               `json:"restarts,omitempty"` // how often a check left it wedged or dead
	Seconds  float64           `json:"seconds"`            // for the whole examination
	Checks   []CheckResult     `json:"checks"`
}

// A CheckResult is the answer to one check.
type CheckResult struct {
	ID       string  `json:"id"`
	Group    string  `json:"group"`
	Severity string  `json:"severity"`         // of failing it: "note", "deviation", "wrong head", "wrong bytes"
	Outcome  string  `json:"outcome"`          // "pass", "fail", "n/a", "unknown"
	Reason   string  `json:"reason,omitempty"` // one line
	Sent     string  `json:"sent,omitempty"`   // what went over the wire, escaped and bounded, where the check did not pass
	Got      string  `json:"got,omitempty"`    // what came back, likewise
	Seconds  float64 `json:"seconds"`
}

// Check returns the answer to the check with that id, nil where it was not put.
func (c *Conformance) Check(id string) *CheckResult {
	for i := range c.Checks {
		if c.Checks[i].ID == id {
			return &c.Checks[i]
		}
	}
	return nil
}

// ConformanceOf returns how the server of a cell answered the checks; nil where none were put to it. Cells that differ
// in their app alone share one examination.
func (r *Run) ConformanceOf(cell string) *Conformance {
	i := slices.IndexFunc(r.Cells, func(c Cell) bool { return c.ID == cell })
	if i < 0 {
		return nil
	}
	for j := range r.Conformance {
		examined := slices.IndexFunc(r.Cells, func(c Cell) bool { return c.Label == r.Conformance[j].Label })
		if examined >= 0 && r.Cells[examined].sameServer(&r.Cells[i]) {
			return &r.Conformance[j]
		}
	}
	return nil
}

func (c *Cell) sameServer(d *Cell) bool {
	return c.Target == d.Target && c.Python == d.Python && maps.Equal(c.Settings, d.Settings)
}
