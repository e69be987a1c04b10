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
