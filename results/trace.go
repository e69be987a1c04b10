package results

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

const tracesFile = "traces.jsonl"

// A Trace is one stream, block by block: one line of traces.jsonl. Each trial has one of each phase with streams whose
// blocks say of themselves when they were planned or yielded: the first such stream that brought a block. The lists are
// of equal length, an entry per block, in the order of arrival. Instants are seconds since the request was sent.
type Trace struct {
	Trial    string    `json:"trial"` // Trial.ID
	Phase    string    `json:"phase"`
	Request  string    `json:"request"`                       // its name
	Blocks   int64     `json:"blocks"`                        // that arrived
	Every    int64     `json:"every"`                         // 1: all of them are listed; n: every n-th from the first on, and the last
	Index    []int64   `json:"index"`                         // what the block says of itself, from 0
	Planned  []float64 `json:"planned" jsonschema:"nullable"` // when the app meant to yield it
	Yielded  []float64 `json:"yielded" jsonschema:"nullable"` // when it did
	Received []float64 `json:"received"`                      // when the read that completed it returned
	Bytes    []int64   `json:"bytes"`                         // of the body until the end of the block, without framing

	Unknown map[string]string `json:"unknown,omitempty"` // list that is null → reason
}

// AppendTraces adds the traces of a trial to traces.jsonl, a line each, in one write; without any it makes no file. It
// is called before the trial itself is recorded, so that whoever finds the trial finds its traces.
func (d *Dir) AppendTraces(traces []Trace) (err error) {
	var lines []byte
	for _, t := range traces {
		line, err := json.Marshal(t)
		if err != nil {
			return fmt.Errorf("trace of trial %s: %w", t.Trial, err)
		}
		lines = append(append(lines, line...), '\n')
	}
	if lines == nil {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	f, err := os.OpenFile(d.Path(tracesFile), os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o644)
	if err != nil {
		return fmt.Errorf("recording traces: %w", err)
	}
	defer func() { err = errors.Join(err, syncClose(f)) }()
	if torn(f) {
		lines = append([]byte{'\n'}, lines...)
	}
	if _, err := f.Write(lines); err != nil {
		return fmt.Errorf("recording the traces of trial %s: %w", traces[0].Trial, err)
	}
	return nil
}

// torn says whether the last line of a file was cut off by a write that failed.
func torn(f *os.File) bool {
	info, err := f.Stat()
	if err != nil || info.Size() == 0 {
		return false
	}
	last := make([]byte, 1)
	_, err = f.ReadAt(last, info.Size()-1)
	return err == nil && last[0] != '\n'
}

// readTraces reads traces.jsonl of a run directory; a run without streams has none. Traces of trials that were not
// recorded are passed over, and so is a last line that was cut off: its trial was not recorded either.
func (r *Record) readTraces() []*Trace {
	data, err := os.ReadFile(filepath.Join(r.Dir, tracesFile))
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			r.note("%s is left out: %v", tracesFile, err)
		}
		return nil
	}
	return r.parseTraces(data)
}

func (r *Record) parseTraces(data []byte) []*Trace {
	recorded := map[string]bool{}
	for _, t := range r.Trials {
		recorded[t.ID] = true
	}
	var all []*Trace
	for n, l := range lines(data) {
		t, err := parseTrace(l.text)
		switch {
		case err != nil && !l.torn:
			r.note("%s:%d is left out: %v", tracesFile, n, err)
		case err == nil && recorded[t.Trial]:
			all = append(all, t)
		}
	}
	return all
}

// parseTrace reads a line, and takes care that whoever draws it finds lists of equal length.
func parseTrace(line []byte) (*Trace, error) {
	t := new(Trace)
	if err := json.Unmarshal(line, t); err != nil {
		return nil, fmt.Errorf("not a trace: %w", err)
	}
	n := len(t.Received)
	if t.Trial == "" || n == 0 || len(t.Index) != n || len(t.Bytes) != n ||
		t.Planned != nil && len(t.Planned) != n || t.Yielded != nil && len(t.Yielded) != n {
		return nil, errors.New("not a trace: it has no trial, or lists of different lengths")
	}
	return t, nil
}

// Trace finds the trace of a trial and a phase; nil if there is none.
func (r *Record) Trace(trial, phase string) *Trace {
	for _, t := range r.Traces {
		if t.Trial == trial && t.Phase == phase {
			return t
		}
	}
	return nil
}
