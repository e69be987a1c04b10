package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/wsgibench/wsgibench/internal/bench"
	"github.com/wsgibench/wsgibench/internal/gate"
	"github.com/wsgibench/wsgibench/results"
)

// The kinds of gates, and how long one may take.
const (
	same = "same"
	burn = "burn"
	swap = "swap"

	slowdown   = 0.05
	sameBudget = 80 * time.Second // the bar is 90 s, with preparation
	burnBudget = 225 * time.Second
	sameLimit  = 90.0 // s
	burnLimit  = 240.0
)

// A series is the gates that were run, and those to run.
type series struct {
	server           string
	set              []string // changes to the scenario
	file             string   // empty: nothing is kept
	same, burn, swap int
	done             []outcome
}

// An outcome is one gate: a line of the file.
type outcome struct {
	Kind    string       `json:"kind"`
	Started time.Time    `json:"started"`
	Seconds float64      `json:"seconds"` // with everything
	Report  *gate.Report `json:"report"`
	Pairs   [][]float64  `json:"pairs"` // log ratios per gated metric, with those of the confirmation
}

// load reads what the file has.
func (s *series) load() error {
	if s.file == "" {
		return nil
	}
	data, err := os.ReadFile(s.file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for i, line := range bytes.Split(bytes.TrimSpace(data), []byte("\n")) {
		var o outcome
		if err := json.Unmarshal(line, &o); err != nil {
			return fmt.Errorf("%s:%d: not an outcome of gatebench: %w", s.file, i+1, err)
		}
		s.done = append(s.done, o)
	}
	return nil
}

func (s *series) of(kind string) []outcome {
	var out []outcome
	for _, o := range s.done {
		if o.Kind == kind {
			out = append(out, o)
		}
	}
	return out
}

// run carries out what is missing, the kinds in turn, so that a series that is cut short has some of each.
func (s *series) run(ctx context.Context) error {
	want := map[string]int{same: s.same, burn: s.burn, swap: s.swap}
	for {
		any := false
		for _, kind := range []string{same, burn, swap} {
			if len(s.of(kind)) >= want[kind] {
				continue
			}
			any = true
			if err := s.one(ctx, kind); err != nil {
				return err
			}
		}
		if !any {
			return nil
		}
	}
}

// one carries out a gate and keeps it.
func (s *series) one(ctx context.Context, kind string) error {
	began := time.Now()
	o, err := s.gate(ctx, kind)
	if err != nil {
		return fmt.Errorf("%s: %w", kind, err)
	}
	o.Kind, o.Started, o.Seconds = kind, began, time.Since(began).Seconds()
	fmt.Fprintf(os.Stderr, "%s %2d: %5.1f s, %2d + %d pairs  %s\n", kind, len(s.of(kind))+1, o.Seconds, o.Report.Pairs, o.Report.Fresh, o.Report.Sentence())
	s.done = append(s.done, o)
	if s.file == "" {
		return nil
	}
	line, err := json.Marshal(o)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(s.file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(append(line, '\n'))
	return errors.Join(err, f.Close())
}

func (s *series) gate(ctx context.Context, kind string) (outcome, error) {
	scratch, err := os.MkdirTemp("", "gatebench-")
	if err != nil {
		return outcome{}, err
	}
	defer os.RemoveAll(scratch)
	shares, budget := [2]float64{}, sameBudget
	switch kind {
	case burn:
		shares[1], budget = slowdown, burnBudget
	case swap:
		shares[0], budget = slowdown, burnBudget
	}
	k, err := gate.NewKnown(ctx, scratch, s.server, shares[0], shares[1], s.set...)
	if err != nil {
		return outcome{}, err
	}
	exe, err := os.Executable()
	if err != nil {
		return outcome{}, err
	}
	report, err := gate.Run(ctx, gate.Options{
		Config: bench.Config{Out: scratch, Version: "gatebench", Exe: exe}, Gate: k.Scenario.Gate,
		Base: k.Base, Head: k.Head, Mode: "duet", Budget: budget,
	})
	if err != nil {
		return outcome{}, err
	}
	record, err := results.Open(report.Run)
	if err != nil {
		return outcome{}, err
	}
	report.Run = ""
	pairs, err := gate.Differences(record, k.Scenario.Gate, bench.AtOnce)
	if err != nil {
		pairs = nil // the verdict stands; for the noise there is nothing in which every metric is known
	}
	return outcome{Report: report, Pairs: pairs}, nil
}
