package bench

import (
	"context"
	"fmt"

	"github.com/wsgibench/wsgibench/collect"
	"github.com/wsgibench/wsgibench/internal/traffic"
	"github.com/wsgibench/wsgibench/results"
	"github.com/wsgibench/wsgibench/scenarios"
)

// A climb is a trial on a ladder: a phase beside more and more held clients. The clients of a step stay for the next,
// because most applications cannot see that a client has left a silent stream: what the step before had left behind
// would be held too, and nobody would count it.
type climb struct {
	holding *holding
	ctx     context.Context // of the held clients, who outlive a phase
	record  results.Climb
	limits  []scenarios.Threshold
	clients int // held at the step under way
}

// ladderOf is the name of the ladder to which phase i belongs; empty: none.
func (t *trialRun) ladderOf(i int) string { return t.plan.Run.Phases[i].Ladder }

// step prepares for phase i: on a ladder it is climbed on, or begun. It says false where something gave at an earlier
// step, so that the phase is not run.
func (t *trialRun) step(ctx context.Context, i int) bool {
	name := t.ladderOf(i)
	if t.climb != nil && t.climb.record.Ladder != name {
		t.dismount()
	}
	if name == "" {
		return true
	}
	if t.climb == nil {
		t.climb = &climb{ctx: ctx, record: results.Climb{Ladder: name}, limits: t.plan.limits[name]}
	}
	return t.climb.record.Gave == ""
}

// holdMore is hold for a step: it adds the clients that the step has more of.
func (t *trialRun) holdMore(i int) *holding {
	c, phase := t.climb, t.phases[i]
	phase.Timeout = 0 // they are held for as long as the ladder lasts
	if c.holding == nil {
		c.holding = &holding{streams: newHeldStreams()}
	}
	c.clients = phase.Clients
	c.holding.show(t, phase, collect.LastingKinds())
	c.holding.add(c.ctx, phase, t.settle(), t.server.address())
	return c.holding
}

// look ends the phase of the held clients at a step, who stay, and says whether they all have what they came for; empty:
// they have.
func (t *trialRun) look(i int) (wrong string) {
	h, phase := t.climb.holding, t.phases[i]
	h.crowds[len(h.crowds)-1].engine.UnderWay(goingOn{h.group})
	open, broken, how := h.streams.state()
	t.reports = append(t.reports, traffic.Report{}) // known when they stop, which is not now
	t.noteOutcome(h.finish())
	switch {
	case open < phase.Clients:
		return fmt.Sprintf("%d of %d held clients had a stream", open, phase.Clients)
	case broken > 0:
		return fmt.Sprintf("%d held streams broke: %s", broken, how)
	}
	return ""
}

// climbed says what came of step i, and of the clients held beside it.
func (t *trialRun) climbed(i int, held string) {
	c := t.climb
	if c == nil {
		return
	}
	what := held
	if what == "" {
		what = t.gave(t.plan.Run.Phases[i].Name)
	}
	if what == "" {
		c.record.Held = c.clients
		return
	}
	c.record.Gave, c.record.Clients, c.record.What = t.plan.Run.Phases[i].Name, c.clients, what
	last := i
	if isHeld(t.phases, i+1) {
		last++
	}
	for j := last + 1; j < len(t.phases) && t.ladderOf(j) == c.record.Ladder; j++ {
		c.record.Unreached = append(c.record.Unreached, t.plan.Run.Phases[j].Name)
	}
}

// gave says what of a step's requests is not as it was asked for; empty: nothing.
func (t *trialRun) gave(phase string) string {
	n, bad := t.record.Metric("requests", phase, ""), t.record.Metric("errors_count", phase, "")
	share := t.record.Metric("errors", phase, "")
	if n == nil || bad == nil || share == nil {
		return "no request was answered"
	}
	if *share > maxErrors {
		e := &evidence{trial: t.record, phase: results.Phase{Name: phase}}
		return fmt.Sprintf("%.0f of %.0f requests failed: %s", *bad, *n, e.worstError())
	}
	for _, limit := range t.climb.limits {
		v := t.record.Metric(limit.Metric, phase, "")
		if v == nil {
			return limit.Text + ": unknown"
		}
		if met, detail := meets(limit, *v); !met {
			return limit.Text + ": " + detail
		}
	}
	return ""
}

// dismount ends a ladder: its clients leave, and the record says how far it was climbed.
func (t *trialRun) dismount() {
	if t.climb == nil {
		return
	}
	if h := t.climb.holding; h != nil {
		h.stop()
	}
	t.record.Ladders = append(t.record.Ladders, t.climb.record)
	t.climb = nil
}

// passOver records of phase i, and of the clients beside it, that it was not run.
func (t *trialRun) passOver(i int) {
	t.reports = append(t.reports, traffic.Report{})
	if isHeld(t.phases, i+1) {
		t.reports = append(t.reports, traffic.Report{})
	}
}

// ladder notes the limits of a ladder and returns its name; empty: there is none.
func (p *Plan) ladder(l *scenarios.Ladder) string {
	if l == nil {
		return ""
	}
	if p.limits == nil {
		p.limits = map[string][]scenarios.Threshold{}
	}
	p.limits[l.Name] = l.Limits
	return l.Name
}
