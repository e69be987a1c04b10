package verify

import (
	"fmt"
	"strconv"
	"strings"
)

// blocks is what the application gives for these sizes: block i is made of the letter i (pyapps/verify_body.py).
func blocks(sizes ...int) string {
	var b strings.Builder
	for i, size := range sizes {
		b.WriteString(strings.Repeat(string(rune('a'+i%26)), size))
	}
	return b.String()
}

// blocksPath asks for such blocks in that form, with further parameters.
func blocksPath(form, more string, sizes ...int) string {
	words := make([]string, len(sizes))
	for i, size := range sizes {
		words[i] = strconv.Itoa(size)
	}
	return fmt.Sprintf("/verify/blocks?form=%s&sizes=%s%s", form, strings.Join(words, ","), more)
}
