package results_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/invopop/jsonschema"
	validator "github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/wsgibench/wsgibench/internal/golden"
	"github.com/wsgibench/wsgibench/results"
)

const schemaURL = "https://github.com/wsgibench/wsgibench/results/run.schema.json"

// reflected makes the schema from the Go types and their comments.
func reflected(t *testing.T) []byte {
	t.Helper()
	r := &jsonschema.Reflector{}
	if err := r.AddGoComments("github.com/wsgibench/wsgibench/results", ".", jsonschema.WithFullComment()); err != nil {
		t.Fatal(err)
	}
	for k, text := range r.CommentMap {
		r.CommentMap[k] = strings.Join(strings.Fields(text), " ")
	}
	s := r.Reflect(&results.Document{})
	s.ID, s.Title = schemaURL, results.Schema
	// The lines of traces.jsonl are part of no other document.
	s.Definitions["Trace"] = r.Reflect(&results.Trace{}).Definitions["Trace"]
	// The reflector knows no list of numbers that may be null.
	values, ok := s.Definitions["Series"].Properties.Get("values")
	if !ok {
		t.Fatal("Series has no values")
	}
	values.Items = &jsonschema.Schema{OneOf: []*jsonschema.Schema{{Type: "number"}, {Type: "null"}}}
	data, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(data, '\n')
}

func TestSchemaIsThatOfTheTypes(t *testing.T) {
	want := reflected(t)
	if golden.Update() {
		if err := os.WriteFile("run.schema.json", want, 0o644); err != nil {
			t.Fatal(err)
		}
		return // the embedded one is that of the last build
	}
	if diff := cmp.Diff(string(want), string(results.JSONSchema())); diff != "" {
		t.Errorf("run.schema.json is not that of the types (-types +file; -update rewrites it):\n%s", diff)
	}
}

// compiled returns the schema of a definition ("Run"), or of the whole document.
func compiled(t *testing.T, definition string) *validator.Schema {
	t.Helper()
	doc, err := validator.UnmarshalJSON(bytes.NewReader(reflected(t)))
	if err != nil {
		t.Fatal(err)
	}
	c := validator.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(schemaURL, doc); err != nil {
		t.Fatal(err)
	}
	if definition != "" {
		definition = "#/$defs/" + definition
	}
	s, err := c.Compile(schemaURL + definition)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func validate(t *testing.T, s *validator.Schema, data []byte) error {
	t.Helper()
	v, err := validator.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(v)
}

func TestEverythingWrittenIsValid(t *testing.T) {
	document, run, trial := compiled(t, ""), compiled(t, "Run"), compiled(t, "Trial")
	records := examples()
	d := create(t, smallRun())
	add(t, d, &results.Trial{ID: "x", Cell: "a", Verdict: results.Failed})
	records["small"] = open(t, d.Path())
	records["empty"] = open(t, create(t, &results.Run{}).Path())
	for name, r := range records {
		if err := validate(t, document, write(t, "json", r)); err != nil {
			t.Errorf("%s: JSON: %v", name, err)
		}
		data, err := os.ReadFile(filepath.Join(r.Dir, "run.json"))
		if err != nil {
			t.Fatal(err)
		}
		if err := validate(t, run, data); err != nil {
			t.Errorf("%s: run.json: %v", name, err)
		}
		data, err = os.ReadFile(filepath.Join(r.Dir, "trials.jsonl"))
		if err != nil {
			t.Fatal(err)
		}
		lines := bytes.Split(data, []byte{'\n'})
		for i, line := range lines[:len(lines)-1] { // what follows the last line end is nothing, or torn
			if err := validate(t, trial, line); err != nil {
				t.Errorf("%s: trials.jsonl:%d: %v", name, i+1, err)
			}
		}
	}
}

func TestSchemaRefusesWhatIsWrong(t *testing.T) {
	s := compiled(t, "")
	data := string(write(t, "json", plain))
	for what, change := range map[string][2]string{
		"no unit":           {`"unit": "1/s",`, ``},
		"text for a number": {`"duration": 5`, `"duration": "5"`},
		"null for a list":   {`"notes": []`, `"notes": null`},
		"unknown key":       {`"notes": []`, `"notes": [], "note": ""`},
		"no time":           {`"started": "2026-`, `"started": "last year, 2026-`},
		"no value":          {`"value": null,`, ``},
	} {
		changed := strings.Replace(data, change[0], change[1], 1)
		if changed == data {
			t.Errorf("%s: nothing to change", what)
		}
		if validate(t, s, []byte(changed)) == nil {
			t.Errorf("%s: the schema accepts it", what)
		}
	}
}

func TestJSONReadsBack(t *testing.T) {
	for name, r := range examples() {
		var d results.Document
		if err := json.Unmarshal(write(t, "json", r), &d); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		want := results.Document{Schema: results.Schema, Run: r.Run, Trials: r.Trials, Summaries: r.Summaries(), Complete: r.Complete, Notes: r.Notes}
		if diff := cmp.Diff(want, d, emptyLists); diff != "" {
			t.Errorf("%s (-record +read):\n%.2000s", name, diff)
		}
	}
}
