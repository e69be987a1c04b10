package bench

import (
	"context"
	"fmt"
	"time"

	"github.com/wsgibench/wsgibench/collect"
	"github.com/wsgibench/wsgibench/internal/traffic"
	"github.com/wsgibench/wsgibench/results"
)

// traffic sends the phases one after the other over the same engine, so that what the warm-up warmed stays warm.
func (t *trialRun) traffic(ctx context.Context) error {
	engine := traffic.New(t.server.address())
	defer engine.Close()
	defer t.dismount()
	for i := range t.phases {
		if isHeld(t.phases, i) {
			continue // it runs beside the one before it
		}
		if err := t.partner.meet(ctx, t.phases[i]); err != nil {
			return &stageError{stage: "traffic", err: err}
		}
		if !t.step(ctx, i) {
			t.passOver(i)
			continue
		}
		if err := t.phase(ctx, engine, i); err != nil {
			return &stageError{stage: "traffic", err: err, tail: t.server.tail(), hint: "the server's log says more: " + t.record.Log}
		}
	}
	return t.partner.meet(ctx, traffic.Phase{}) // none stops its server while the other is still measured
}

func (t *trialRun) phase(ctx context.Context, engine *traffic.Engine, i int) error {
	phase, rec := t.phases[i], &t.plan.Run.Phases[i]
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stopWatching := t.server.watch(cancel)
	defer stopWatching()

	var beside *holding
	if isHeld(t.phases, i+1) {
		if t.climb != nil {
			beside = t.holdMore(i + 1)
		} else {
			beside = t.hold(ctx, i+1)
			defer beside.stop()
		}
	}
	scope := t.scope(phase)
	var report traffic.Report
	scope.Streams.Closings = func(n int) []collect.Closing { return t.closings.wait(n, report.Start) }
	group := collect.Start(collect.Kinds(), scope)
	meter := newMeter(group)
	done := make(chan struct{})
	go t.tellLive(meter, rec, done)
	var err error
	report, err = engine.Send(ctx, phase, meter)
	close(done)
	outcome := group.Finish()
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	if err != nil {
		return fmt.Errorf("phase %s: %w", phase.Name, err)
	}
	t.note(phase, outcome, report)
	switch {
	case beside == nil:
		t.climbed(i, "")
		return nil
	case t.climb != nil:
		t.climbed(i, t.look(i+1))
		return nil
	}
	outcome, report, err = beside.end()
	if err != nil {
		return fmt.Errorf("phase %s: %w", t.phases[i+1].Name, err)
	}
	t.note(t.phases[i+1], outcome, report)
	return nil
}

func (t *trialRun) tellLive(m *meter, phase *results.Phase, done <-chan struct{}) {
	began := time.Now()
	tick := time.NewTicker(LiveEvery)
	defer tick.Stop()
	for {
		select {
		case <-done:
			return
		case now := <-tick.C:
			live := m.read(now)
			live.Elapsed = now.Sub(began)
			e := t.at
			e.Phase, e.Live = phase, &live
			t.plan.tell(e)
		}
	}
}
