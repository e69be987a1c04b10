package targets

import (
	"fmt"
	"slices"
	"strings"
)

// A Problem is one mistake in a descriptor, with its place.
type Problem struct {
	File   string // as it was given
	Line   int    // from 1
	Column int    // from 1, in characters
	Text   string // what is wrong, and the nearest known word
	Source string // the line itself
}

// String returns "file:line:column: what", the line itself, and a caret below the place.
func (p Problem) String() string {
	head := fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, p.Text)
	if strings.TrimSpace(p.Source) == "" {
		return head
	}
	// Tabs are kept, so that the caret stands right whatever their width.
	margin := []rune(p.Source)
	margin = margin[:min(max(p.Column-1, 0), len(margin))]
	for i, r := range margin {
		if r != '\t' {
			margin[i] = ' '
		}
	}
	return fmt.Sprintf("%s\n    %s\n    %s^", head, p.Source, string(margin))
}

// Problems are all mistakes of one descriptor in the order of its lines.
type Problems []Problem

// Error returns every problem on lines of its own.
func (ps Problems) Error() string {
	texts := make([]string, len(ps))
	for i, p := range ps {
		texts[i] = p.String()
	}
	return strings.Join(texts, "\n")
}

// sorted returns the problems in the order of their places, each once.
func (ps Problems) sorted() Problems {
	slices.SortStableFunc(ps, func(a, b Problem) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	})
	return slices.Compact(ps)
}
