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

func (s Side) app() (app, error) {
	a, err := findApp(s.Scenario.App)
	if err != nil {
		return a, err
	}
	a.pip = s.Pip
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
	var m *launch.Missing
	if errors.As(err, &m) {
		hint := ""
		if m.Hint != "" {
			hint = "; " + m.Hint
		}
		return fmt.Errorf("%w: %s: %s%s", ErrNothingToRun, side.Name, m.Reason, hint)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", side.Name, err)
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
// After is shown the trials of each block, in the order of the cells. As with Execute, what has ended is kept when ctx
// is cancelled.
func (p *Plan) ExecutePairs(ctx context.Context, how Pairing, after func(block []*results.Trial) (*results.End, error)) (dir string, err error) {
	undo, err := p.pinGenerator()
	if err != nil {
		return "", err
	}
	defer undo()
	if err := p.calibrate(ctx); err != nil {
		return "", err
	}
	store, err := results.Create(p.config.Out, &p.Run)
	if err != nil {
		return "", fmt.Errorf("create the run directory: %w", err)
	}
	defer store.Close()
	defer func() { err = errors.Join(err, p.databases.close()) }()
	for n := 0; n+1 < len(p.Run.Order); n += 2 {
		block, err := p.pair(ctx, store, how, n)
		if err != nil {
			return store.Path(), err
		}
		end, err := after(p.byCell(block))
		if err != nil {
			return store.Path(), err
		}
		if end == nil && n+3 < len(p.Run.Order) {
			continue
		}
		if end == nil {
			end = &results.End{Stop: results.StopBudget, Text: "all blocks that there could be were run"}
		}
		end.Ended, end.Blocks = time.Now(), p.Run.Order[n].Block
		return store.Path(), store.End(end)
	}
	return store.Path(), nil
}

// pair carries out the two trials from place n of the order on, and records them.
func (p *Plan) pair(ctx context.Context, store *results.Dir, how Pairing, n int) ([]*results.Trial, error) {
	events := make([]Event, 2)
	for i := range events {
		events[i] = Event{Run: &p.Run, Dir: store.Path(), Number: n + i + 1, Slot: p.Run.Order[n+i]}
	}
	var trials []*results.Trial
	if how == AtOnce {
		p.tell(events[0])
		trials = p.duet(ctx, store, events)
	} else {
		for _, at := range events {
			p.tell(at)
			trials = append(trials, p.trial(ctx, store, at))
		}
	}
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
