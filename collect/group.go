package collect

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/wsgibench/wsgibench/results"
)

// A Group runs every collector over one phase. It is an Observer.
type Group struct {
	mu         sync.Mutex
	collectors []Collector
	observers  []Observer
	blocks     []BlockObserver
	samplers   []Sampler
	warnings   []results.Notice
	phase      string
	began      time.Time
	stop       chan struct{}
	sampled    sync.WaitGroup
}

var (
	_ Observer      = (*Group)(nil)
	_ BlockObserver = (*Group)(nil)
)

// Start makes the collectors and begins to sample. A collector that cannot start is recorded as a warning.
func Start(kinds []Kind, scope Scope) *Group {
	g := &Group{phase: scope.Phase, began: time.Now(), stop: make(chan struct{})}
	for _, k := range kinds {
		c, err := k.New(scope)
		if err != nil {
			g.warnings = append(g.warnings, results.Notice{Code: "collector-failed", Text: fmt.Sprintf("%s: %v", k.Name, err)})
			continue
		}
		g.collectors = append(g.collectors, c)
		if o, ok := c.(Observer); ok {
			g.observers = append(g.observers, o)
		}
		if o, ok := c.(BlockObserver); ok {
			g.blocks = append(g.blocks, o)
		}
		if s, ok := c.(Sampler); ok {
			g.samplers = append(g.samplers, s)
		}
	}
	g.sampled.Go(g.sample)
	return g
}

// Phase is the name of the phase that the group looks at.
func (g *Group) Phase() string { return g.phase }

// Observe shows x to every observing collector, one exchange at a time.
func (g *Group) Observe(x *Exchange) {
	g.mu.Lock()
	for _, o := range g.observers {
		o.Observe(x)
	}
	g.mu.Unlock()
}

// ObserveBlocks shows blocks to every collector that observes them, those of one read at a time.
func (g *Group) ObserveBlocks(request int, blocks []Block) {
	g.mu.Lock()
	for _, o := range g.blocks {
		o.ObserveBlocks(request, blocks)
	}
	g.mu.Unlock()
}

func (g *Group) sample() {
	tick := time.NewTicker(SampleEvery)
	defer tick.Stop()
	for {
		select {
		case <-g.stop:
			return
		case now := <-tick.C:
			for _, s := range g.samplers {
				s.Sample(now.Sub(g.began))
			}
		}
	}
}

// Finish ends the phase and returns what all collectors say, with Phase filled in everywhere.
func (g *Group) Finish() Outcome {
	elapsed := time.Since(g.began)
	close(g.stop)
	g.sampled.Wait()
	outcomes := make([]Outcome, len(g.collectors))
	for i, c := range slices.Backward(g.collectors) {
		outcomes[i] = c.Finish(elapsed)
	}
	all := Outcome{Warnings: g.warnings}
	for _, o := range outcomes {
		all.Metrics = append(all.Metrics, o.Metrics...)
		all.Statuses = append(all.Statuses, o.Statuses...)
		all.Errors = append(all.Errors, o.Errors...)
		all.Series = append(all.Series, o.Series...)
		all.Traces = append(all.Traces, o.Traces...)
		all.Warnings = append(all.Warnings, o.Warnings...)
	}
	all.Metrics = perRequest(all.Metrics)
	for i := range all.Metrics {
		all.Metrics[i].Phase = g.phase
	}
	for i := range all.Statuses {
		all.Statuses[i].Phase = g.phase
	}
	for i := range all.Errors {
		all.Errors[i].Phase = g.phase
	}
	for i := range all.Series {
		all.Series[i].Phase = g.phase
	}
	for i := range all.Traces {
		all.Traces[i].Phase = g.phase
	}
	return all
}
