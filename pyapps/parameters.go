package pyapps

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// The bounds and refusals here are those of reference/core.py.

// parameter returns the first value of that name, undecoded.
func parameter(query, name string) (string, bool) {
	for part := range strings.SplitSeq(query, "&") {
		if key, value, _ := strings.Cut(part, "="); key == name {
			return value, true
		}
	}
	return "", false
}

func numberOf(query, name string, preset, low, high int) (int, error) {
	text, given := parameter(query, name)
	if !given {
		return preset, nil
	}
	return number(text, low, high)
}

func number(text string, low, high int) (int, error) {
	digits := len(text) > 0 && len(text) <= 9 && strings.Trim(text, "0123456789") == "" // no sign
	n, err := strconv.Atoi(text)
	if !digits || err != nil || n < low || n > high {
		return 0, refused{400, fmt.Sprintf("expected a number from %d to %d", low, high)}
	}
	return n, nil
}

const unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~" // RFC 3986, 2.3

func word(text string) (string, error) {
	other := func(r rune) bool { return !strings.ContainsRune(unreserved, r) }
	if len(text) > 64 || strings.ContainsFunc(text, other) {
		return "", refused{400, "expected at most 64 letters, digits and -._~"}
	}
	return text, nil
}

func choiceOf(query, name string, choices ...string) (string, error) {
	text, given := parameter(query, name)
	if !given {
		return choices[0], nil
	}
	if !slices.Contains(choices, text) {
		return "", refused{400, "expected one of " + strings.Join(choices, ", ")}
	}
	return text, nil
}
