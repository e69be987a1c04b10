package results

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
)

// A Document is a whole run in one JSON document: what WriteJSON writes and JSONSchema describes.
type Document struct {
	Schema    string        `json:"schema"`
	Run       *Run          `json:"run"`
	Trials    []*Trial      `json:"trials"`
	Summaries []CellSummary `json:"summaries"`
	Complete  bool          `json:"complete"` // every trial that was planned, or that was planned until the run stopped by itself, was recorded
	End       *End          `json:"end,omitempty"`
	Notes     []string      `json:"notes"` // what is wrong with the run directory
}

// WriteJSON writes the run, its trials and a summary of every cell as one JSON document that JSONSchema describes.
func WriteJSON(w io.Writer, r *Record) error {
	d := Document{
		Schema:    Schema,
		Run:       r.Run.normal(),
		Trials:    make([]*Trial, len(r.Trials)),
		Summaries: list(r.Summaries()),
		Complete:  r.Complete,
		End:       r.End,
		Notes:     list(r.Notes),
	}
	for i, t := range r.Trials {
		d.Trials[i] = t.normal()
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	if err := e.Encode(d); err != nil {
		return fmt.Errorf("writing JSON: %w", err)
	}
	return nil
}

//go:embed run.schema.json
var schema []byte

// JSONSchema returns the JSON Schema (2020-12) of Document. Its definitions Run, Trial and Trace describe run.json
// and the lines of trials.jsonl and of traces.jsonl. It is made from the Go types and their comments; a test keeps it equal to them.
func JSONSchema() []byte { return append([]byte(nil), schema...) }
