package scenarios

import (
	"fmt"
	"strings"

	"github.com/wsgibench/wsgibench/internal/nearest"
)

// didYouMean is the hint for an unknown word: the nearest known one, or all known ones when there are few, or nothing.
func didYouMean(word string, known []string) string {
	if w := nearest.Word(word, known); w != "" {
		return fmt.Sprintf("did you mean %q?", w)
	}
	if len(known) == 0 || len(known) > 30 {
		return ""
	}
	return "known: " + strings.Join(known, ", ")
}
