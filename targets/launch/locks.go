package launch

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// pin is the first line of a package in a lock: "name==version" with markers and hashes behind it.
var pin = regexp.MustCompile(`^([A-Za-z0-9._-]+)==([^\s;\\]+)`)

// mergeLocks returns one lock for the packages of two. A side that asks for no packages does not count; one that asks
// for some without a lock makes the whole unlocked (nil). An entry that stands in both is kept once. A package may have
// several versions in a lock, for several Pythons; those of one lock must all be among those of the other.
func mergeLocks(a []byte, needsA bool, b []byte, needsB bool) ([]byte, error) {
	switch {
	case !needsB:
		return a, nil
	case !needsA:
		return b, nil
	case a == nil || b == nil:
		return nil, nil
	}
	merged := string(a)
	if !strings.HasSuffix(merged, "\n") {
		merged += "\n"
	}
	have, more := pins(a), pins(b)
	for _, name := range slices.Sorted(maps.Keys(more)) {
		if !within(have[name], more[name]) && !within(more[name], have[name]) {
			return nil, fmt.Errorf("the locks disagree on %s: %s and %s; renew them together (make locks)", name, versions(have[name]), versions(more[name]))
		}
		for _, entry := range more[name] {
			if !slices.Contains(have[name], entry) {
				merged += entry.text
			}
		}
	}
	return []byte(merged), nil
}

// An entry is a version of a package in a lock, with its marker and hashes.
type entry struct{ version, text string }

// within reports whether every version of some is one of all; so is what there is none of.
func within(some, all []entry) bool {
	for _, e := range some {
		if !slices.ContainsFunc(all, func(other entry) bool { return other.version == e.version }) {
			return false
		}
	}
	return true
}

func versions(of []entry) string {
	var names []string
	for _, e := range of {
		names = append(names, e.version)
	}
	return strings.Join(names, ", ")
}

// pins takes a lock apart, by the names of its packages: an entry is a line with the indented ones below it.
func pins(lock []byte) map[string][]entry {
	all := map[string][]entry{}
	name := ""
	for line := range strings.Lines(string(lock)) {
		if m := pin.FindStringSubmatch(line); m != nil {
			name = m[1]
			all[name] = append(all[name], entry{version: m[2], text: line})
		} else if of := all[name]; len(of) > 0 && strings.TrimLeft(line, " \t") != line {
			of[len(of)-1].text += line
		}
	}
	return all
}
