package scenarios

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/wsgibench/wsgibench/internal/nearest"
)

// targets resolves the servers under test and says which axes of the matrix multiply each.
func (r *resolver) targets(matrix map[string][]string) []Target {
	var all []Target
	taken := map[string]bool{} // axes that some target takes
	named, same := map[string]place{}, map[string]place{}
	unsure := false
	for i := range r.f.Targets {
		f := &r.f.Targets[i]
		t, settings, known := r.target(f)
		unsure = unsure || !known
		r.taken = append(r.taken, settings)
		for _, axis := range slices.Sorted(maps.Keys(matrix)) {
			if t.URL != "" || known && settings != nil && !slices.Contains(settings, axisOf(axis)) {
				continue
			}
			taken[axis] = true
			if _, own := t.Settings[axis]; !own && !(axis == "python" && t.Python != "") {
				t.Axes = append(t.Axes, axis)
			}
		}
		r.duplicateTarget(f, t, named, same)
		all = append(all, t)
	}
	r.unusedAxes(taken, unsure)
	r.cellLimit(all, matrix)
	return all
}

// target resolves one; settings are those that its server takes (nil: not asked), known is false if the server is not.
func (r *resolver) target(f *targetForm) (t Target, settings []string, known bool) {
	t = Target{URL: strings.TrimSuffix(f.URL.s, "/"), Name: f.Name.s, Python: r.interpreter(f.Python.s), Line: f.at.line, Column: f.at.column}
	if f.at.set > 0 {
		t.Line, t.Column = 0, 0
	}
	if f.bad {
		return t, nil, false
	}
	if f.has("url") {
		for _, key := range slices.Sorted(maps.Keys(f.keys)) {
			if key != "url" && key != "name" {
				r.add(f.key(key), "leave it out", "a url already runs: %q cannot be set", key)
			}
		}
		return t, nil, true
	}
	if f.keys != nil && !f.has("server") {
		hint := "write {server: gunicorn-sync} or {url: \"http://127.0.0.1:8000\"}"
		for _, e := range f.Settings.list {
			if w := nearest.Word(e.key, []string{"server", "url"}); w != "" {
				r.add(e.at, "did you mean \""+w+"\"?", "unknown key %s, and neither server nor url", quote(e.key))
				return t, nil, false
			}
		}
		r.add(f.at, hint, "expected the key server or url")
		return t, nil, false
	}
	t.Server = f.Server.s
	if t.Server == "" {
		return t, nil, false
	}
	t.Settings = f.settings()
	settings, known = r.takes(f, &t)
	return t, settings, known
}

// settings gathers the settings that are written at the target itself.
func (f *targetForm) settings() map[string]string {
	var m map[string]string
	set := func(key, val string) {
		if m == nil {
			m = map[string]string{}
		}
		m[key] = val
	}
	if f.has("workers") {
		set("workers", strconv.FormatUint(f.Workers.n, 10))
	}
	if f.has("threads") {
		set("threads", strconv.FormatUint(f.Threads.n, 10))
	}
	for _, e := range f.Settings.list {
		set(e.key, e.val.s)
	}
	return m
}

// isPath tells a descriptor's path from a server's name.
func isPath(server string) bool {
	return strings.ContainsRune(server, '/') || strings.HasSuffix(server, ".yaml") || strings.HasSuffix(server, ".yml")
}

