// Package nearest answers: which known word was meant by an unknown one?
package nearest

import "strings"

// Word returns the known word with the smallest edit distance, if that is small beside the word's length, else a
// known word of which the word is the beginning or the end, else "".
func Word(word string, known []string) string {
	const longest = 64
	w := strings.ToLower(word)
	if w == "" || len(w) > longest {
		return ""
	}
	best, least := "", max(1, len(w)/3)+1
	for _, k := range known {
		if len(k) > longest {
			continue
		}
		if d := distance(w, strings.ToLower(k)); d < least {
			best, least = k, d
		}
	}
	for _, k := range known {
		if l := strings.ToLower(k); best == "" && len(w) > 2 && (strings.HasPrefix(l, w) || strings.HasSuffix(l, w)) {
			best = k
		}
	}
	return best
}

// distance is the optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours,
// each counting one. It works on bytes: the known words are ASCII.
func distance(a, b string) int {
	rows := [3][]int{make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)}
	before, last, row := rows[0], rows[1], rows[2]
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
