package stats

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// A Ranking compares all cells of a run on one metric. Cells are numbered as in the input.
type Ranking struct {
	Order     []int      // cells, best first; neighbours that share a letter stand in no particular order
	Letters   []string   // per cell: cells that share a letter are not significantly different
	Rank      []int      // per cell: 1 + the number of cells that are significantly better; ties share a rank
	Different [][]bool   // per pair of cells, Holm-adjusted over all pairs
	Pairs     []PairTest // every pair of cells once, i < j
	Blocks    int        // blocks in which every cell has a value
	Reason    string     // why no pair can be told apart at all; empty otherwise
}

// A PairTest is the comparison of two cells within a Ranking.
type PairTest struct {
	I, J int
	Log  Estimate // ln value of J − ln value of I, at the Holm-adjusted confidence
	P    float64  // two-sided, Holm-adjusted over all pairs
}

// RankCells ranks cells by values[cell][block], all positive, paired by block. NaN is a missing value; only blocks in which
// every cell has a value count, so that all cells are judged under the same conditions. Each pair is compared by SignedRank on the
// log ratios, the family of all pairs by Holm. A ranking never is a bare sorted list: show Letters or Rank with it.
func RankCells(values [][]float64, direction Direction, confidence float64) (Ranking, error) {
	if err := checkConfidence(confidence); err != nil {
		return Ranking{}, err
	}
	logs, err := completeBlocks(values)
	if err != nil {
		return Ranking{}, err
	}
	k := len(logs)
	r := Ranking{Order: indices(k), Rank: make([]int, k), Blocks: len(logs[0])}
	r.Different = make([][]bool, k)
	for i := range k {
		r.Different[i] = make([]bool, k)
	}
	r.comparePairs(logs, confidence)
	r.rank(direction)
	r.order(logs, direction)
	r.letters()
	if need := MinPairs(1 - (1-confidence)/float64(max(1, len(r.Pairs)))); k > 1 && r.Blocks < need {
		r.Reason = fmt.Sprintf("need at least %d blocks to tell %d cells apart at %s, have %d", need, k, percent(confidence), r.Blocks)
	}
	return r, nil
}

// completeBlocks returns the logarithms of the blocks without a missing value.
func completeBlocks(values [][]float64) ([][]float64, error) {
	if len(values) == 0 {
		return nil, fmt.Errorf("no cells to rank")
	}
	logs := make([][]float64, len(values))
	if len(values[0]) > mostTrials {
		return nil, fmt.Errorf("%d blocks, more than %d: give one figure per trial, not per request", len(values[0]), mostTrials)
	}
	for block := range values[0] {
		complete := true
		for cell := range values {
			if len(values[cell]) != len(values[0]) {
				return nil, fmt.Errorf("cell 1 has %d blocks, cell %d has %d: mark missing trials as NaN", len(values[0]), cell+1, len(values[cell]))
			}
			v := values[cell][block]
			if v <= 0 || math.IsInf(v, 1) {
				return nil, fmt.Errorf("cell %d, block %d is %v: a ranking by ratio needs values above 0", cell+1, block+1, v)
			}
			complete = complete && !math.IsNaN(v)
		}
		for cell := range values {
			if complete {
				logs[cell] = append(logs[cell], math.Log(values[cell][block]))
			}
		}
	}
	if len(logs[0]) == 0 {
		return nil, fmt.Errorf("no block has a value of every cell: leave out the cell that never has one")
	}
	return logs, nil
}

// comparePairs fills in Pairs and Different.
func (r *Ranking) comparePairs(logs [][]float64, confidence float64) {
	var averages [][]float64
	var p []float64
	for i := range logs {
		for j := i + 1; j < len(logs); j++ {
			d, back := make([]float64, len(logs[i])), make([]float64, len(logs[i]))
			for b := range d {
				d[b] = logs[j][b] - logs[i][b]
				back[b] = -d[b]
			}
			w := walsh(d)
			twoSided := min(1, 2*min(walshP(w, len(d), 0), walshP(walsh(back), len(d), 0)))
			averages, p = append(averages, w), append(p, twoSided)
			r.Pairs = append(r.Pairs, PairTest{I: i, J: j})
		}
	}
	adjusted, levels := Holm(p), HolmConfidence(p, confidence)
	for n := range r.Pairs {
		t := &r.Pairs[n]
		e := walshInterval(averages[n], r.Blocks, levels[n])
		t.Log, t.P = e, adjusted[n]
		r.Different[t.I][t.J] = e.Excludes(0)
		r.Different[t.J][t.I] = e.Excludes(0)
	}
}

// rank counts for each cell the significantly better ones.
func (r *Ranking) rank(direction Direction) {
	for i := range r.Rank {
		r.Rank[i] = 1
	}
	for _, t := range r.Pairs {
		if r.Different[t.I][t.J] {
			if (t.Log.Point > 0) == (direction == LowerIsBetter) {
				r.Rank[t.J]++
			} else {
				r.Rank[t.I]++
			}
		}
	}
}

// order sorts by rank, then by the Hodges–Lehmann centre of the logarithms, then by number.
func (r *Ranking) order(logs [][]float64, direction Direction) {
	centre := make([]float64, len(logs))
	for i, x := range logs {
		centre[i] = median(walsh(x))
		if direction == HigherIsBetter {
			centre[i] = -centre[i]
		}
	}
	slices.SortStableFunc(r.Order, func(i, j int) int {
		return cmp.Or(cmp.Compare(r.Rank[i], r.Rank[j]), cmp.Compare(centre[i], centre[j]))
	})
}

// letters gives out letters from the best cell on.
func (r *Ranking) letters() {
	sorted := make([][]bool, len(r.Order))
	for a, i := range r.Order {
		sorted[a] = make([]bool, len(r.Order))
		for b, j := range r.Order {
			sorted[a][b] = r.Different[i][j]
		}
	}
	r.Letters = make([]string, len(r.Order))
	for a, l := range Letters(sorted) {
		r.Letters[r.Order[a]] = l
	}
}
