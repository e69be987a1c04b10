package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/wsgibench/wsgibench/collect"
	"github.com/wsgibench/wsgibench/internal/traffic"
	"github.com/wsgibench/wsgibench/results"
	"github.com/wsgibench/wsgibench/targets/process"
)

// A trialRun is one trial under way.
type trialRun struct {
	plan     *Plan
	cell     *cell
	store    *results.Dir
	at       Event
	record   *results.Trial
	began    time.Time
	hist     *results.HistWriter
	server   server
	reports  []traffic.Report
	phases   []traffic.Phase // with users of this trial
	traces   []results.Trace
	cpus     []int    // of the server; nil: not pinned
	partner  *partner // of a duet; nil: alone
	closings *closings
	climb    *climb // on a ladder of held clients; nil: on none
}

// trial runs one cell once. Whatever goes wrong becomes the trial's Failure: the run goes on.
func (p *Plan) trial(ctx context.Context, store *results.Dir, at Event) *results.Trial {
	t := p.newTrial(store, at)
	if t.cell.gated != nil { // what was found before the first trial is true of all of them
		t.record.Verdict, t.record.Reasons = results.Invalid, t.cell.gated
		return t.record
	}
	t.carryOut(ctx)
	return t.record
}

func (p *Plan) newTrial(store *results.Dir, at Event) *trialRun {
	id := fmt.Sprintf("%03d-%s", at.Number, at.Slot.Cell)
	t := &trialRun{
		plan: p, cell: p.cells[at.Slot.Cell], phases: p.phasesOfTrial(), store: store, at: at, began: time.Now(), cpus: p.server,
		record: &results.Trial{ID: id, Cell: at.Slot.Cell, Block: at.Slot.Block, Position: at.Number, Verdict: results.Failed},
	}
	t.record.Started = t.began
	t.record.Obtained.LoadCPUs = p.Run.CPUs.Load
	return t
}

func (t *trialRun) carryOut(ctx context.Context) {
	if err := t.run(ctx); err != nil {
		t.fail(err)
	}
	t.record.Duration = time.Since(t.began).Seconds()
	heldMemory(t.record, t.plan.Run.Phases)
	judge(t.record, &t.plan.Run, t.reports)
}

// A stageError says at which stage a trial ended.
type stageError struct {
	stage, hint string
	tail        []string
	err         error
}

func (e *stageError) Error() string { return e.err.Error() }
func (e *stageError) Unwrap() error { return e.err }

func (t *trialRun) fail(err error) {
	f := &results.Failure{Stage: "start", Text: err.Error()}
	var s *stageError
	if errors.As(err, &s) {
		f.Stage, f.Hint, f.Tail = s.stage, s.hint, s.tail
	}
	var notReady *process.NotReady
	if errors.As(err, &notReady) {
		f.Text, f.Hint, f.Tail = notReady.Text, notReady.Hint, notReady.Tail
	}
	t.record.Verdict, t.record.Failure = results.Failed, f
}

func (t *trialRun) run(ctx context.Context) (err error) {
	scratch, err := os.MkdirTemp("", "wsgibench-")
	if err != nil {
		return &stageError{stage: "start", err: fmt.Errorf("make a scratch directory: %w", err)}
	}
	defer os.RemoveAll(scratch)
	if err := t.hear(); err != nil {
		return &stageError{stage: "start", err: err}
	}
	defer t.closings.close()
	if t.server, err = t.launch(ctx, scratch); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.stop()) }()
	ready, err := t.server.await(ctx)
	if err != nil {
		return &stageError{stage: "ready", err: err, tail: t.server.tail()}
	}
	t.noteReady(ready)
	if t.hist, err = t.store.Hist(t.record.ID); err != nil {
		return &stageError{stage: "traffic", err: err}
	}
	t.hist.Started = t.began
	t.record.Hist = t.hist.Path()
	if err := t.traffic(ctx); err != nil {
		return errors.Join(err, t.hist.Close())
	}
	if err := t.hist.Close(); err != nil {
		return &stageError{stage: "traffic", err: fmt.Errorf("write the histograms: %w", err)}
	}
	if err := t.store.AppendTraces(t.traces); err != nil {
		return &stageError{stage: "traffic", err: err}
	}
	return t.sameWorkers(ctx, ready)
}

