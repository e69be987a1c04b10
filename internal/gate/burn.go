package gate

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/wsgibench/wsgibench/internal/bench"
	"github.com/wsgibench/wsgibench/scenarios"
)

//go:embed burn.py
var burnApp []byte

//go:embed burn.yaml
var burnScenario []byte

// KnownServer is the server that a known change is measured under, where none is asked for.
const KnownServer = "gunicorn-gthread"

// A Known change is a gate of which the truth is known: base and head are the same small application, which burns a
// given share of CPU time in each request.
type Known struct {
	Scenario   *scenarios.Scenario
	Base, Head *Source
}

// oneClient is how a burning side is loaded: two requests at once wait for the interpreter's lock, the longer the more
// there is burnt, and that costs CPU time beyond the share (one point of 5 %).
var oneClient = []string{"traffic.0.clients=1", "traffic.1.clients=1"}

// NewKnown writes the application into a directory, which is the caller's to remove. Shares are of the CPU time per
// request: 0.05 for 5 %. Set are changes to the scenario: path.to.key=value.
func NewKnown(ctx context.Context, dir, server string, base, head float64, set ...string) (*Known, error) {
	for name, share := range map[string]float64{"base": base, "head": head} {
		line := []byte("SHARE = " + strconv.FormatFloat(share, 'g', -1, 64))
		app := bytes.Replace(burnApp, []byte("SHARE = 0.0"), line, 1)
		err := errors.Join(os.MkdirAll(filepath.Join(dir, name), 0o755), os.WriteFile(filepath.Join(dir, name, "burn.py"), app, 0o644))
		if err != nil {
			return nil, fmt.Errorf("write the application of a known change: %w", err)
		}
	}
	if base != head {
		set = slices.Concat(oneClient, set)
	}
	text := bytes.Replace(burnScenario, []byte("SERVER"), []byte(server), 1)
	s, err := scenarios.Parse(filepath.Join(dir, "burn.yaml"), text, set, bench.Names())
	if err != nil {
		return nil, err
	}
	k := &Known{Scenario: s}
	app, err := filepath.EvalSymlinks(s.App.Dir)
	if err != nil {
		return nil, err
	}
	for _, side := range []struct {
		name string
		into **Source
	}{{"base", &k.Base}, {"head", &k.Head}} {
		if *side.into, err = openDirectory(s, filepath.Join(dir, side.name), []string{app}); err != nil {
			return nil, err
		}
		(*side.into).Name = side.name
	}
	return k, ctx.Err()
}
