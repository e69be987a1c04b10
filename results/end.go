package results

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

const endFile = "end.json"

// An Until says when a run may stop before its last block: it is fixed before the first trial, because looking at the
// results and then deciding when to look finds differences that are not there.
type Until struct {
	Looks     []int   `json:"looks"`     // numbers of blocks after which the run looks at its results, ascending; the last is the most
	Metric    string  `json:"metric"`    // what it looks at
	Phase     string  `json:"phase"`     // where
	Margin    float64 `json:"margin"`    // smallest relative change that matters
	Precision float64 `json:"precision"` // share to either side at which an interval is narrow enough; 0: only a verdict is
}

// Reasons for the end of a run.
const (
	StopComplete  = "complete"  // every block of a fixed number was run
	StopVerdict   = "verdict"   // every comparison has a verdict
	StopPrecision = "precision" // every comparison has a verdict, or an interval that is narrow enough
	StopFutility  = "futility"  // what is still open is very unlikely to be settled by the blocks that are left
	StopBudget    = "budget"    // the most blocks were run, or the time was up
)

// An End is what end.json says: that a run ended by itself, when and why. A run that was interrupted has none.
type End struct {
	Ended  time.Time `json:"ended"`
	Stop   string    `json:"stop"`   // StopComplete and so on
	Blocks int       `json:"blocks"` // that were run
	Text   string    `json:"text"`   // in words
	Looks  []Look    `json:"looks,omitempty"`
}

// A Look is one of the planned looks at the results of a run, and what it saw: numbers of comparisons between targets.
type Look struct {
	Blocks  int    `json:"blocks"`
	Settled int    `json:"settled"` // better, worse or equivalent
	Precise int    `json:"precise"` // without a verdict, but narrow enough
	Futile  int    `json:"futile"`  // very unlikely to be settled by the blocks that were left
	Invalid int    `json:"invalid"` // with too many trials that do not count
	Open    int    `json:"open"`    // more blocks could settle them
	Stop    string `json:"stop"`    // empty: the run went on
}

// End writes end.json. Call it when the run ends by itself.
func (d *Dir) End(e *End) error {
	data, err := json.MarshalIndent(e, "", "  ")
	if err == nil {
		err = writeAtomic(d.Path(endFile), append(data, '\n'))
	}
	if err != nil {
		return fmt.Errorf("recording the end of the run: %w", err)
	}
	return nil
}

// readEnd reads end.json of a run directory; nil where there is none, as of a run that was interrupted.
func (r *Record) readEnd() *End {
	data, err := os.ReadFile(filepath.Join(r.Dir, endFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	e := new(End)
	if err == nil {
		err = json.Unmarshal(data, e)
	}
	if err != nil {
		r.note("%s is left out: %v", endFile, err)
		return nil
	}
	return e
}

// Planned returns the trials that the run was to have: all of its order, or those up to the block at which it stopped
// by itself.
func (r *Record) Planned() []Slot {
	if r.End == nil {
		return r.Run.Order
	}
	for i, s := range r.Run.Order {
		if s.Block > r.End.Blocks {
			return r.Run.Order[:i]
		}
	}
	return r.Run.Order
}