func (t *trialRun) noteReady(r process.Readiness) {
	o := &t.record.Obtained
	o.ReadyAfter, o.KeepAlive, o.Framing, o.Server = r.After.Seconds(), &r.KeepAlive, r.Framing, r.Server
	if r.Workers > 0 {
		o.Workers = &r.Workers
	}
	if r.Processes > 0 {
		o.Processes, o.Threads = &r.Processes, &r.Threads
	}
}

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

// scope is what the collectors of a phase that begins now may look at.
func (t *trialRun) scope(phase traffic.Phase) collect.Scope {
	goal := t.plan.scenario.Streams
	return collect.Scope{
		Phase: phase.Name, Length: phase.For, Requests: t.plan.requests, Server: t.server.tree(), Hist: t.hist, Began: time.Since(t.began),
		Streams: collect.StreamScope{FirstBlock: goal.FirstBlock, GapP99: goal.GapP99},
	}
}

// note records what a phase amounted to.
func (t *trialRun) note(phase traffic.Phase, o collect.Outcome, report traffic.Report) {
	t.reports = append(t.reports, report)
	t.noteOutcome(o)
	t.record.Metrics = append(t.record.Metrics, engineMetrics(phase, report)...)
}

// noteOutcome records what the collectors say of a phase.
func (t *trialRun) noteOutcome(o collect.Outcome) {
	r := t.record
	r.Metrics = append(r.Metrics, o.Metrics...)
	r.Statuses = append(r.Statuses, o.Statuses...)
	r.Errors = append(r.Errors, o.Errors...)
	r.Series = append(r.Series, o.Series...)
	r.Warnings = append(r.Warnings, o.Warnings...)
	for _, trace := range o.Traces {
		trace.Trial = r.ID
		t.traces = append(t.traces, trace)
	}
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

// engineMetrics is what only the engine knows of a phase.
func engineMetrics(phase traffic.Phase, r traffic.Report) []results.Metric {
	ms := []results.Metric{
		results.Known("due", "1", float64(r.Due)),
		results.Known("sent", "1", float64(r.Sent)),
		results.Known("unsent", "1", float64(r.Unsent)),
		results.Known("blocked", "1", float64(r.Blocked)),
		results.Known("connections", "1", float64(r.Opened)),
		results.Known("in_flight_max", "1", float64(r.InFlight)),
	}
	if phase.Schedule != nil && phase.For > 0 {
		ms = append(ms, results.Known("offered", "1/s", float64(r.Due)/phase.For.Seconds()))
	} else {
		ms = append(ms, results.Unknown("offered", "1/s", "a closed model offers what the server takes"))
	}
	if phase.Sessions != nil {
		ms = append(ms, results.Known("sessions", "1", float64(r.Sessions)))
	}
	for i := range ms {
		ms[i].Phase = phase.Name
	}
	return ms
}

// sameWorkers finds workers that were replaced under load: their figures include starts and lost connections.
func (t *trialRun) sameWorkers(ctx context.Context, before process.Readiness) error {
	if len(before.WorkerPIDs) == 0 || ctx.Err() != nil {
		return ctx.Err()
	}
	tree := t.server.tree()
	if tree == nil {
		return nil
	}
	now := tree.PIDs()
	for _, pid := range before.WorkerPIDs {
		if !slices.Contains(now, pid) {
			t.record.Reasons = append(t.record.Reasons, results.Notice{
				Code: "workers-restarted",
				Text: fmt.Sprintf("worker %d was there before the traffic and is gone after it", pid),
				Hint: "look for a crash or a request limit in " + t.record.Log,
			})
		}
	}
	return nil
}

func (t *trialRun) stop() error {
	warning, err := t.server.stop()
	if warning != nil {
		t.record.Warnings = append(t.record.Warnings, *warning)
	}
	if err != nil {
		return &stageError{stage: "stop", err: err, hint: "processes may be left: see the process list"}
	}
	return nil
}
