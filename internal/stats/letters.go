package stats

import (
	"slices"
)

// Letters returns the compact letter display of a symmetric matrix of significant differences: one string per cell, and two
// cells share a letter exactly when they are not significantly different. Put the best cell first: letters are given out in
// that order, so the best cell has an "a". After "z" comes "aa" in parentheses: "(aa)".
//
// Sharing a letter says that no difference was shown, not that the cells are equal; with few trials all share "a".
//
// Finding the fewest letters is a clique cover and NP-hard, so each pair not yet covered grows a group greedily, and groups
// that became superfluous go. Sources: Piepho 2004 for the display; Gramm et al. 2007, Algorithms for compact letter
// displays, for the clique cover and its heuristic.
func Letters(different [][]bool) []string {
	k := len(different)
	var groups [][]int
	covered := make([][]int, k) // in how many groups a pair is; the diagonal for single cells
	for i := range covered {
		covered[i] = make([]int, k)
	}
	for i := range k {
		for j := i; j < k; j++ {
			if covered[i][j] > 0 || i != j && different[i][j] || i == j && hasPeer(different, i) {
				continue
			}
			group := grow(different, i, j)
			groups = append(groups, group)
			cover(covered, group, 1)
		}
	}
	groups = slices.DeleteFunc(groups, func(g []int) bool {
		if !superfluous(covered, g) {
			return false
		}
		cover(covered, g, -1)
		return true
	})
	slices.SortFunc(groups, slices.Compare)
	display := make([]string, k)
	for n, group := range groups {
		for _, cell := range group {
			display[cell] += letter(n)
		}
	}
	return display
}

// hasPeer reports whether some other cell is not different from cell i.
func hasPeer(different [][]bool, i int) bool {
	for j := range different {
		if j != i && !different[i][j] {
			return true
		}
	}
	return false
}

// grow returns a largest group around cells i and j in which no two differ, sorted.
func grow(different [][]bool, i, j int) []int {
	group := []int{i}
	if j != i {
		group = append(group, j)
	}
	for c := range different {
		fits := !slices.ContainsFunc(group, func(g int) bool { return g == c || different[g][c] })
		if fits {
			group = append(group, c)
		}
	}
	slices.Sort(group)
	return group
}

// cover adds by to the count of every pair in the group.
func cover(covered [][]int, group []int, by int) {
	for _, a := range group {
		for _, b := range group {
			covered[a][b] += by
		}
	}
}

// superfluous reports whether every pair of the group is in another group too.
func superfluous(covered [][]int, group []int) bool {
	for _, a := range group {
		for _, b := range group {
			if covered[a][b] < 2 {
				return false
			}
		}
	}
	return true
}

// letter names the n-th group: a … z, then (aa), (ab), …
func letter(n int) string {
	if n < 26 {
		return string(rune('a' + n))
	}
	name := ""
	for n++; n > 0; n = (n - 1) / 26 {
		name = string(rune('a'+(n-1)%26)) + name
	}
	return "(" + name + ")"
}
