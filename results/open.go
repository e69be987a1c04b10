package results

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// A Record is a run directory that was read: what was finished, whatever happened to the run.
type Record struct {
	Dir      string // of the run
	Run      *Run
	Trials   []*Trial // in the order in which they ended
	Complete bool     // every trial of Planned is there
	End      *End     // why the run ended; nil: it was interrupted, or by a version that did not record it
	Traces   []*Trace // one stream of each trial and phase that has such
	Notes    []string // what was found wrong with the directory, in sentences

	mu   sync.Mutex
	logs map[string][]logLine // path → its lines; read once
}

// Open reads a run. Path is a run directory, its run.json, or a directory with run directories in it, of which it
// takes the one that was started last; so does a path that ends in "latest" where nothing has that name.
//
// A run that was killed can be read: the last line of trials.jsonl may be torn, logs and histograms may be missing.
// What was left out is told in Notes. A schema that this version does not know is an error.
func Open(path string) (*Record, error) {
	dir, err := runDir(path)
	if err != nil {
		return nil, err
	}
	name := filepath.Join(dir, runFile)
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("opening run: %w", err)
	}
	trials, err := os.ReadFile(filepath.Join(dir, trialsFile))
	missing := errors.Is(err, fs.ErrNotExist)
	if err != nil && !missing {
		return nil, fmt.Errorf("reading run: %w", err)
	}
	r, err := parseRecord(dir, data, trials)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if r.End = r.readEnd(); r.End != nil {
		r.Complete = r.isComplete()
	}
	r.Traces = r.readTraces()
	if missing {
		r.note("%s is missing: no trial was recorded", trialsFile)
	}
	return r, nil
}

// parseRecord reads what run.json and trials.jsonl hold. Only what is wrong with run.json is an error.
func parseRecord(dir string, run, trials []byte) (*Record, error) {
	r := &Record{Dir: dir}
	var err error
	if r.Run, err = parseRun(run); err != nil {
		return nil, err
	}
	r.Trials = r.parseTrials(trials)
	r.Complete = r.isComplete()
	return r, nil
}

func (r *Record) note(format string, args ...any) {
	r.Notes = append(r.Notes, fmt.Sprintf(format, args...))
}

// runDir finds the run directory that path means.
func runDir(path string) (string, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) && filepath.Base(path) == "latest" {
		return newestRun(filepath.Dir(path))
	}
	if err != nil {
		return "", fmt.Errorf("opening run: %w", err)
	}
	if !info.IsDir() {
		if filepath.Base(path) != runFile {
			return "", fmt.Errorf("opening run: %s is neither a run directory nor a %s", path, runFile)
		}
		return filepath.Dir(path), nil
	}
	if _, err := os.Stat(filepath.Join(path, runFile)); err == nil {
		return path, nil
	}
	return newestRun(path)
}

// newestRun returns the run directory in parent whose run was started last. A directory whose run.json says no time
// is taken by its name, which sorts by time.
func newestRun(parent string) (string, error) {
	entries, err := os.ReadDir(parent)
	if err != nil {
		return "", fmt.Errorf("looking for runs: %w", err)
	}
	var newest string
	var at time.Time
	for _, e := range entries { // sorted by name
		dir := filepath.Join(parent, e.Name())
		data, err := os.ReadFile(filepath.Join(dir, runFile))
		if err != nil {
			continue
		}
		var head struct{ Started time.Time }
		_ = json.Unmarshal(data, &head) // Open says what is wrong with it
		if newest == "" || !head.Started.Before(at) {
			newest, at = dir, head.Started
		}
	}
	if newest == "" {
		return "", fmt.Errorf("no run in %s: a run directory has a %s, and `wsgibench run` makes one", parent, runFile)
	}
	return newest, nil
}

