package scenarios

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// applySet makes the key=value changes to the tree, in order: "trials.blocks=2", "traffic.0.rate=100/s",
// "matrix.workers=[1,2]". The value is YAML. A path that does not exist yet is made; list entries are counted from 0.
func applySet(r *reporter, root *value, set []string) {
	for i, change := range set {
		at := place{set: i + 1}
		key, text, ok := strings.Cut(change, "=")
		key = strings.TrimSpace(key)
		if !ok || key == "" {
			r.add(at, "write --set trials.blocks=2", "expected key=value")
			continue
		}
		v := setValue(r, text, i+1)
		if v == nil {
			continue
		}
		if err := setPath(root, strings.Split(key, "."), v, at); err != nil {
			r.add(at, "", "%v", err)
		}
		yield(root, key)
	}
}

// yield takes out what the file says and the key just set contradicts: a number of blocks on the command line wins over
// an open one in the file, and the other way round. Otherwise --blocks could not shorten such a scenario.
func yield(root *value, key string) {
	trials := root.get("trials")
	switch {
	case trials == nil:
	case key == "trials.blocks":
		trials.drop("until", "max")
	case key == "trials.until" || strings.HasPrefix(key, "trials.until."):
		trials.drop("blocks")
	}
}

// drop takes keys out of a mapping.
func (v *value) drop(keys ...string) {
	v.pairs = slices.DeleteFunc(v.pairs, func(p pair) bool { return slices.Contains(keys, p.key) })
}

// setValue reads the right side of a change. Nothing at all is empty text, as in a shell; YAML would say null.
func setValue(r *reporter, text string, set int) *value {
	if strings.TrimSpace(text) == "" {
		return &value{tag: "!!str", at: place{line: 1, column: 1, set: set}}
	}
	return parseTree(r, []byte(text), set)
}

// setPath puts v at the path below root, making mappings on the way.
func setPath(root *value, path []string, v *value, at place) error {
	if slices.Contains(path, "") {
		return fmt.Errorf("%q has an empty key", strings.Join(path, "."))
	}
	for i := range path {
		step, last := path[i], i == len(path)-1
		if root.kind == scalarKind {
			if err := root.promote(path[:i], at); err != nil {
				return err
			}
		}
		var slot **value
		var err error
		if root.kind == listKind {
			slot, err = root.entry(step, path[:i])
		} else {
			slot = root.child(step, at)
		}
		if err != nil {
			return err
		}
		if last {
			*slot = v
			return nil
		}
		if *slot == nil {
			*slot = &value{kind: mappingKind, at: at}
		}
		root = *slot
	}
	return nil
}

// child is the place of a mapping's value; a new key gets a new one.
func (v *value) child(key string, at place) **value {
	for i := range v.pairs {
		if v.pairs[i].key == key {
			return &v.pairs[i].val
		}
	}
	v.pairs = append(v.pairs, pair{key: key, at: at})
	return &v.pairs[len(v.pairs)-1].val
}

// entry is the place of a list's entry. The index just past the end adds one.
func (v *value) entry(step string, path []string) (**value, error) {
	i, err := strconv.Atoi(step)
	if err != nil || i < 0 || i > len(v.items) {
		return nil, fmt.Errorf("%s is a list of %d: expected a number from 0 to %d (which adds one), not %q", strings.Join(path, "."), len(v.items), len(v.items), step)
	}
	if i == len(v.items) {
		v.items = append(v.items, nil)
	}
	return &v.items[i], nil
}

// A target written as a name alone means {server: name}.
var targetPath = regexp.MustCompile(`^targets\.[0-9]+$`)

// promote turns a scalar into a mapping, so that a key can be set in it: a short form into its long one where there is
// one ("targets.0.workers=2"), nothing into an empty mapping.
func (v *value) promote(path []string, at place) error {
	where := strings.Join(path, ".")
	switch {
	case v.tag == "!!null":
		*v = value{kind: mappingKind, at: at}
	case targetPath.MatchString(where):
		name := *v
		*v = value{kind: mappingKind, at: v.at, pairs: []pair{{key: "server", at: v.at, val: &name}}}
	case where == "app" || where == "cpus" || where == "connections":
		*v = value{kind: mappingKind, at: at} // a short form that excludes the long one: replaced
	default:
		return fmt.Errorf("%s is %s and has no keys", where, v.describe())
	}
	return nil
}
