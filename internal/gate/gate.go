package gate

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/wsgibench/wsgibench/internal/bench"
	"github.com/wsgibench/wsgibench/internal/stats"
	"github.com/wsgibench/wsgibench/results"
	"github.com/wsgibench/wsgibench/scenarios"
)

// Options say what to gate and how.
type Options struct {
	Config bench.Config
	Gate   []scenarios.GateMetric // metrics with their margins
	Base   *Source
	Head   *Source
	Mode   string        // "duet", "pairs" or "auto"
	Most   int           // pairs at the last look; 0: DefaultMost
	Fresh  int           // pairs of the confirmation; 0: DefaultFresh
	Budget time.Duration // of the whole gate; 0: none
}

// Defaults of Options: at 30 pairs a noise of 2 % still shows what a margin of 3 % must see, and eight fresh pairs give
// the confirmation an interval with three of them to spare.
const (
	DefaultMost  = 30
	DefaultFresh = 8
)

// A BaselineError says why a gate has nothing to compare with.
type BaselineError struct{ Err error }

func (e *BaselineError) Error() string { return e.Err.Error() }
func (e *BaselineError) Unwrap() error { return e.Err }

// ErrNoMetrics is returned where a scenario says nothing about its gate.
var ErrNoMetrics = errors.New("the scenario gates no metric: add gate: {cpu_per_request: 3%} to it, or give --gate cpu_per_request=3%")

// Run carries out a gate and writes gate.json into its run directory. When ctx is cancelled the error is ctx's; the
// report is nil then, and what was measured is kept.
func Run(ctx context.Context, o Options) (*Report, error) {
	o = o.complete()
	metrics, err := gated(o.Gate)
	if err != nil {
		return nil, err
	}
	if len(metrics) == 0 {
		return nil, ErrNoMetrics
	}
	course, err := NewCourse(rule(metrics, stats.PlannedLooks(o.Most), o.Fresh))
	if err != nil {
		return nil, &bench.InputError{Err: err}
	}
	const spare = 6 // pairs that replace invalid ones
	plan, err := bench.PreparePairs(ctx, o.Config, o.Base.side("base"), o.Head.side("head"), o.Most+o.Fresh+spare)
	if err != nil {
		return nil, err
	}
	how, why := pairing(o.Mode, plan)
	r := newRunner(metrics, course, how, o)
	dir, err := plan.ExecutePairs(ctx, how, r.block)
	if err != nil {
		return nil, err
	}
	report, err := r.report()
	if err != nil {
		return nil, err
	}
	report.Scenario, report.Target, report.Run = plan.Run.Scenario.Name, plan.Run.Cells[0].Target, dir
	report.Base, report.Head, report.Mode, report.Why = o.Base.Name, o.Head.Name, string(how), why
	if err := report.addMedians(dir); err != nil {
		return nil, err
	}
	return report, report.save()
}

func (o Options) complete() Options {
	if o.Most == 0 {
		o.Most = DefaultMost
	}
	if o.Fresh == 0 {
		o.Fresh = DefaultFresh
	}
	return o
}

// pairing chooses how the pairs are carried out, and says why.
func pairing(mode string, p *bench.Plan) (bench.Pairing, string) {
	how, why := bench.Pairing(mode), "as asked for"
	if mode == "" || mode == "auto" {
		how, why = bench.InTurn, "this machine is quiet"
		if noise := p.Noise(); noise != "" {
			how, why = bench.AtOnce, "figures of this machine are noisy: "+noise
		}
	}
	switch {
	case how != bench.AtOnce:
		return how, why + "; one server after the other, in random order"
	case p.Apart():
		return how, why + "; both servers at once, each on half of the server's processors, swapped at random"
	}
	return how, why + "; both servers at once, sharing the server's processors: response times include waiting for the other side, so only their ratio means something"
}

// addMedians puts the plain figures beside the ratios.
func (r *Report) addMedians(dir string) error {
	record, err := results.Open(dir)
	if err != nil {
		return err
	}
	return r.medians(record)
}

func (r *Report) medians(record *results.Record) error {
	for i := range r.Metrics {
		m := &r.Metrics[i]
		if m.Verdict == Invalid {
			continue // a figure that does not count is no figure
		}
		name, err := nameOf(m.Word)
		if err != nil {
			return err
		}
		m.Base = record.Spread("base", name, m.Phase).Median
		m.Head = record.Spread("head", name, m.Phase).Median
	}
	return nil
}

// save writes gate.json.
func (r *Report) save() error {
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("write the gate's report: %w", err)
	}
	if err := os.WriteFile(filepath.Join(r.Run, "gate.json"), append(data, '\n'), 0o644); err != nil {
		return fmt.Errorf("write the gate's report: %w", err)
	}
	return nil
}