// parseRun reads a run.json of a known schema.
func parseRun(data []byte) (*Run, error) {
	var head struct {
		Schema string `json:"schema"`
		Tool   Tool   `json:"tool"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return nil, fmt.Errorf("not the record of a run: %w", err)
	}
	if head.Schema != Schema {
		by := ""
		if head.Tool.Version != "" {
			by = ", written by wsgibench " + head.Tool.Version
		}
		return nil, fmt.Errorf("schema %q%s: this version reads %q only; use the wsgibench that made the run", head.Schema, by, Schema)
	}
	run := new(Run)
	if err := json.Unmarshal(data, run); err != nil {
		return nil, fmt.Errorf("not the record of a run: %w", err)
	}
	return run, nil
}

// parseTrials reads trials.jsonl. A line that is not a trial is left out and noted; the last one may simply be torn.
func (r *Record) parseTrials(data []byte) []*Trial {
	cells := map[string]bool{}
	for _, c := range r.Run.Cells {
		cells[c.ID] = true
	}
	seen := map[string]bool{}
	var trials []*Trial
	for n, l := range lines(data) {
		t, err := parseTrial(l.text)
		switch {
		case err != nil && l.torn:
			r.note("the last line of %s was cut off after %d bytes: that trial is lost", trialsFile, len(l.text))
		case err != nil:
			r.note("%s:%d is left out: %v", trialsFile, n, err)
		case seen[t.ID]:
			r.note("%s:%d is left out: trial %s was recorded before", trialsFile, n, t.ID)
		case !cells[t.Cell]:
			r.note("%s:%d is left out: trial %s is of cell %q, which the run does not have", trialsFile, n, t.ID, t.Cell)
		default:
			seen[t.ID] = true
			trials = append(trials, t)
		}
	}
	return trials
}

func parseTrial(line []byte) (*Trial, error) {
	t := new(Trial)
	if err := json.Unmarshal(line, t); err != nil {
		return nil, fmt.Errorf("not a trial: %w", err)
	}
	if t.ID == "" || t.Cell == "" {
		return nil, errors.New("not a trial: it has no id or no cell")
	}
	switch t.Verdict {
	case Valid, Invalid, Failed:
		return t, nil
	}
	return nil, fmt.Errorf("trial %s has the unknown verdict %q", t.ID, t.Verdict)
}

// isComplete says whether every slot of the order has a trial.
func (r *Record) isComplete() bool {
	got := map[Slot]bool{}
	for _, t := range r.Trials {
		got[Slot{t.Block, t.Cell}] = true
	}
	for _, s := range r.Planned() {
		if !got[s] {
			return false
		}
	}
	return true
}

// Cell finds a cell by its ID; nil if the run has none of that name.
func (r *Record) Cell(id string) *Cell {
	for i := range r.Run.Cells {
		if r.Run.Cells[i].ID == id {
			return &r.Run.Cells[i]
		}
	}
	return nil
}

// Trial finds a trial by its ID; nil if it was not recorded.
func (r *Record) Trial(id string) *Trial {
	for _, t := range r.Trials {
		if t.ID == id {
			return t
		}
	}
	return nil
}

// Of returns the recorded trials of a cell, in the order in which they ended.
func (r *Record) Of(cell string) []*Trial {
	var ts []*Trial
	for _, t := range r.Trials {
		if t.Cell == cell {
			ts = append(ts, t)
		}
	}
	return ts
}

// Measured returns the phases that are not warm-up.
func (r *Record) Measured() []Phase {
	var ps []Phase
	for _, p := range r.Run.Phases {
		if !p.Warmup {
			ps = append(ps, p)
		}
	}
	return ps
}

// slashPath turns a path out of a record into one below the run directory; "" if it points elsewhere.
func (r *Record) slashPath(name string) string {
	if strings.Contains(name, "\x00") {
		return ""
	}
	local := filepath.FromSlash(name)
	if name == "" || !filepath.IsLocal(local) {
		return ""
	}
	return filepath.Join(r.Dir, local)
}
