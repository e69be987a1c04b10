package bench

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/wsgibench/wsgibench/collect"
	"github.com/wsgibench/wsgibench/internal/traffic"
	"github.com/wsgibench/wsgibench/results"
	"github.com/wsgibench/wsgibench/scenarios"
)

// only keeps the requests of the given names: the others get no share of the mix, so that an index means the same
// request in every phase.
func only(mix []traffic.Request, names []string) []traffic.Request {
	if names == nil {
		return mix
	}
	kept := slices.Clone(mix)
	for i := range kept {
		if !slices.Contains(names, kept[i].Name) {
			kept[i].Weight = traffic.Never
		}
	}
	return kept
}

// heldSuffix is what the name of the phase of held clients adds to that of the phase beside which they are.
const heldSuffix = " held"

// addHeld adds the phase of the clients that are held beside host. It runs while that one does, and is recorded as one
// of its own.
func (p *Plan) addHeld(host traffic.Phase, h *scenarios.Held, mix []traffic.Request, warmup bool) {
	t := host
	t.Name, t.Schedule, t.Sessions, t.Which, t.Think = host.Name+heldSuffix, nil, nil, nil, nil
	t.Clients, t.Requests = h.Clients, only(mix, h.Only)
	p.phases = append(p.phases, t)
	p.Run.Phases = append(p.Run.Phases, results.Phase{
		Name: t.Name, Warmup: warmup, Model: "closed", Clients: h.Clients, Pauses: true, Beside: host.Name, Ladder: p.Run.Phases[len(p.Run.Phases)-1].Ladder, Duration: t.For.Seconds(),
		Schedule: fmt.Sprintf("%s beside %s", clients(t), host.Name),
	})
	noteStreams(&p.Run.Phases[len(p.Run.Phases)-1], t)
}

// isHeld says whether phase i is that of clients held beside the one before it.
func isHeld(phases []traffic.Phase, i int) bool {
	return i > 0 && i < len(phases) && phases[i].Name == phases[i-1].Name+heldSuffix
}

// settle is how long held clients may take to get their first blocks before the phase beside them begins, where the
// scenario does not say how soon a good stream begins. A server that serves fewer than there are never gives them all
// one.
const settle = time.Second

func (t *trialRun) settle() time.Duration { return cmp.Or(t.plan.scenario.Streams.FirstBlock, settle) }

// maxHold is longer than any phase: held clients are stopped, they do not stop by themselves.
const maxHold = 48 * time.Hour

// A holding is held clients at work.
type holding struct {
	crowds  []*crowd // who came together
	clients int      // in all
	streams *heldStreams
	group   *collect.Group
}

// A crowd is clients that began together.
type crowd struct {
	engine *traffic.Engine
	cancel context.CancelFunc
	done   chan struct{}
	report traffic.Report
	err    error
}

// hold starts the held clients of phase i and returns when each has got its first block, or after a while.
func (t *trialRun) hold(ctx context.Context, i int) *holding {
	h := &holding{streams: newHeldStreams()}
	h.show(t, t.phases[i], collect.StreamKinds())
	h.add(ctx, t.phases[i], t.settle(), t.server.address())
	return h
}

// show has the collectors of a phase look at what is held from now on.
func (h *holding) show(t *trialRun, phase traffic.Phase, kinds []collect.Kind) {
	scope := t.scope(phase)
	scope.Server = nil // its CPU time and memory are the phase's beside it
	h.group = collect.Start(kinds, scope)
	h.streams.showTo(h.group)
}

// add adds as many clients as the phase has more of, and waits at most for a while until each has got a block.
func (h *holding) add(ctx context.Context, phase traffic.Phase, wait time.Duration, to traffic.Address) {
	more := phase.Clients - h.clients
	if more <= 0 {
		return
	}
	h.clients = phase.Clients
	phase.Clients, phase.For = more, maxHold
	all := h.streams.await(more)
	ctx, cancel := context.WithCancel(ctx)
	c := &crowd{engine: traffic.New(to), cancel: cancel, done: make(chan struct{})}
	h.crowds = append(h.crowds, c)
	go func() {
		defer close(c.done)
		defer c.engine.Close()
		c.report, c.err = c.engine.Send(ctx, phase, h.streams)
	}()
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-all:
	case <-c.done:
	case <-timer.C:
	}
}

// stop stops the held clients.
func (h *holding) stop() {
	for _, c := range h.crowds {
		c.cancel()
	}
	for _, c := range h.crowds {
		<-c.done
	}
}

// end stops the held clients and says what they amounted to.
func (h *holding) end() (collect.Outcome, traffic.Report, error) {
	h.stop()
	outcome := h.finish()
	c := h.crowds[0]
	if c.err != nil && !errors.Is(c.err, context.Canceled) {
		return outcome, c.report, c.err
	}
	return outcome, c.report, nil
}

// finish ends the phase of the held clients, whether they go on or not.
func (h *holding) finish() collect.Outcome {
	open := h.streams.showTo(nil)
	outcome := h.group.Finish()
	m := results.Known("streams_open", "1", float64(open))
	m.Phase = h.group.Phase()
	outcome.Metrics = append(outcome.Metrics, m)
	return outcome
}
