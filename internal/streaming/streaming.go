// Package streaming answers: does this server stream?
//
// A stream's figures mean something only when it is known what the server does with blocks: whether it passes each on,
// gathers them, or loses some. Find says so in words, for each cell of a recorded run. That blocks are held back is
// taken from the lock-step checks alone, in which the application waits for the client: no threshold, and no slow
// machine, makes a server seem to. It measures nothing, and a word changes no verdict of a trial.
package streaming

import (
	"slices"

	"github.com/wsgibench/wsgibench/results"
)

// A Word is what a server does with the blocks of a body.
type Word string

// The words, in the order in which they are told.
const (
	Streams   Word = "streams"             // each block is delivered before the next is asked for, or while it is
	Merges    Word = "merges small blocks" // so it is, but blocks that the application yields apart arrive together
	HoldsBack Word = "holds back"          // a block is kept until others come, or until the end
	LosesData Word = "loses data"          // blocks are lost, damaged, repeated, out of order or cut
	Unknown   Word = "unknown"             // the checks were not put, or could not be
)

var words = []Word{Streams, Merges, HoldsBack, LosesData, Unknown}

// A Finding is one thing that the server of a cell does with blocks.
type Finding struct {
	Cell     string // results.Cell.ID
	Word     Word
	Evidence string // what was seen, or why it is not known; empty where the word says all
}

// MergedFrom is the share of the blocks yielded apart that must have come with the one before for a server to count as
// merging, beyond the load generator's own: below it, a client that was not woken in time explains them.
const MergedFrom = 0.1

// Find says of every cell of a run what its server does with blocks, cells in the order of the run. A cell has one
// finding, or several where a server both holds back and loses. A run without streams has none.
func Find(r *results.Record) []Finding {
	if !streamed(r) {
		return nil
	}
	var all []Finding
	for i := range r.Run.Cells {
		all = append(all, inCell(r, r.Run.Cells[i].ID)...)
	}
	return all
}

// streamed says whether streams were to be measured in this run.
func streamed(r *results.Record) bool {
	if slices.ContainsFunc(r.Trials, func(t *results.Trial) bool {
		return slices.ContainsFunc(t.Metrics, func(m results.Metric) bool { return m.Name == "streams" })
	}) {
		return true
	}
	return slices.ContainsFunc(r.Run.Conformance, func(c results.Conformance) bool {
		return slices.ContainsFunc(lockstep, func(id string) bool { return c.Check(id) != nil })
	})
}

func inCell(r *results.Record, cell string) []Finding {
	var all []Finding
	add := func(w Word, evidence []string) {
		for _, e := range evidence {
			all = append(all, Finding{cell, w, e})
		}
	}
	held, unknown := heldBack(r, cell)
	add(HoldsBack, held)
	add(LosesData, lost(r, cell))
	apart := ""
	if len(held) == 0 { // a body that is held back is merged altogether, which says nothing more
		var together []string
		together, apart = merged(r, cell)
		add(Merges, together)
	}
	switch {
	case len(all) > 0:
		return all
	case unknown != "":
		return []Finding{{cell, Unknown, unknown}}
	}
	return []Finding{{cell, Streams, apart}}
}

// Of returns the words for a cell, in the order in which they are told: nil where it has none.
func Of(found []Finding, cell string) []Word {
	var ws []Word
	for _, w := range words {
		if slices.ContainsFunc(found, func(f Finding) bool { return f.Cell == cell && f.Word == w }) {
			ws = append(ws, w)
		}
	}
	return ws
}
