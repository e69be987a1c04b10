package bench

import (
	"context"
	"fmt"
	"slices"
	"sync"
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
		Name: t.Name, Warmup: warmup, Model: "closed", Clients: h.Clients, Pauses: true, Beside: host.Name, Duration: t.For.Seconds(),
		Schedule: fmt.Sprintf("%s beside %s", clients(t), host.Name),
	})
}

// isHeld says whether phase i is that of clients held beside the one before it.
func isHeld(phases []traffic.Phase, i int) bool {
	return i > 0 && i < len(phases) && phases[i].Name == phases[i-1].Name+heldSuffix
}

// settle is how long held clients may take to get their first blocks before the phase beside them begins. A server that
// serves fewer than there are never gives them all one.
const settle = time.Second

// A holding is held clients at work.
type holding struct {
	cancel context.CancelFunc
	done   chan struct{}
	report traffic.Report
	err    error
	group  *collect.Group
}

// hold starts the held clients of phase i and returns when each has got its first block, or after settle.
func (t *trialRun) hold(ctx context.Context, i int) *holding {
	phase := t.phases[i]
	ctx, cancel := context.WithCancel(ctx)
	h := &holding{cancel: cancel, done: make(chan struct{})}
	scope := t.scope(phase)
	scope.Server = nil // its CPU time and memory are the phase's beside it
	h.group = collect.Start(collect.StreamKinds(), scope)
	first := &firstBlocks{next: h.group, left: phase.Clients, all: make(chan struct{})}
	phase.For = maxHold
	go func() {
		defer close(h.done)
		engine := traffic.New(t.server.address())
		defer engine.Close()
		h.report, h.err = engine.Send(ctx, phase, first)
	}()
	select {
	case <-first.all:
	case <-h.done:
	case <-time.After(settle):
	}
	return h
}

// maxHold is longer than any phase: held clients are stopped, they do not stop by themselves.
const maxHold = 48 * time.Hour

// end stops the held clients and adds what they amounted to.
func (h *holding) end() (collect.Outcome, traffic.Report, error) {
	h.cancel()
	<-h.done
	outcome := h.group.Finish()
	if h.err != nil && h.err != context.Canceled {
		return outcome, h.report, h.err
	}
	return outcome, h.report, nil
}

// firstBlocks tells when each of so many clients has got a block, and turns streams that were under way when they were
// stopped into streams that this side left.
type firstBlocks struct {
	next *collect.Group
	mu   sync.Mutex
	left int
	all  chan struct{}
}

func (f *firstBlocks) ObserveBlocks(request int, blocks []collect.Block) {
	f.next.ObserveBlocks(request, blocks)
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range blocks {
		if blocks[i].Follows {
			continue
		}
		if f.left--; f.left == 0 {
			close(f.all)
		}
	}
}

func (f *firstBlocks) Observe(x *collect.Exchange) {
	if x.Error == collect.Cancelled {
		if x.Stream == nil || x.Stream.Blocks == 0 {
			return
		}
		x.Error, x.Detail, x.Stream.Left = "", "", x.End
	}
	f.next.Observe(x)
}
