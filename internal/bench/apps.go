package bench

import (
	"bytes"

	"github.com/wsgibench/wsgibench/scenarios"
	"github.com/wsgibench/wsgibench/targets"
)

// appsOf finds the app of each cell, by the cell's ID, and the one that the traffic is made for: the first. Where apps
// are an axis, what is right for one must be right for all: they are sent the same requests.
func (p *Plan) appsOf(cells []scenarios.Cell) (of map[string]app, first app, err error) {
	of = map[string]app{}
	var all []app
	for _, sc := range cells {
		wanted := sc.App
		if sc.Target.URL != "" {
			wanted = p.scenario.App
		}
		a, err := findApp(wanted)
		if err != nil {
			return nil, app{}, err
		}
		of[sc.ID] = a
		all = append(all, a)
	}
	for _, a := range all {
		if err := p.answersAlike(all[0], a); err != nil {
			return nil, app{}, err
		}
	}
	return of, all[0], nil
}

// answersAlike returns an InputError for a request of the mix that a second app answers otherwise than the first.
func (p *Plan) answersAlike(first, second app) error {
	if first.name == second.name {
		return nil
	}
	for _, r := range p.scenario.Requests {
		x, y := first.request(r).Expect, second.request(r).Expect
		same := x.Status == y.Status && x.HasBody == y.HasBody && bytes.Equal(x.Body, y.Body) && (x.Rule == nil) == (y.Rule == nil)
		if !same {
			return badInput("the apps %s and %s are sent the same requests, and they do not both answer %s %s (wsgibench list apps)", first.name, second.name, r.Method, r.Path)
		}
	}
	return nil
}

// expandCells makes the scenario's cells, with the defaults of their servers.
func expandCells(s *scenarios.Scenario) ([]scenarios.Cell, error) {
	return s.Cells(func(server string) map[string]string {
		if d, err := targets.Load(server); err == nil {
			return d.Defaults
		}
		return nil // Names has reported it already
	})
}
