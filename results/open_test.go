package results_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/wsgibench/wsgibench/results"
)

// A kill can tear the last line anywhere; what was finished before must read back, and a whole line counts.
func TestOpenTornAtEveryByte(t *testing.T) {
	d := create(t, smallRun())
	add(t, d, smallTrial(1))
	name := d.Path("trials.jsonl")
	first, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	add(t, d, smallTrial(2))
	whole, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for n := len(first); n <= len(whole); n++ {
		if err := os.WriteFile(name, whole[:n], 0o644); err != nil {
			t.Fatal(err)
		}
		r := open(t, d.Path())
		complete := n >= len(whole)-1 // the line end alone may be missing
		torn := n > len(first) && !complete
		if want := map[bool]int{true: 2, false: 1}[complete]; len(r.Trials) != want || r.Complete != complete {
			t.Fatalf("%d of %d bytes: %d trials, complete %v; want %d, %v", n, len(whole), len(r.Trials), r.Complete, want, complete)
		}
		if got := len(r.Notes) == 1 && strings.Contains(r.Notes[0], "cut off"); got != torn {
			t.Fatalf("%d of %d bytes: notes %q; torn is %v", n, len(whole), r.Notes, torn)
		}
	}
}

func TestOpenLeavesOutWhatIsNoTrial(t *testing.T) {
	good, _ := json.Marshal(smallTrial(1))
	for what, line := range map[string]string{
		"not a trial":       `{"id":"x"`,
		"no id":             `{}`,
		"no cell":           `{"id":"x","verdict":"valid"}`,
		"unknown verdict":   `{"id":"x","cell":"a","verdict":"splendid"}`,
		"which the run":     `{"id":"x","cell":"b","verdict":"valid"}`,
		"recorded before":   string(good),
		"array":             `[1,2]`,
		"invalid character": "\x00\x00\x00",
	} {
		d := create(t, smallRun())
		add(t, d, smallTrial(1))
		data := string(good) + "\n" + line + "\n\n" + strings.Replace(string(good), "001-a", "002-a", 1) + "\n"
		if err := os.WriteFile(d.Path("trials.jsonl"), []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
		r := open(t, d.Path())
		if len(r.Trials) != 2 || len(r.Notes) != 1 {
			t.Fatalf("%s: %d trials, notes %q; want 2 trials and a note", line, len(r.Trials), r.Notes)
		}
		if !strings.Contains(r.Notes[0], what) || !strings.HasPrefix(r.Notes[0], "trials.jsonl:2 ") {
			t.Errorf("%s: note %q does not name line 2 and %q", line, r.Notes[0], what)
		}
	}
}

func TestOpenSchema(t *testing.T) {
	for text, want := range map[string]string{
		`{"schema":"wsgibench.run/v2","tool":{"version":"v9.1.0"},"phases":"changed"}`: `schema "wsgibench.run/v2", written by wsgibench v9.1.0: this version reads "wsgibench.run/v1" only`,
		`{"schema":"k6.summary"}`: `schema "k6.summary"`,
		`{}`:                      `schema ""`,
		`null`:                    `schema ""`,
		`{"schema":"wsgibench.run/v1","blocks":"two"}`: "not the record of a run",
		`{"schema":`: "not the record of a run",
		"":           "not the record of a run",
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "run.json"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := results.Open(dir)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "run.json") {
			t.Errorf("%s: error %v, want one with %q and the file", text, err, want)
		}
	}
}

func TestOpenPaths(t *testing.T) {
	root := t.TempDir()
	var newest string
	for i, name := range []string{"zz-old", "aa-new", "mm-middle"} {
		run := smallRun()
		run.ID, run.Started = name, run.Started.Add([]time.Duration{0, 2, 1}[i]*time.Hour)
		d, err := results.Create(root, run)
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		if name == "aa-new" {
			newest = d.Path()
		}
	}
	if err := os.Mkdir(filepath.Join(root, "zzz-no-run"), 0o755); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		root:                          newest,
		root + "/":                    newest,
		filepath.Join(root, "latest"): newest,
		newest:                        newest,
		newest + "/run.json":          newest,
		root + "/zz-old":              filepath.Join(root, "zz-old"),
	} {
		if got := open(t, path).Dir; got != want {
			t.Errorf("Open(%q) read %q, want %q", path, got, want)
		}
	}
	for _, path := range []string{t.TempDir(), root + "/missing", root + "/zzz-no-run", newest + "/trials.jsonl", t.TempDir() + "/latest"} {
		if r, err := results.Open(path); err == nil {
			t.Errorf("Open(%q) read %q, want an error", path, r.Dir)
		}
	}
}

// A run directory that lost files is still a run.
func TestOpenWithoutFiles(t *testing.T) {
	d := create(t, smallRun())
	tr := smallTrial(1)
	tr.Hist, tr.Log = "hist/001-a.hlog", "logs/001-a.log"
	outside := smallTrial(2)
	outside.Hist = "../../../../etc/passwd"
	add(t, d, tr, outside)
	for _, sub := range []string{"hist", "logs", "plots"} {
		if err := os.RemoveAll(d.Path(sub)); err != nil {
			t.Fatal(err)
		}
	}
	r := open(t, d.Path())
	if h, err := r.Histogram("a", "steady", "response", ""); h != nil || err != nil {
		t.Errorf("histogram %v, error %v; want none of both", h, err)
	}
	if is, err := r.Intervals("001-a", "steady", "response"); is != nil || err != nil {
		t.Errorf("intervals %v, error %v; want none of both", is, err)
	}
	s := r.Summaries()[0]
	if q := s.Quantile("p50"); q.Value != nil || q.Reason != "no histogram was recorded" || *s.Goodput.Median != 10 {
		t.Errorf("summary %+v: want goodput 10 and no percentiles", s)
	}
	if err := os.Remove(d.Path("trials.jsonl")); err != nil {
		t.Fatal(err)
	}
	if r := open(t, d.Path()); len(r.Notes) != 1 || r.Complete || len(r.Summaries()) != 1 {
		t.Errorf("without trials.jsonl: notes %q, complete %v", r.Notes, r.Complete)
	}
}
