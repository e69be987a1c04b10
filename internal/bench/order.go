package bench

import (
	"math/rand/v2"

	"github.com/wsgibench/wsgibench/results"
)

// order draws the trials of a run: blocks of one trial of every cell, in random order within each block. The same seed
// and cells give the same order. Randomised complete blocks keep machine drift out of the comparison: running all of A
// before all of B calls 40 % of equal pairs different.
func order(cells []string, blocks int, seed uint64) []results.Slot {
	rng := rand.New(rand.NewPCG(seed, 0))
	var slots []results.Slot
	for b := 1; b <= blocks; b++ {
		for _, i := range rng.Perm(len(cells)) {
			slots = append(slots, results.Slot{Block: b, Cell: cells[i]})
		}
	}
	return slots
}
