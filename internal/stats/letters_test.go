package stats

import (
	"regexp"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

var oneLetter = regexp.MustCompile(`[a-z]|\([a-z]+\)`)

func shareLetter(a, b string) bool {
	of := oneLetter.FindAllString(b, -1)
	return slices.ContainsFunc(oneLetter.FindAllString(a, -1), func(l string) bool { return slices.Contains(of, l) })
}

// matrix makes a symmetric matrix of k cells from the pairs that differ.
func matrix(k int, pairs ...[2]int) [][]bool {
	m := make([][]bool, k)
	for i := range m {
		m[i] = make([]bool, k)
	}
	for _, p := range pairs {
		m[p[0]][p[1]], m[p[1]][p[0]] = true, true
	}
	return m
}

func TestLetters(t *testing.T) {
	for name, c := range map[string]struct {
		different [][]bool
		want      []string
	}{
		"nobody":            {matrix(0), []string{}},
		"one":               {matrix(1), []string{"a"}},
		"all equal":         {matrix(3), []string{"a", "a", "a"}},
		"all different":     {matrix(3, [2]int{0, 1}, [2]int{0, 2}, [2]int{1, 2}), []string{"a", "b", "c"}},
		"ends differ":       {matrix(3, [2]int{0, 2}), []string{"a", "ab", "b"}},
		"best stands alone": {matrix(3, [2]int{0, 1}, [2]int{0, 2}), []string{"a", "b", "b"}},
		// Piepho 2004, §2.1 has this shape: overlapping groups in a chain.
		"chain": {matrix(4, [2]int{0, 2}, [2]int{0, 3}, [2]int{1, 3}), []string{"a", "ab", "bc", "c"}},
	} {
		if got := Letters(c.different); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestLettersShareExactlyTies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.IntRange(1, 14).Draw(t, "cells")
		m := matrix(k)
		for i := range k {
			for j := range i {
				m[i][j] = rapid.Bool().Draw(t, "different")
				m[j][i] = m[i][j]
			}
		}
		display := Letters(m)
		for i := range k {
			if display[i] == "" {
				t.Fatalf("cell %d has no letter: %q", i, display)
			}
			for j := range i {
				if shareLetter(display[i], display[j]) == m[i][j] {
					t.Fatalf("cells %d and %d, different %v: %q", i, j, m[i][j], display)
				}
			}
		}
		if !shareLetter(display[0], "a") {
			t.Fatalf("the first cell has no a: %q", display)
		}
	})
}

func TestLetterNames(t *testing.T) {
	for n, want := range map[int]string{0: "a", 25: "z", 26: "(aa)", 27: "(ab)", 51: "(az)", 52: "(ba)", 701: "(zz)", 702: "(aaa)"} {
		if got := letter(n); got != want {
			t.Errorf("letter(%d) = %q, want %q", n, got, want)
		}
	}
}
