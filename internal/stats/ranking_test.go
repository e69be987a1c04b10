package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestRankCells(t *testing.T) {
	const blocks = 12
	rng := rand.New(rand.NewPCG(1, 2))
	centres := []float64{1.30, 1.00, 1.005, 1.60}
	values := make([][]float64, len(centres))
	for b := range blocks {
		drift := math.Exp(0.1 * rng.NormFloat64()) // common to the block
		for i, c := range centres {
			v := c * drift * math.Exp(0.02*rng.NormFloat64())
			if i == 3 && b == 5 {
				v = math.NaN()
			}
			values[i] = append(values[i], v)
		}
	}
	r, err := RankCells(values, LowerIsBetter, 0.95)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(r.Rank, []int{3, 1, 1, 4}) || !slices.Equal(r.Letters, []string{"b", "a", "a", "c"}) {
		t.Errorf("ranks %v, letters %q; want [3 1 1 4], [b a a c]", r.Rank, r.Letters)
	}
	if r.Order[2] != 0 || r.Order[3] != 3 || r.Blocks != blocks-1 || r.Reason != "" || len(r.Pairs) != 6 {
		t.Errorf("order %v, %d blocks, %d pairs, %q", r.Order, r.Blocks, len(r.Pairs), r.Reason)
	}
	up, _ := RankCells(values, HigherIsBetter, 0.95)
	if !slices.Equal(up.Rank, []int{2, 3, 3, 1}) || !slices.Equal(up.Letters, []string{"b", "c", "c", "a"}) {
		t.Errorf("higher is better: ranks %v, letters %q", up.Rank, up.Letters)
	}
	few, _ := RankCells([][]float64{{1, 1, 1, 1, 1}, {2, 2, 2, 2, 2}, {3, 3, 3, 3, 3}}, LowerIsBetter, 0.95)
	if want := "need at least 7 blocks to tell 3 cells apart at 95 %, have 5"; few.Reason != want || !slices.Equal(few.Letters, []string{"a", "a", "a"}) {
		t.Errorf("5 blocks: %q, %q; want %q and all a", few.Reason, few.Letters, want)
	}
}

func TestRankCellsProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k, blocks := rapid.IntRange(1, 6).Draw(t, "cells"), rapid.IntRange(1, 14).Draw(t, "blocks")
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		values, inverse := make([][]float64, k), make([][]float64, k)
		for i := range k {
			for range blocks {
				v := math.Exp(0.1*float64(i%3) + 0.05*rng.NormFloat64())
				values[i], inverse[i] = append(values[i], v), append(inverse[i], 1/v)
			}
		}
		r, err := RankCells(values, LowerIsBetter, 0.95)
		if err != nil {
			t.Fatal(err)
		}
		for i := range k {
			for j := range k {
				if i != j && shareLetter(r.Letters[i], r.Letters[j]) == r.Different[i][j] {
					t.Fatalf("cells %d and %d: letters %q, different %v", i, j, r.Letters, r.Different[i][j])
				}
			}
			if r.Rank[r.Order[0]] != 1 {
				t.Fatalf("order %v begins with rank %d", r.Order, r.Rank[r.Order[0]])
			}
		}
		for _, p := range r.Pairs {
			if r.Different[p.I][p.J] != (p.P <= 0.05) {
				t.Fatalf("different %v at p = %v", r.Different[p.I][p.J], p.P)
			}
		}
		if u, _ := RankCells(inverse, HigherIsBetter, 0.95); !slices.Equal(u.Rank, r.Rank) {
			t.Fatalf("inverse values, other direction: ranks %v, want %v", u.Rank, r.Rank)
		}
	})
}

func TestRankCellsRefuses(t *testing.T) {
	for name, values := range map[string][][]float64{
		"no cell":  nil,
		"lengths":  {{1, 2}, {1}},
		"zero":     {{1, 0}, {1, 1}},
		"infinite": {{1, math.Inf(1)}, {1, 1}},
		"no block": {{1, math.NaN()}, {math.NaN(), 1}},
		"nothing":  {{}, {}},
	} {
		if _, err := RankCells(values, LowerIsBetter, 0.95); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
