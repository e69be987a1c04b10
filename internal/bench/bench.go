// Package bench answers: which trials, in which order, recorded how, valid or not?
//
// Prepare turns a scenario into a Plan: servers found, environments made, cells and their random order. Plan.Run
// carries it out and appends every finished trial to the run directory. The package prints nothing and compares
// nothing.
package bench

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/wsgibench/wsgibench/internal/traffic"
	"github.com/wsgibench/wsgibench/results"
	"github.com/wsgibench/wsgibench/scenarios"
	"github.com/wsgibench/wsgibench/targets/launch"
	"github.com/wsgibench/wsgibench/targets/pyenv"
)

// A Config is what a run needs beside its scenario.
type Config struct {
	Out         string   // where run directories go
	Args        []string // the command line, for the record
	Version     string
	Exe         string   // this program, which serves as Go host
	Only        []string // labels or targets to keep; empty: all
	AllowRemote []string // hosts beside this machine that may be sent traffic
	NoCalibrate bool     // do not measure first what the load generator can do here
	Store       pyenv.Store
	Progress    func(Event) // may be nil
}

// A Plan is a run that is ready to start.
type Plan struct {
	Run results.Run

	config   Config
	scenario *scenarios.Scenario
	cells    map[string]*cell
	server   []int // CPUs; nil: not pinned
	load     []int
	phases   []traffic.Phase
	requests []string
	limits   map[string][]scenarios.Threshold // of each ladder, by name
	launcher *launch.Launcher

	databases databases
}

// ErrNothingToRun is returned when no target of the scenario can run on this machine.
var ErrNothingToRun = errors.New("no target of the scenario can run here")

// An InputError is the user's to mend: the scenario or the command line asks for what cannot be.
type InputError struct{ Err error }

func (e *InputError) Error() string { return e.Err.Error() }
func (e *InputError) Unwrap() error { return e.Err }

func badInput(format string, args ...any) error { return &InputError{fmt.Errorf(format, args...)} }

// Execute runs every trial in its order and returns the run directory. When ctx is cancelled the trial under way is
// dropped, those that ended are kept, and the error is ctx's.
func (p *Plan) Execute(ctx context.Context) (dir string, err error) {
	return p.record(ctx, func(store *results.Dir) error { return p.inOrder(ctx, store) })
}

// record carries out trials into a new run directory, on a machine and servers that were looked at before, and puts
// away what was set up for them.
func (p *Plan) record(ctx context.Context, trials func(*results.Dir) error) (dir string, err error) {
	undo, err := p.pinGenerator()
	if err != nil {
		return "", err
	}
	defer undo()
	if err := p.calibrate(ctx); err != nil {
		return "", err
	}
	if err := p.verify(ctx); err != nil {
		return "", err
	}
	store, err := results.Create(p.config.Out, &p.Run)
	if err != nil {
		return "", fmt.Errorf("create the run directory: %w", err)
	}
	defer store.Close()
	defer func() { err = errors.Join(err, p.databases.close()) }()
	return store.Path(), trials(store)
}

// inOrder runs trial after trial, and looks after each block whether the run may stop.
func (p *Plan) inOrder(ctx context.Context, store *results.Dir) error {
	began := time.Now()
	stop := stopper{run: &p.Run, budget: p.scenario.Trials.Budget, tell: func(note string) { p.tell(Event{Note: note}) }}
	for i, slot := range p.Run.Order {
		left := estimate(time.Since(began), i, len(p.Run.Order))
		at := Event{Run: &p.Run, Dir: store.Path(), Number: i + 1, Slot: slot, Left: left}
		p.tell(at)
		trial := p.trial(ctx, store, at)
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := store.Append(trial); err != nil {
			return fmt.Errorf("record trial %s: %w", trial.ID, err)
		}
		at.Trial = trial
		at.Left = estimate(time.Since(began), i+1, len(p.Run.Order))
		p.tell(at)
		stop.trials = append(stop.trials, trial)
		if i+1 < len(p.Run.Order) && p.Run.Order[i+1].Block == slot.Block {
			continue
		}
		if ended, err := p.ended(store, &stop, slot.Block, time.Since(began)); ended || err != nil {
			return err
		}
	}
	return nil
}

func (p *Plan) tell(e Event) {
	if p.config.Progress != nil {
		p.config.Progress(e)
	}
}

// estimate assumes that the trials to come take as long as those that were; 0 before the first has ended.
func estimate(spent time.Duration, done, all int) time.Duration {
	if done == 0 {
		return 0
	}
	return spent / time.Duration(done) * time.Duration(all-done)
}

// pinGenerator moves this very process to the load CPUs for the time of the run.
func (p *Plan) pinGenerator() (undo func(), err error) {
	if p.load == nil {
		return func() {}, nil
	}
	return pinSelf(p.load)
}
