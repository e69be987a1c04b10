package scenarios

import "fmt"

func (r *resolver) traffic() []Phase {
	var all []Phase
	names := r.phaseNames()
	seen := map[string]place{}
	measured := false
	for i := range r.f.Traffic {
		f := &r.f.Traffic[i]
		p := Phase{Name: names[i], Warmup: f.Warmup.b, Clients: int(f.Clients.n), For: f.For.d}
		if f.bad {
			measured = true // it may have been meant so
			continue
		}
		measured = measured || !p.Warmup
		if first, ok := seen[p.Name]; ok {
			r.add(f.val("name"), "", "two phases are called %s; the first is %s", quote(p.Name), first)
		}
		for _, n := range f.stepNames(p.Name) {
			if first, ok := seen[n]; ok {
				r.add(f.val("name"), "give one of them another name", "a step of this phase is called %s as another phase; the first is %s", quote(n), first)
			}
			seen[n] = f.at
		}
		seen[p.Name] = f.at
		if f.has("for") && (p.For <= 0 || p.For > maxPhase) && !r.reported(f.For.at) {
			r.add(f.For.at, "", "a phase must last more than 0 and at most %v", maxPhase)
		}
		r.model(f)
		r.ladder(f)
		p.Rate, p.Replay, p.Think = r.schedule(f, p.For), r.replay(f), r.think(&f.Think)
		p.Only, p.Held = r.parts(f)
		all = append(all, r.phasesOf(f, p)...)
	}
	if !measured && len(r.f.Traffic) > 0 {
		r.add(r.f.key("traffic"), "add a phase without warmup", "every phase is a warm-up: nothing would be measured")
	}
	return all
}

// phaseNames fills in names for phases that have none: "warmup", "warmup-2", "phase-1".
func (r *resolver) phaseNames() []string {
	names := make([]string, len(r.f.Traffic))
	warmups, phases := 0, 0
	for i := range r.f.Traffic {
		f := &r.f.Traffic[i]
		switch {
		case f.Warmup.b:
			if warmups++; warmups > 1 {
				names[i] = fmt.Sprintf("warmup-%d", warmups)
			} else {
				names[i] = "warmup"
			}
		default:
			phases++
			names[i] = fmt.Sprintf("phase-%d", phases)
		}
		if f.Name.s != "" {
			names[i] = f.Name.s
		}
	}
	return names
}
