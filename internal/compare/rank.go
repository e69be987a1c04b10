package compare

import (
	"cmp"
	"slices"
)

func sortBest(s []standing, higherBetter bool) {
	slices.SortStableFunc(s, func(a, b standing) int {
		if higherBetter {
			return cmp.Compare(b.median, a.median)
		}
		return cmp.Compare(a.median, b.median)
	})
}
