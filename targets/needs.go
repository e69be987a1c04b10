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
	for _, build := range d.Requires.Build {
		if build.Python {
			return true
		}
	}
	all := d.uses(slices.Concat(d.Command, d.UnixCommand, d.common()))
	return all["python"] || all["env"]
}

// common are the words that stand in every way to start the server: what is behind it, and the environment.
func (d *Descriptor) common() []string {
	words := slices.Collect(maps.Values(d.Env))
	for _, part := range d.Behind {
		words = append(words, part.Command...)
	}
	return words
}

// uses returns the names of the placeholders in the words, and in the files that these name.
func (d *Descriptor) uses(words []string) map[string]bool {
	used := map[string]bool{}
	var note func(pieces []piece)
	note = func(pieces []piece) {
		for _, p := range pieces {
			if p.text != "" || used[p.name] {
				continue
			}
			used[p.name] = true
			if file, ok := strings.CutPrefix(p.name, filePrefix); ok {
				note(splitFile(d.Files[file]))
			}
		}
	}
	for _, word := range words {
		pieces, _, _ := split(word) // a mistake in it was reported when it was read
		note(pieces)
	}
	return used
}
