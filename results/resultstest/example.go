// Package resultstest answers: what does a run look like, without running one?
//
// It writes run directories with invented but consistent figures, for the tests of everything that reads them: the
// same options give the same bytes. Nothing outside tests uses it.
package resultstest

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/wsgibench/wsgibench/results"
)

// Options change the example; the zero value is the plain one.
type Options struct {
	Seed        uint64 // of every figure; 0: 1
	Hostile     bool   // names that break what does not escape them: markup, pipes, line ends, other scripts
	Streams     bool   // responses are streams of blocks, 10 ms apart: there are histograms of gaps and delivery delays too
	Interrupted bool   // killed in block 3: the last line of trials.jsonl is torn, a histogram log has no trial
}

// Started is when the example run began; trials follow each other from there.
var Started = time.Date(2026, 11, 21, 11, 30, 5, 250e6, time.UTC)

// Blocks is how many trials each cell of the example has.
const Blocks = 4

// Example writes a run of four cells × four blocks with a warm-up and two measured phases below dir, and opens it. The
// trial of the second cell in block 3 failed (no figures, no histograms), that of the fourth in block 2 is invalid.
// Percentiles in the metrics are those of the histograms on disk; rates, counts, CPU and series agree with each other.
func Example(dir string, o Options) (*results.Record, error) {
	if o.Seed == 0 {
		o.Seed = 1
	}
	run := newRun(o)
	d, err := results.Create(dir, run)
	if err != nil {
		return nil, err
	}
	trials := len(run.Order)
	if o.Interrupted {
		trials = 2*len(run.Cells) + 1
	}
	at := Started.Add(2 * time.Second)
	for i, slot := range run.Order[:trials] {
		t, err := writeTrial(d, run, o, i, slot, at)
		if err != nil {
			return nil, err
		}
		at = at.Add(time.Duration(t.Duration * 1e9)).Add(300 * time.Millisecond)
	}
	if err := d.Close(); err != nil {
		return nil, err
	}
	if o.Interrupted {
		if err := tear(d, run, o, trials, at); err != nil {
			return nil, err
		}
	}
	return results.Open(d.Path())
}

// tear leaves behind what a kill leaves: the histograms of a trial that did not end, and half a line.
func tear(d *results.Dir, run *results.Run, o Options, i int, at time.Time) error {
	name := d.Path("trials.jsonl")
	whole, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if _, err := measure(d, run, o, i, run.Order[i], at); err != nil {
		return err
	}
	return os.WriteFile(name, append(whole, `{"id":"010-torn","cell":"gohost","blo`...), 0o644)
}

// writeTrial invents a trial, with its histograms and its log, and appends it to the run.
func writeTrial(d *results.Dir, run *results.Run, o Options, i int, slot results.Slot, at time.Time) (*results.Trial, error) {
	var t *results.Trial
	var err error
	if slot.Cell == run.Cells[1].ID && slot.Block == 3 {
		t = failedTrial(i, slot, at, o)
	} else if t, err = measure(d, run, o, i, slot, at); err != nil {
		return nil, err
	}
	if slot.Cell == run.Cells[3].ID && slot.Block == 2 {
		t.Verdict = results.Invalid
		t.Reasons = []results.Notice{{
			Code: "generator-limited",
			Text: "the load generator used 97 % of its CPU",
			Hint: "give it another CPU with `cpus`, or lower the rate",
		}}
	}
	t.Log = "logs/" + t.ID + ".log"
	text := fmt.Sprintf("Listening at http://127.0.0.1:8000 (pid %d)\n", 4000+i)
	if o.Hostile {
		text += hostileText + "\n\x1b[31mred\x1b[0m \xff\xfe\n"
	}
	if err := os.WriteFile(d.Path(filepath.FromSlash(t.Log)), []byte(text), 0o644); err != nil {
		return nil, err
	}
	return t, d.Append(t)
}

func failedTrial(i int, slot results.Slot, at time.Time, o Options) *results.Trial {
	tail := []string{"Traceback (most recent call last):", "OSError: [Errno 98] Address already in use"}
	if o.Hostile {
		tail = append(tail, hostileText)
	}
	return &results.Trial{
		ID: trialID(i, slot), Cell: slot.Cell, Block: slot.Block, Position: i + 1, Started: at, Duration: 1.25,
		Verdict: results.Failed,
		Failure: &results.Failure{
			Stage: "ready", Text: "the server ended with status 1 before it was ready",
			Hint: "its last lines are below; the whole log is in logs/", Tail: tail,
		},
		Reasons: []results.Notice{{Code: "failed", Text: "the server ended with status 1 before it was ready"}},
		Metrics: []results.Metric{},
	}
}

func trialID(i int, slot results.Slot) string { return fmt.Sprintf("%03d-%s", i+1, slot.Cell) }
