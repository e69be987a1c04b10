package results

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"time"
	"unicode"
)

// Names inside a run directory.
const (
	runFile    = "run.json"
	trialsFile = "trials.jsonl"
	histDir    = "hist"
)

// A Dir is a run directory being written. Everything in it is readable after a kill at any moment.
type Dir struct {
	root   string
	mu     sync.Mutex
	trials *os.File
	torn   bool // the last Append failed half-way: the next one starts a new line
}

// Create makes the directory root/<run id> with run.json, an empty trials.jsonl and the folders hist, logs and plots.
// An empty run.ID is made from run.Started and the name of the scenario; the ID sorts by time. Nothing that exists is
// ever written over: where the directory exists, a number is added to the ID.
func Create(root string, run *Run) (*Dir, error) {
	if run.Schema == "" {
		run.Schema = Schema
	}
	if run.ID == "" {
		run.ID = runID(run.Started, run.Scenario.Name)
	}
	if !safeName(run.ID) {
		return nil, fmt.Errorf("run id %q cannot be the name of a directory", run.ID)
	}
	if err := os.MkdirAll(root, 0o755); err != nil {
		return nil, fmt.Errorf("making the directory for results: %w", err)
	}
	id, err := mkdirNew(root, run.ID)
	if err != nil {
		return nil, err
	}
	run.ID = id
	d := &Dir{root: filepath.Join(root, id)}
	if err := d.fill(run); err != nil {
		return nil, fmt.Errorf("making run directory %s: %w", d.root, err)
	}
	return d, nil
}

// fill writes what a new run directory has. run.json comes last: where it is, the rest is.
func (d *Dir) fill(run *Run) error {
	for _, sub := range []string{histDir, "logs", "plots"} {
		if err := os.Mkdir(d.Path(sub), 0o755); err != nil {
			return err
		}
	}
	var err error
	d.trials, err = os.OpenFile(d.Path(trialsFile), os.O_WRONLY|os.O_APPEND|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	data, err := json.MarshalIndent(run.normal(), "", "  ")
	if err == nil {
		err = writeAtomic(d.Path(runFile), append(data, '\n'))
	}
	if err == nil {
		err = syncDir(filepath.Dir(d.root))
	}
	if err != nil {
		return errors.Join(err, d.trials.Close())
	}
	return nil
}

// Path is the path of something in the run directory.
func (d *Dir) Path(elem ...string) string {
	return filepath.Join(append([]string{d.root}, elem...)...)
}

// Append adds a finished trial to trials.jsonl as one line in one write, and waits until it is on disk. A metric that
// is not a number is written as unknown. After a failed Append the next one starts a line of its own.
func (d *Dir) Append(t *Trial) error {
	line, err := json.Marshal(t.normal())
	if err != nil {
		return fmt.Errorf("trial %s: %w", t.ID, err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.torn {
		line = append([]byte{'\n'}, line...)
	}
	if _, err := d.trials.Write(append(line, '\n')); err != nil {
		d.torn = true
		return fmt.Errorf("recording trial %s: %w", t.ID, err)
	}
	d.torn = false
	if err := d.trials.Sync(); err != nil {
		return fmt.Errorf("recording trial %s: %w", t.ID, err)
	}
	return nil
}

// Hist makes hist/<trialID>.hlog, to which the histograms of a trial are written as they are finished. The header of
// the log says that the trial starts now, unless HistWriter.Started is set.
func (d *Dir) Hist(trialID string) (*HistWriter, error) {
	if !safeName(trialID) {
		return nil, fmt.Errorf("trial id %q cannot be the name of a file", trialID)
	}
	name := trialID + ".hlog"
	f, err := os.OpenFile(d.Path(histDir, name), os.O_WRONLY|os.O_APPEND|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return nil, fmt.Errorf("making the histogram log of trial %s: %w", trialID, err)
	}
	closer := func() error { return syncClose(f) }
	return &HistWriter{Started: time.Now(), out: f, close: closer, path: path.Join(histDir, name)}, nil
}

// Close closes trials.jsonl; the directory stays.
func (d *Dir) Close() error { return d.trials.Close() }

// runID is a name that sorts by time: "20261121-113005-hello-shootout" (UTC).
func runID(started time.Time, scenario string) string {
	id := started.UTC().Format("20060102-150405")
	if s := slug(scenario); s != "" {
		id += "-" + s
	}
	return id
}

// slug keeps the letters and digits of s, whatever the script, and joins them with single dashes: at most 40 runes.
func slug(s string) string {
	var b []rune
	for _, r := range strings.ToLower(s) {
		switch {
		case len(b) == 40:
			return strings.TrimRight(string(b), "-")
		case r != unicode.ReplacementChar && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_'):
			b = append(b, r)
		case len(b) > 0 && b[len(b)-1] != '-':
			b = append(b, '-')
		}
	}
	return strings.TrimRight(string(b), "-")
}

// safeName says whether s can be the name of a file in any directory of any system.
func safeName(s string) bool {
	return s != "" && len(s) <= 200 && filepath.IsLocal(s) && s != "." && !strings.ContainsAny(s, "/\\:\x00\n\r")
}

// mkdirNew makes root/id, or root/id-02 and so on if that exists, and returns the name it got.
func mkdirNew(root, id string) (string, error) {
	name := id
	for n := 2; n < 1000; n++ {
		err := os.Mkdir(filepath.Join(root, name), 0o755)
		if err == nil {
			return name, nil
		}
		if !errors.Is(err, fs.ErrExist) {
			return "", fmt.Errorf("making run directory: %w", err)
		}
		name = fmt.Sprintf("%s-%02d", id, n)
	}
	return "", fmt.Errorf("making run directory: %s and its numbered names exist in %s: choose another directory with --out", id, root)
}

// writeAtomic makes a file appear with all of data, or not at all.
func writeAtomic(name string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Chmod(0o644)
	}
	err = errors.Join(err, syncClose(f))
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return syncDir(filepath.Dir(name))
}

// syncDir brings the names in a directory to disk.
func syncDir(name string) error {
	d, err := os.Open(name)
	if err != nil {
		return err
	}
	return syncClose(d)
}
