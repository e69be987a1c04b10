package bench

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/wsgibench/wsgibench/results"
	"github.com/wsgibench/wsgibench/scenarios"
	"github.com/wsgibench/wsgibench/targets/launch"
)

// A Side is one of the two things that are measured against each other: the same scenario with files, packages or
// variables of its own.
type Side struct {
	Name     string              // ID of its cell: "base", "head"
	Label    string              // what a person reads; empty: Name
	Scenario *scenarios.Scenario // with this side's paths
	Pip      []string            // packages beside the server's, such as "gunicorn==23.0.0", which settles the server's version
	Env      map[string]string   // over the app's variables
}

// PreparePairs is Prepare for the two sides of a change. Each of them must mean the same single target; its cells are
// called by the names of the sides, base first, so that the run can be read like any other. Blocks is the most pairs
// that ExecutePairs may carry out. The traffic is that of the base's scenario.
func PreparePairs(ctx context.Context, c Config, base, head Side, blocks int) (*Plan, error) {
	p, err := newPlan(c, base.Scenario)
	if err != nil {
		return nil, err
	}
	p.Run.Blocks = blocks
	var first app
	for i, side := range []Side{base, head} {
		app, err := side.app()
		if err != nil {
			return nil, err
		}
		if i == 0 {
			first = app
		}
		if err := p.addSide(ctx, side, app); err != nil {
			return nil, err
		}
	}
	p.Run.Order = order([]string{base.Name, head.Name}, blocks, p.Run.Seed)
	return p, p.addTraffic(first, p.Run.Seed)
}

// A SideError says why a side cannot be measured here.
type SideError struct {
	Side string // its name
	Err  error  // a *launch.Missing where it cannot be had
}

func (e *SideError) Error() string {
	text := e.Side + ": " + e.Err.Error()
	var m *launch.Missing
	if errors.As(e.Err, &m) && m.Hint != "" {
		text += "; " + m.Hint
	}
	return text
}

func (e *SideError) Unwrap() error { return e.Err }

func (s Side) app() (app, error) {
	a, err := findApp(s.Scenario.App)
	if err != nil {
		return a, err
	}
	a.pip, a.over = s.Pip, s.Env
	env := maps.Clone(a.env)
	if env == nil {
		env = map[string]string{}
	}
	maps.Copy(env, s.Env)
	a.env = env
	return a, nil
}

// addSide adds the one cell that the side means.
func (p *Plan) addSide(ctx context.Context, side Side, app app) error {
	sc, err := p.onlyCell(side.Scenario)
	if err != nil {
		return err
	}
	sc.ID = side.Name
	c, err := p.newCell(ctx, sc, app)
	if err != nil {
		return &SideError{Side: side.Name, Err: err}
	}
	c.record.ID, c.record.Label = side.Name, side.Label
	if c.record.Label == "" {
		c.record.Label = side.Name
	}
	p.cells[side.Name] = c
	p.Run.Cells = append(p.Run.Cells, c.record)
	return nil
}

// onlyCell is the target that is wanted, of which there must be one.
func (p *Plan) onlyCell(s *scenarios.Scenario) (scenarios.Cell, error) {
	all, err := expandCells(s)
	if err != nil {
		return scenarios.Cell{}, err
	}
	var kept []scenarios.Cell
	for _, c := range all {
		if wanted(p.config.Only, c) {
			kept = append(kept, c)
		}
	}
	if len(kept) != 1 {
		return scenarios.Cell{}, badInput("two sides of one target are compared, and %d of the scenario's are wanted: choose one with --only (%s)", len(kept), labels(all))
	}
	return kept[0], nil
}

// Pairing is what a block of ExecutePairs is.
type Pairing string

// The pairings.
const (
	InTurn Pairing = "pairs" // one side after the other, in random order
	AtOnce Pairing = "duet"  // both at the same time, on equal processors
)

