package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/wsgibench/wsgibench/results"
)

// simulate is `simulate NAME BLOCKS CELL=GOODPUT[:invalid]...`: it writes a run directory below runs with invented trials,
// so that scripts can compare what does not depend on this machine. Trials vary by 1 %; the last :invalid makes all of a
// target's trials invalid. `NAME@8` says that the run stopped by itself after 8 blocks.
func simulate() {
	name, stopped, _ := strings.Cut(os.Args[1], "@")
	blocks, err := strconv.Atoi(os.Args[2])
	if err != nil {
		panic(err)
	}
	run := &results.Run{
		ID: name, Started: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC), Scenario: results.Scenario{Name: "simulated", Path: "simulated.yaml", SHA256: "0"},
		Tool: results.Tool{Version: "v0", Go: "go", OS: "linux", Arch: "amd64"}, Blocks: blocks, Host: results.Host{NumCPU: 2},
		Phases: []results.Phase{{Name: "warmup", Warmup: true, Model: "open", Schedule: "5/s constant", Duration: 1}, {Name: "full", Model: "closed", Schedule: "4 clients", Clients: 4, Duration: 5}},
	}
	means, invalid := map[string]float64{}, map[string]bool{}
	for _, arg := range os.Args[3:] {
		cell, figure, _ := strings.Cut(arg, "=")
		figure, flaw, _ := strings.Cut(figure, ":")
		mean, err := strconv.ParseFloat(figure, 64)
		if err != nil {
			panic(err)
		}
		means[cell], invalid[cell] = mean, flaw == "invalid"
		run.Cells = append(run.Cells, results.Cell{ID: cell, Label: cell, Target: cell, App: "reference", Versions: map[string]string{"python": "3.13.0"}})
	}
	for b := 1; b <= blocks; b++ {
		for _, c := range run.Cells {
			run.Order = append(run.Order, results.Slot{Block: b, Cell: c.ID})
		}
	}
	if err := invent(run, stopped, means, invalid); err != nil {
		panic(err)
	}
}

func invent(run *results.Run, stopped string, means map[string]float64, invalid map[string]bool) error {
	last := run.Blocks
	if stopped != "" {
		last, _ = strconv.Atoi(stopped)
		run.Until = &results.Until{Looks: []int{8, 12, 20, 30}, Metric: "goodput", Phase: "full", Margin: 0.02}
	}
	d, err := results.Create("runs", run)
	if err != nil {
		return err
	}
	defer d.Close()
	rng := rand.New(rand.NewPCG(uint64(len(run.ID)), 1))
	for i, slot := range run.Order {
		if slot.Block > last {
			break
		}
		if err := d.Append(inventTrial(rng, i, slot, means[slot.Cell], invalid[slot.Cell])); err != nil {
			return err
		}
	}
	if stopped == "" {
		return d.End(&results.End{Ended: run.Started, Stop: results.StopComplete, Blocks: last})
	}
	return d.End(&results.End{Ended: run.Started, Stop: results.StopVerdict, Blocks: last, Text: fmt.Sprintf("every comparison has a verdict after %d blocks", last)})
}

func inventTrial(rng *rand.Rand, i int, slot results.Slot, mean float64, invalid bool) *results.Trial {
	t := &results.Trial{ID: fmt.Sprintf("%03d-%s", i+1, slot.Cell), Cell: slot.Cell, Block: slot.Block, Position: i + 1, Verdict: results.Valid}
	goodput := math.Round(1e4*mean*(1+0.01*rng.NormFloat64())) / 1e4
	for _, m := range []results.Metric{
		results.Known("goodput", "1/s", goodput), results.Known("response_p50", "s", 4/goodput), results.Known("errors", "1", 0),
		results.Known("cpu_per_request", "s", math.Round(1e7/mean*(1+0.005*rng.NormFloat64()))/1e7),
	} {
		m.Phase = "full"
		t.Metrics = append(t.Metrics, m)
	}
	if invalid {
		t.Verdict = results.Invalid
		t.Reasons = []results.Notice{{Code: "generator-limited", Text: "full: the load generator used 97 % of its CPU"}}
	}
	return t
}
