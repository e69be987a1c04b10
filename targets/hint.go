package targets

import "github.com/wsgibench/wsgibench/internal/nearest"

// didYouMean returns `, did you mean "word"?` for the known word nearest to the given one, or nothing where none is
// near enough to be a slip of the keys.
func didYouMean(word string, known []string) string {
	w := nearest.Word(word, known)
	if w == "" {
		return ""
	}
	return `, did you mean "` + w + `"?`
}