// takes asks which settings the server takes and reports those written that it does not.
func (r *resolver) takes(f *targetForm, t *Target) (settings []string, known bool) {
	if isPath(t.Server) {
		t.Server = r.absolute(t.Server)
	} else if !r.known(f.val("server"), "server", t.Server, r.names.Servers) {
		return nil, false
	}
	if r.names.Settings == nil {
		return nil, true
	}
	settings, err := r.names.Settings(t.Server)
	if err != nil {
		r.add(f.val("server"), "", "the server %s cannot be used: %v", quote(f.Server.s), err)
		return nil, false
	}
	settings = append([]string{}, settings...)
	if r.names.Python == nil || r.names.Python(t.Server) {
		settings = append(settings, "python")
	} else if f.has("python") {
		r.add(f.key("python"), "leave it out", "%s runs no Python", t.Server)
	}
	for _, key := range slices.Sorted(maps.Keys(t.Settings)) {
		if !slices.Contains(settings, key) {
			r.add(f.key(key), didYouMean(key, append(slices.Clone(settings), "name")), "%s takes no setting %s", t.Server, quote(key))
		}
	}
	return settings, true
}

// duplicateTarget reports a name that two targets have, and a target that is listed twice.
func (r *resolver) duplicateTarget(f *targetForm, t Target, named, same map[string]place) {
	if t.Name != "" {
		if first, ok := named[t.Name]; ok {
			r.add(f.val("name"), "", "two targets are called %s; the first is %s", quote(t.Name), first)
		} else {
			named[t.Name] = f.at
		}
		return
	}
	if t.Server == "" && t.URL == "" {
		return
	}
	id := t.Server + "\x00" + t.URL + "\x00" + t.Python
	for _, key := range slices.Sorted(maps.Keys(t.Settings)) {
		id += "\x00" + key + "=" + t.Settings[key]
	}
	if first, ok := same[id]; ok {
		r.add(f.at, "give one of them a name to measure it twice", "this target is listed twice; the first is %s", first)
		return
	}
	same[id] = f.at
}

// matrix gathers the axes, each without repeated points.
func (r *resolver) matrix() map[string][]string {
	m := map[string][]string{}
	f := &r.f.Matrix
	point := func(axis, p string, at place) {
		if p == "" {
			return
		}
		if slices.Contains(m[axis], p) {
			r.add(at, "", "the point %s stands twice on the axis %s", quote(p), axis)
			return
		}
		m[axis] = append(m[axis], p)
	}
	for _, p := range f.App {
		if r.known(p.at, "app", p.s, r.names.Apps) {
			point("app", p.s, p.at)
		}
	}
	for _, p := range f.Database {
		point("database", p.s, p.at)
	}
	for _, p := range f.Python {
		point("python", r.interpreter(p.s), p.at)
	}
	for _, p := range f.Workers {
		point("workers", strconv.FormatUint(p.n, 10), p.at)
	}
	for _, p := range f.Threads {
		point("threads", strconv.FormatUint(p.n, 10), p.at)
	}
	for _, axis := range f.Settings.list {
		for _, p := range axis.val {
			point(axis.key, p.s, p.at)
		}
	}
	if len(m) == 0 {
		return nil
	}
	return m
}

// unusedAxes reports axes that no target takes; not when a target is unknown, as that is the mistake to mend first.
func (r *resolver) unusedAxes(taken map[string]bool, unsure bool) {
	if unsure {
		return
	}
	for _, axis := range slices.Sorted(maps.Keys(r.f.Matrix.keys)) {
		if !taken[axis] && !r.reported(r.f.Matrix.val(axis)) {
			r.add(r.f.Matrix.key(axis), didYouMean(axis, r.settingsOfAll()), "no target takes the setting %s", quote(axis))
		}
	}
}

// settingsOfAll lists what can be an axis with these targets.
func (r *resolver) settingsOfAll() []string {
	var all []string
	for _, settings := range r.taken {
		all = append(all, settings...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// cellLimit refuses a matrix that nobody could wait for.
func (r *resolver) cellLimit(targets []Target, matrix map[string][]string) {
	total := 0
	for _, t := range targets {
		n := 1
		for _, axis := range t.Axes {
			n = min(n*len(matrix[axis]), maxCells+1)
		}
		total = min(total+n, maxCells+1)
	}
	if total > maxCells {
		r.add(r.f.key("matrix"), "leave out points, or split the scenario", "targets and matrix make more than %d cells", maxCells)
	}
}
