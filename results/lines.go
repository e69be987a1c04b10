package results

import (
	"bytes"
	"iter"
)

// A textLine is a line of a file to which lines are appended.
type textLine struct {
	text []byte
	torn bool // its end is missing: the write was cut off; only the last can be
}

// lines gives the lines of such a file that are not blank, with their numbers, from 1.
func lines(data []byte) iter.Seq2[int, textLine] {
	return func(yield func(int, textLine) bool) {
		for n := 1; len(data) > 0; n++ {
			text, rest, ended := bytes.Cut(data, []byte{'\n'})
			data = rest
			if len(bytes.TrimSpace(text)) > 0 && !yield(n, textLine{text, !ended}) {
				return
			}
		}
	}
}
