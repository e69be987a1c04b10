package targets

import (
	"maps"
	"slices"
	"strings"
)

// NeedsPython reports whether the server runs on an interpreter that is given to it.
func (d *Descriptor) NeedsPython() bool {
	if len(d.Requires.Pip) > 0 {
		return true
	}
	words := slices.Concat(d.Command, slices.Collect(maps.Values(d.Env)))
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(w, "{python}") })
}
