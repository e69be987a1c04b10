package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/wsgibench/wsgibench/scenarios"
	"github.com/wsgibench/wsgibench/targets"
)

func checkCommand(t *terminal) *cobra.Command {
	var set []string
	c := &cobra.Command{
		Use:   "check SCENARIO",
		Short: "Say what a scenario means, or all that is wrong with it",
		Args:  exactArgs("SCENARIO"),
		RunE: func(_ *cobra.Command, args []string) error {
			s, err := loadScenario(args[0], set)
			if err != nil {
				return err
			}
			return check(t, s)
		},
	}
	c.Flags().StringArrayVar(&set, "set", nil, "change a key of the scenario: path.to.key=value")
	return c
}

func check(t *terminal, s *scenarios.Scenario) error {
	cells, err := s.Cells(func(server string) map[string]string {
		if d, err := targets.Load(server); err == nil {
			return d.Defaults
		}
		return nil
	})
	if err != nil {
		return err
	}
	if t.format == "json" {
		return t.json(map[string]any{"name": s.Name, "cells": cells, "blocks": s.Trials.Blocks, "trials": len(cells) * s.Trials.Blocks, "traffic_seconds": traffic(s).Seconds()})
	}
	most := ""
	if s.Trials.Until != nil {
		most = "at most "
	}
	fmt.Fprintf(t.out, "%s is valid: %s × %s%s = %s, each with %s of traffic (%s in all, without starts and stops)\n",
		s.Name, count(len(cells), "cell"), most, count(s.Trials.Blocks, "block"), count(len(cells)*s.Trials.Blocks, "trial"), traffic(s), traffic(s)*time.Duration(len(cells)*s.Trials.Blocks))
	for _, c := range cells {
		fmt.Fprintf(t.out, "  %s\n", c.Label)
	}
	return nil
}

// traffic is how long the phases of one trial last.
func traffic(s *scenarios.Scenario) time.Duration {
	var d time.Duration
	for _, p := range s.Traffic {
		d += p.For
	}
	return d
}
