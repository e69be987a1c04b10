package scenarios

import (
	"fmt"
	"slices"
	"strings"

	"github.com/invopop/jsonschema"
)

// counts is a number of clients, or a list of them: the steps of a ladder.
type counts struct {
	list  []int
	steps bool // written as a list
	at    place
}

const (
	oneCount  = "minimum=1,maximum=10000"
	stepCount = "minimum=0,maximum=10000"
	maxSteps  = 50
)

func (t *counts) decode(d *decoder, v *value, _ string) {
	t.at, t.steps = v.at, v.kind == listKind
	bounds, items := oneCount, []*value{v}
	if t.steps {
		bounds, items = stepCount, v.items
	}
	if t.steps && (len(items) < 1 || len(items) > maxSteps) {
		d.add(v.at, "write [4, 16, 64, 256]", "a ladder has from 1 to %d steps, found %d", maxSteps, len(items))
	}
	for _, item := range items {
		before := len(d.problems)
		var n integer
		n.decode(d, item, bounds)
		if last := len(t.list) - 1; last >= 0 && int(n.n) <= t.list[last] && len(d.problems) == before {
			d.add(item.at, "the clients of a step stay for the next", "a ladder goes up: expected more than %d, found %d", t.list[last], n.n)
		}
		t.list = append(t.list, int(n.n))
	}
}

func (counts) JSONSchema() *jsonschema.Schema {
	one, most := uint64(1), uint64(maxSteps)
	return &jsonschema.Schema{OneOf: []*jsonschema.Schema{
		{Type: "integer", Minimum: "1", Maximum: "10000"},
		{
			Type: "array", MinItems: &one, MaxItems: &most, UniqueItems: true, Examples: []any{[]int{4, 16, 64, 256}},
			Items: &jsonschema.Schema{Type: "integer", Minimum: "0", Maximum: "10000"},
		},
	}}
}

// ladder reports what a phase with a list of held clients cannot be.
func (r *resolver) ladder(f *phaseForm) {
	h := &f.Held
	switch {
	case !f.has("held") || h.bad:
		return
	case !h.Clients.steps && h.has("limit"):
		r.add(h.key("limit"), "write clients: [4, 16, 64]", "only a ladder of clients has a limit")
	case h.Clients.steps && f.Warmup.b:
		r.add(h.val("clients"), "write one number", "a warm-up has no steps: nothing is concluded from it")
	}
	for _, l := range h.Limit {
		if l.t.Phase != "" {
			r.add(l.at, "leave the name out", "a limit is about the steps of its own phase, not about %s", quote(l.t.Phase))
		}
		if l.t.Metric != "" && !soonKnown(l.t.Metric) {
			r.add(l.at, "take p50, p90, mean or max", "a step is too short for the percentile of %s", quote(l.t.Text))
		}
	}
}

// soonKnown says whether the few requests of a step are enough for a metric.
func soonKnown(metric string) bool {
	base, stat, found := cutLast(metric, "_")
	if !found || !IsLatency(base) {
		return true
	}
	switch stat {
	case "p50", "p90", "mean", "max":
		return true
	}
	return false
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// stepNames are the names of the steps of a phase; none: it has no ladder.
func (f *phaseForm) stepNames(name string) (all []string) {
	if !f.has("held") || !f.Held.Clients.steps {
		return nil
	}
	for _, n := range f.Held.Clients.list {
		if step := stepName(name, n); !slices.Contains(all, step) { // that it stands twice was reported
			all = append(all, step)
		}
	}
	return all
}

func stepName(phase string, clients int) string { return fmt.Sprintf("%s-%d", phase, clients) }

// phasesOf are the phases that a phase of the file stands for: itself, or a step for each number of held clients.
func (r *resolver) phasesOf(f *phaseForm, p Phase) []Phase {
	if p.Held == nil || !f.Held.Clients.steps {
		return []Phase{p}
	}
	ladder := &Ladder{Name: p.Name}
	for _, l := range f.Held.Limit {
		ladder.Limits = append(ladder.Limits, l.t)
	}
	var all []Phase
	for _, n := range f.Held.Clients.list {
		step := p
		step.Name, step.Ladder, step.Held = stepName(p.Name, n), ladder, nil
		if n > 0 {
			step.Held = &Held{Only: p.Held.Only, Clients: n}
		}
		all = append(all, step)
	}
	return all
}
