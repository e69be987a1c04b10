package scenarios

import (
	"reflect"
	"strings"
	"time"
)

// Defaults and bounds of trials.
const (
	defaultMost   = 30
	defaultMargin = 0.02
	maxBudget     = 30 * 24 * time.Hour
)

func (r *resolver) trials() Trials {
	f := &r.f.Trials
	t := Trials{Blocks: defaultBlocks}
	switch {
	case f.has("until") && f.has("blocks"):
		r.add(f.key("until"), "keep one of them; max bounds until", "blocks and until contradict each other")
	case f.has("until") && f.has("max"):
		t.Blocks = int(f.Max.n)
	case f.has("until"):
		t.Blocks = defaultMost
	case f.has("max"):
		r.add(f.key("max"), "write blocks: for a fixed number", "max bounds until, which is not there")
	case f.has("blocks"):
		t.Blocks = int(f.Blocks.n)
	}
	if f.has("seed") {
		t.Seed = &f.Seed.n
	}
	if f.has("budget") {
		t.Budget = f.Budget.d
		if (t.Budget <= 0 || t.Budget > maxBudget) && !r.reported(f.Budget.at) {
			r.add(f.Budget.at, "", "the budget must be more than 0 and at most 720h")
		}
	}
	return t
}

func (r *resolver) until(phases []Phase) *Until {
	f := &r.f.Trials.Until
	if !r.f.Trials.has("until") || f.bad {
		return nil
	}
	u := &Until{Precision: f.Precision.f, Margin: defaultMargin, Metric: metricOf(f.Metric.s), Phase: f.Phase.s}
	if f.keys == nil {
		return u
	}
	if len(f.keys) == 0 {
		r.add(f.at, "write {precision: 3%} or verdict", "the mapping is empty")
	}
	if f.has("margin") {
		u.Margin = f.Margin.f
	}
	for key, p := range map[string]percent{"precision": f.Precision, "margin": f.Margin} {
		if f.has(key) && (p.f <= 0 || p.f > 1) && !r.reported(p.at) {
			r.add(p.at, "", "the %s must be more than 0%% and at most 100%%", key)
		}
	}
	r.measured(f.Phase.at, u.Phase, phases)
	return u
}

func (r *resolver) verify() Verify {
	f := &r.f.Verify
	v := Verify{Off: r.f.has("verify") && f.only == nil && !f.on.b}
	for _, check := range f.only {
		r.known(check.at, "check", check.s, r.names.Checks)
		v.Only = append(v.Only, check.s)
	}
	return v
}

func (r *resolver) gate(phases []Phase) []GateMetric {
	f := &r.f.Gate
	if !r.f.has("gate") || f.bad {
		return nil
	}
	var all []GateMetric
	fields, _ := fieldsOf(reflect.ValueOf(f).Elem())
	for _, word := range gateWords() {
		if f.has(word) {
			m := fields[word].value.Addr().Interface().(*gateMetricForm)
			all = append(all, r.gateMetric(word, m, phases))
		}
	}
	if len(all) == 0 {
		r.add(f.at, "write gate: {cpu_per_request: 3%, errors: 0}", "the gate holds no metric: expected one of %s", strings.Join(gateWords(), ", "))
	}
	r.measured(f.Phase.at, f.Phase.s, phases)
	return all
}

func (r *resolver) gateMetric(word string, m *gateMetricForm, phases []Phase) GateMetric {
	g := GateMetric{Word: word, Metric: metricOf(word), Phase: r.f.Gate.Phase.s, Margin: m.Margin.f}
	if m.at.set == 0 {
		g.Line, g.Column = m.at.line, m.at.column
	}
	if g.Margin > 10 && !r.reported(m.Margin.at) {
		r.add(m.Margin.at, "", "the margin must be at most 1000%%")
	}
	if m.Phase.s != "" {
		g.Phase = m.Phase.s
		r.measured(m.Phase.at, g.Phase, phases)
	}
	var measured []string
	for _, p := range phases {
		if !p.Warmup {
			measured = append(measured, p.Name)
		}
	}
	switch {
	case g.Phase != "" || len(measured) == 0:
	case len(measured) == 1:
		g.Phase = measured[0]
	default:
		r.add(r.f.Gate.key(word), "write phase: "+measured[0]+" beside the metrics, or "+word+": {margin: 5%, phase: "+measured[0]+"}",
			"%d phases are measured, and nothing says in which one %s is gated", len(measured), word)
	}
	return g
}
