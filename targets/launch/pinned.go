package launch

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/wsgibench/wsgibench/targets/pyenv"
)

// pinned returns the versions that the lock has of the packages for a Python of this version; of several, and for an
// unknown Python (empty), the newest.
func pinned(pip []string, lock []byte, python string) map[string]string {
	all := pins(lock)
	found := map[string]string{}
	for _, requirement := range pip {
		name := pyenv.Distribution(requirement)
		entries := slices.DeleteFunc(all[normal(name)], func(e entry) bool { return python != "" && !e.isFor(python) })
		if len(entries) > 0 {
			found[name] = slices.MaxFunc(entries, func(a, b entry) int {
				return cmp.Or(pyenv.CompareVersions(a.version, b.version), strings.Compare(a.version, b.version))
			}).version
		}
	}
	return found
}

// normal is a package's name as locks write it (PEP 503).
func normal(name string) string {
	return strings.ToLower(strings.NewReplacer("_", "-", ".", "-").Replace(name))
}

// forPython is what a marker says of the Python that an entry is for (PEP 508). What else it says is not looked at.
var forPython = regexp.MustCompile(`python_(?:full_)?version\s*(<=|>=|<|>|==|!=)\s*'([0-9.]+)'`)

// isFor reports whether the entry's marker allows a Python of this version.
func (e entry) isFor(python string) bool {
	head, _, _ := strings.Cut(e.text, "\n")
	_, marker, _ := strings.Cut(head, ";")
	for _, m := range forPython.FindAllStringSubmatch(marker, -1) {
		order := pyenv.CompareVersions(python, m[2])
		allowed := map[string]bool{"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0, "==": order == 0, "!=": order != 0}
		if !allowed[m[1]] {
			return false
		}
	}
	return true
}
