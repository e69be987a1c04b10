package bench

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cells := make([]string, rapid.IntRange(1, 12).Draw(t, "cells"))
		for i := range cells {
			cells[i] = fmt.Sprint("c", i)
		}
		blocks := rapid.IntRange(1, 20).Draw(t, "blocks")
		seed := rapid.Uint64().Draw(t, "seed")
		slots := order(cells, blocks, seed)
		if len(slots) != blocks*len(cells) {
			t.Fatalf("%d slots, want %d", len(slots), blocks*len(cells))
		}
		for b := range blocks {
			var got []string
			for _, s := range slots[b*len(cells) : (b+1)*len(cells)] {
				if s.Block != b+1 {
					t.Errorf("slot of block %d says block %d", b+1, s.Block)
				}
				got = append(got, s.Cell)
			}
			slices.Sort(got)
			want := slices.Sorted(slices.Values(cells))
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("block %d is no permutation of the cells (-want +got):\n%s", b+1, diff)
			}
		}
		if diff := cmp.Diff(slots, order(cells, blocks, seed)); diff != "" {
			t.Errorf("the same seed gave another order:\n%s", diff)
		}
	})
}

// Every cell comes first about as often as any other: none is favoured by its place in the scenario.
func TestOrderIsFair(t *testing.T) {
	first := map[string]int{}
	const blocks = 4000
	for _, s := range order([]string{"a", "b", "c", "d"}, blocks, 1) {
		if s.Block > 0 && first["seen"] != s.Block {
			first["seen"] = s.Block
			first[s.Cell]++
		}
	}
	for _, c := range []string{"a", "b", "c", "d"} {
		if n := first[c]; n < blocks/4-200 || n > blocks/4+200 { // more than 7 standard deviations
			t.Errorf("%s came first in %d of %d blocks, want about a quarter", c, n, blocks)
		}
	}
}
