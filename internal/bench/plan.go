package bench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/wsgibench/wsgibench/pyapps"
	"github.com/wsgibench/wsgibench/results"
	"github.com/wsgibench/wsgibench/scenarios"
	"github.com/wsgibench/wsgibench/targets"
	"github.com/wsgibench/wsgibench/targets/launch"
)

// Names tells the scenarios package which words there are.
func Names() scenarios.Names {
	return scenarios.Names{
		Servers: targets.Names(),
		Apps:    pyapps.Names(),
		Settings: func(server string) ([]string, error) {
			d, err := targets.Load(server)
			if err != nil {
				return nil, err
			}
			return d.Settings(), nil
		},
		Python: func(server string) bool {
			d, err := targets.Load(server)
			return err == nil && d.NeedsPython()
		},
	}
}

// Prepare finds the servers of a scenario, makes their environments and draws the order. Targets that cannot run here
// are left out and named in Plan.Run.Missing; only when none is left is that an error (ErrNothingToRun).
func Prepare(ctx context.Context, c Config, s *scenarios.Scenario) (*Plan, error) {
	p, err := newPlan(c, s)
	if err != nil {
		return nil, err
	}
	app, err := p.addCells(ctx)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(p.Run.Cells))
	for i, c := range p.Run.Cells {
		ids[i] = c.ID
	}
	p.Run.Blocks = p.most(s.Trials)
	p.Run.Order = order(ids, p.Run.Blocks, p.Run.Seed)
	if err := p.addTraffic(app, p.Run.Seed); err != nil {
		return nil, err
	}
	p.Run.Until = until(&p.Run, s.Trials)
	return p, nil
}

// newPlan assigns the processors and begins the record of the run.
func newPlan(c Config, s *scenarios.Scenario) (*Plan, error) {
	p := &Plan{config: c, scenario: s, cells: map[string]*cell{}, launcher: &launch.Launcher{Exe: c.Exe, Store: c.Store}}
	var err error
	var cpus results.CPUs
	if p.server, p.load, cpus, err = assign(s.CPUs); err != nil {
		return nil, err
	}
	seed := rand.Uint64N(1 << 53) // JSON numbers are exact up to here
	if s.Trials.Seed != nil {
		seed = *s.Trials.Seed
	}
	now := time.Now()
	p.Run = results.Run{
		Schema: results.Schema, Started: now, Args: c.Args,
		Tool:     results.Tool{Version: c.Version, Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH},
		Scenario: results.Scenario{Name: s.Name, Path: s.Path, SHA256: s.SHA256, Text: s.Text, Set: s.Set},
		Seed:     seed, Blocks: s.Trials.Blocks, Host: host(), CPUs: cpus,
	}
	return p, nil
}

// addCells adds what can run here, and returns the app that the traffic is made for.
func (p *Plan) addCells(ctx context.Context) (app, error) {
	cells, err := expandCells(p.scenario)
	if err != nil {
		return app{}, err
	}
	apps, first, err := p.appsOf(cells)
	if err != nil {
		return app{}, err
	}
	kept := 0
	for _, sc := range cells {
		if !wanted(p.config.Only, sc) {
			continue
		}
		kept++
		c, err := p.newCell(ctx, sc, apps[sc.ID])
		var m *launch.Missing
		if errors.As(err, &m) {
			p.leaveOut(sc, m)
			continue
		}
		if err != nil {
			return app{}, fmt.Errorf("%s: %w", sc.Label, err)
		}
		p.cells[sc.ID] = c
		p.Run.Cells = append(p.Run.Cells, c.record)
	}
	if kept == 0 {
		return app{}, badInput("--only %s: no cell of the scenario has such a label or target; there are: %s", strings.Join(p.config.Only, ","), labels(cells))
	}
	if len(p.Run.Cells) == 0 {
		return app{}, fmt.Errorf("%w: %s", ErrNothingToRun, p.Run.Missing[0].Reason)
	}
	return first, nil
}

func (p *Plan) leaveOut(c scenarios.Cell, m *launch.Missing) {
	p.Run.Missing = append(p.Run.Missing, results.Missing{Target: c.Label, Reason: m.Reason, Hint: m.Hint})
	p.tell(Event{Note: fmt.Sprintf("%s is left out: %s", c.Label, m.Reason)})
}

func wanted(only []string, c scenarios.Cell) bool {
	return len(only) == 0 || slices.Contains(only, c.Label) || slices.Contains(only, c.ID) ||
		slices.Contains(only, c.Target.Server) || slices.Contains(only, c.Target.Name)
}

func labels(cells []scenarios.Cell) string {
	names := make([]string, len(cells))
	for i, c := range cells {
		names[i] = c.Label
	}
	return strings.Join(names, ", ")
}
