package main

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wsgibench/wsgibench/scenarios"
	"github.com/wsgibench/wsgibench/targets"
)

// TestAllServers holds the scenario of that name to what it promises: every shipped server stands in it, once.
func TestAllServers(t *testing.T) {
	s, err := scenarios.Load("all-servers", nil, scenarios.Names{Servers: targets.Names()})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, target := range s.Targets {
		got = append(got, target.Server)
	}
	slices.Sort(got)
	if diff := cmp.Diff(targets.Names(), got); diff != "" {
		t.Errorf("servers of all-servers.yaml (-shipped +listed):\n%s", diff)
	}
}
