package scenarios

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
)

// Cells expands targets and matrix, in the order of the file. Defaults returns the settings that a server has when none
// is written (it may be nil, and its result too); they go into Cell.Settings, below the matrix and the target's own.
//
// Labels say what distinguishes cells and no more: "gunicorn-gthread", or "gunicorn-gthread w2 python3.13" where
// workers and interpreters differ. The error is Problems: two targets that come to the same cell.
func (s *Scenario) Cells(defaults func(server string) map[string]string) ([]Cell, error) {
	var cells []Cell
	for _, t := range s.Targets {
		for _, point := range s.points(t.Axes) {
			cells = append(cells, s.cell(t, point, defaults))
		}
	}
	if len(cells) == 0 {
		return nil, errors.New("the scenario has no targets")
	}
	if ps := s.label(cells); len(ps) > 0 {
		return nil, ps
	}
	giveIDs(cells)
	return cells, nil
}

// points returns every combination of the axes, the last axis varying fastest; without axes the one empty point.
func (s *Scenario) points(axes []string) []map[string]string {
	points := []map[string]string{{}}
	for _, axis := range axes {
		var next []map[string]string
		for _, p := range points {
			for _, val := range s.Matrix[axis] {
				q := maps.Clone(p)
				q[axis] = val
				next = append(next, q)
			}
		}
		points = next
	}
	return points
}

// cell applies a point of the matrix to a target.
func (s *Scenario) cell(t Target, point map[string]string, defaults func(string) map[string]string) Cell {
	t.Settings = maps.Clone(t.Settings)
	app := s.App
	if apps := s.Matrix["app"]; len(apps) > 0 {
		app.Name = apps[0] // of a target that the axis does not multiply
	}
	for axis, val := range point {
		switch axis {
		case "python":
			t.Python = val
			continue
		case "app":
			app.Name = val
			continue
		case "database":
			app.Database = val
			continue
		}
		if t.Settings == nil {
			t.Settings = map[string]string{}
		}
		t.Settings[axis] = val
	}
	c := Cell{Target: t}
	if t.URL != "" {
		return c
	}
	c.App = app
	c.Python = cmp.Or(t.Python, s.App.Python)
	c.Settings = map[string]string{}
	if defaults != nil {
		maps.Copy(c.Settings, defaults(t.Server))
	}
	maps.Copy(c.Settings, t.Settings)
	return c
}

// base is what a target is called before anything is added to tell cells apart.
func (t Target) base() string {
	if t.Name != "" {
		return t.Name
	}
	if u, err := url.Parse(t.URL); err == nil && u.Host != "" {
		return u.Host
	}
	if isPath(t.Server) {
		return strings.TrimSuffix(filepath.Base(t.Server), filepath.Ext(t.Server))
	}
	return t.Server
}

// label gives every cell its label: cells of the same base name also get what differs among them.
func (s *Scenario) label(cells []Cell) Problems {
	groups := map[string][]int{}
	for i, c := range cells {
		groups[c.Target.base()] = append(groups[c.Target.base()], i)
	}
	var ps Problems
	for _, base := range slices.Sorted(maps.Keys(groups)) {
		group := groups[base]
		differing := differences(cells, group)
		seen := map[string]int{} // label → first cell
		for _, i := range group {
			words := []string{base}
			for _, a := range differing {
				words = append(words, a.word(cells[i], cells, group))
			}
			cells[i].Label = strings.Join(words, " ")
			if first, ok := seen[cells[i].Label]; ok {
				ps = append(ps, s.sameCell(cells[first], cells[i]))
			} else {
				seen[cells[i].Label] = i
			}
		}
	}
	unique(cells)
	return ps
}

// sameCell says that two targets cannot be told apart.
func (s *Scenario) sameCell(a, b Cell) Problem {
	p := Problem{
		Path: s.Path, Line: b.Target.Line, Column: b.Target.Column,
		Text: fmt.Sprintf("this target makes the cell %q, as the one in line %d does", b.Label, a.Target.Line),
		Hint: "change a setting, or give one of them a name to measure it twice",
	}
	if lines := splitLines(s.Text); p.Line > 0 && p.Line <= len(lines) {
		p.Source = lines[p.Line-1]
	}
	return p
}

// unique numbers labels that are equal although their groups differ, such as a name made like a label.
func unique(cells []Cell) {
	used := map[string]bool{}
	for i := range cells {
		label := cells[i].Label
		for n := 2; used[cells[i].Label]; n++ {
			cells[i].Label = fmt.Sprintf("%s #%d", label, n)
		}
		used[cells[i].Label] = true
	}
}

// An attribute is something in which cells of one base name can differ.
type attribute string

func (a attribute) of(c Cell) string {
	switch a {
	case "server":
		return c.Target.Server
	case "url":
		return c.Target.URL
	case "python":
		return c.Python
	case "app":
		return c.App.Name
	case "database":
		return c.App.Database
	}
	return c.Settings[strings.TrimPrefix(string(a), "setting ")]
}

// differences lists the attributes that are not the same in all cells of a group: which server, settings, interpreter.
func differences(cells []Cell, group []int) []attribute {
	keys := map[string]bool{}
	for _, i := range group {
		for k := range cells[i].Settings {
			keys[k] = true
		}
	}
	all := []attribute{"server", "url", "app", "database"}
	for _, k := range []string{"workers", "threads"} {
		if keys[k] {
			all = append(all, attribute("setting "+k))
			delete(keys, k)
		}
	}
	for _, k := range slices.Sorted(maps.Keys(keys)) {
		all = append(all, attribute("setting "+k))
	}
	all = append(all, "python")
	return slices.DeleteFunc(all, func(a attribute) bool {
		for _, i := range group {
			if a.of(cells[i]) != a.of(cells[group[0]]) {
				return false
			}
		}
		return true
	})
}

// word is how a label says the attribute of a cell: "w2", "t4", "python3.13", "backlog=64". Paths are cut to their last
// part where that is enough to tell them apart within the group.
func (a attribute) word(c Cell, cells []Cell, group []int) string {
	val := a.of(c)
	switch a {
	case "setting workers":
		return "w" + cmp.Or(val, "-")
	case "setting threads":
		return "t" + cmp.Or(val, "-")
	case "url", "app", "database":
		return cmp.Or(val, "-")
	case "server", "python":
		if val == "" {
			return "default"
		}
		for _, i := range group {
			if other := a.of(cells[i]); other != val && filepath.Base(other) == filepath.Base(val) {
				return val
			}
		}
		return filepath.Base(val)
	}
	return strings.TrimPrefix(string(a), "setting ") + "=" + val
}

// giveIDs makes IDs from labels: lower case, so that they also differ in a file system that ignores case.
func giveIDs(cells []Cell) {
	used := map[string]bool{}
	for i := range cells {
		base := cmp.Or(safe(strings.ToLower(cells[i].Label)), "cell")
		id := base
		for n := 2; used[id]; n++ {
			id = fmt.Sprintf("%s-%d", base, n)
		}
		used[id] = true
		cells[i].ID = id
	}
}

// safe keeps what is safe in a file name on any system and replaces the rest by single dashes; at most 80 bytes.
func safe(s string) string {
	const longest = 80
	var b strings.Builder
	for _, r := range s {
		plain := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '_'
		if plain {
			b.WriteRune(r)
		} else if n := b.Len(); n > 0 && b.String()[n-1] != '-' {
			b.WriteByte('-')
		}
		if b.Len() >= longest {
			break
		}
	}
	return strings.Trim(b.String(), "-.")
}