// ExecutePairs carries out block after block until after says that the run ends, and why; it returns the run directory.
// After is shown the trials of each block, in the order of the cells; those of a side that fails a check of the scenario,
// and of its partner, are never carried out (Refused). As with Execute, what has ended is kept when ctx
// is cancelled.
func (p *Plan) ExecutePairs(ctx context.Context, how Pairing, after func(block []*results.Trial) (*results.End, error)) (dir string, err error) {
	return p.record(ctx, func(store *results.Dir) error { return p.pairs(ctx, store, how, after) })
}

// pairs carries out block after block of the order.
func (p *Plan) pairs(ctx context.Context, store *results.Dir, how Pairing, after func([]*results.Trial) (*results.End, error)) error {
	for n := 0; n+1 < len(p.Run.Order); n += 2 {
		block, err := p.pair(ctx, store, how, n)
		if err != nil {
			return err
		}
		end, err := after(p.byCell(block))
		if err != nil {
			return err
		}
		if end == nil && n+3 < len(p.Run.Order) {
			continue
		}
		if end == nil {
			end = &results.End{Stop: results.StopBudget, Text: "all blocks that there could be were run"}
		}
		end.Ended, end.Blocks = time.Now(), p.Run.Order[n].Block
		return store.End(end)
	}
	return nil
}

// pair carries out the two trials from place n of the order on, and records them.
func (p *Plan) pair(ctx context.Context, store *results.Dir, how Pairing, n int) ([]*results.Trial, error) {
	events := make([]Event, 2)
	for i := range events {
		events[i] = Event{Run: &p.Run, Dir: store.Path(), Number: n + i + 1, Slot: p.Run.Order[n+i]}
	}
	trials := p.carryOutPair(ctx, store, how, events)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	for i, t := range trials {
		if err := store.Append(t); err != nil {
			return nil, fmt.Errorf("record trial %s: %w", t.ID, err)
		}
		events[i].Trial = t
		p.tell(events[i])
	}
	return trials, nil
}

func (p *Plan) carryOutPair(ctx context.Context, store *results.Dir, how Pairing, at []Event) (trials []*results.Trial) {
	for _, e := range at {
		if t := p.refuse(store, e); t != nil {
			trials = append(trials, t)
		}
	}
	switch {
	case trials != nil: // of one pair both are refused
	case how == AtOnce:
		p.tell(at[0])
		return p.duet(ctx, store, at)
	default:
		for _, e := range at {
			p.tell(e)
			trials = append(trials, p.trial(ctx, store, e))
		}
	}
	return trials
}

// byCell puts the trials of a block into the order of the cells.
func (p *Plan) byCell(block []*results.Trial) []*results.Trial {
	if block[0].Cell != p.Run.Cells[0].ID {
		return []*results.Trial{block[1], block[0]}
	}
	return block
}

// Noise says why figures of this machine would be noisy; empty where nothing speaks for it.
func (p *Plan) Noise() string {
	var why []string
	if v := p.Run.Host.Virt; v != nil && *v != "" && *v != "none" {
		why = append(why, "it is virtual ("+*v+")")
	}
	if p.Run.Host.NumCPU < 4 {
		why = append(why, fmt.Sprintf("it has %d processors", p.Run.Host.NumCPU))
	}
	return strings.Join(why, " and ")
}

// PrepareAlone is Prepare for one side, which is to be compared with a stored run: as many trials as its scenario says.
func PrepareAlone(ctx context.Context, c Config, side Side) (*Plan, error) {
	p, err := newPlan(c, side.Scenario)
	if err != nil {
		return nil, err
	}
	app, err := side.app()
	if err != nil {
		return nil, err
	}
	if err := p.addSide(ctx, side, app); err != nil {
		return nil, err
	}
	p.Run.Order = order([]string{side.Name}, p.Run.Blocks, p.Run.Seed)
	return p, p.addTraffic(app, p.Run.Seed)
}
