// Package signature answers: which known artefact explains these figures?
//
// Some figures say more about a socket option, a queue or a limit than about the server's speed, and are known by a
// mark that they leave: a peak at a certain time, an error at a certain place. Find looks for those marks in a run
// that was recorded. It measures nothing, and a finding changes no verdict: it tells a reader what lies behind a
// figure, with the evidence, and what to do.
package signature

import (
	"fmt"
	"strconv"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/wsgibench/wsgibench/results"
)

// A Signature is an artefact that is known by its mark. A new one is a new file and a line in All.
type Signature struct {
	ID   string // stable
	Doc  string // what it is, in a sentence
	Hint string // what to do about it
	// find returns the evidence in words, or "" where the mark is not there.
	find func(*evidence) string
}

// All returns every signature, in the order in which they are looked for.
func All() []Signature {
	return []Signature{delayedACK, lostSYN, drain, connectionCap, noPorts, idleClosed, emptyAnswer}
}

// A Finding is a signature that was found in a cell's trials.
type Finding struct {
	Cell, Phase string
	ID          string
	Text        string // what was found, with the evidence of the first trial that shows it
	Hint        string
	Trials, Of  int // that show it, of those that were measured
}

// Find looks for every signature in every measured phase of every cell, valid or not: what makes a trial invalid is
// often just what is to be explained. Failed trials have nothing to look at.
func Find(r *results.Record) []Finding {
	var found []Finding
	for i := range r.Run.Cells {
		for _, p := range r.Measured() {
			found = append(found, inCell(r, r.Run.Cells[i].ID, p)...)
		}
	}
	return found
}

func inCell(r *results.Record, cell string, p results.Phase) []Finding {
	var all []*evidence
	for _, t := range r.Of(cell) {
		if t.Verdict != results.Failed {
			all = append(all, &evidence{record: r, trial: t, phase: p})
		}
	}
	var found []Finding
	for _, s := range All() {
		f := Finding{Cell: cell, Phase: p.Name, ID: s.ID, Hint: s.Hint, Of: len(all)}
		for _, e := range all {
			text := s.find(e)
			if text == "" {
				continue
			}
			if f.Trials++; f.Trials == 1 {
				f.Text = s.Doc + ": " + text
			}
		}
		if 2*f.Trials > f.Of { // a mark that most trials do not bear explains nothing about the cell
			found = append(found, f)
		}
	}
	return found
}

// evidence is one phase of one trial.
type evidence struct {
	record *results.Record
	trial  *results.Trial
	phase  results.Phase
	times  *hdrhistogram.Histogram // of the service time; read once
}

// metric returns 0 where the metric is not known: an artefact that cannot be proven is not claimed.
func (e *evidence) metric(name string) float64 {
	if v := e.trial.Metric(name, e.phase.Name, ""); v != nil {
		return *v
	}
	return 0
}

// count returns how many exchanges ended with this kind of error, and one example.
func (e *evidence) count(kind string) (n int64, example string) {
	for _, c := range e.trial.Errors {
		if c.Phase == e.phase.Name && c.Kind == kind {
			return c.Count, c.Example
		}
	}
	return 0, ""
}

// service returns the histogram of the service time in ns; empty where there is none.
func (e *evidence) service() *hdrhistogram.Histogram {
	if e.times == nil {
		h, err := e.record.TrialHistogram(e.trial.ID, e.phase.Name, "service", "")
		if err != nil || h == nil {
			h = results.NewHistogram()
		}
		e.times = h
	}
	return e.times
}

// fewest requests that a peak must be seen in.
const fewest = 20

func percent(share float64) string { return results.FormatPercent(share) }

func requests(n int64) string { return fmt.Sprintf("%d requests", n) }

// whole shows a count that is kept as a float64.
func whole(n float64) string { return strconv.FormatFloat(n, 'f', 0, 64) }
