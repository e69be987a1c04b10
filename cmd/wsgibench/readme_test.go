package main

import (
	"os"
	"strings"
	"testing"

	"github.com/wsgibench/wsgibench/internal/bench"
	"github.com/wsgibench/wsgibench/scenarios"
	"github.com/wsgibench/wsgibench/targets"
)

// block returns the indented block of the README that begins with the given line, without its indentation.
func block(t *testing.T, first string) string {
	t.Helper()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(text), "\n    "+first+"\n")
	if !ok {
		t.Fatalf("the README has no block that begins with %q", first)
	}
	lines := []string{first}
	for _, line := range strings.Split(rest, "\n") {
		if line != "" && !strings.HasPrefix(line, "    ") {
			break
		}
		lines = append(lines, strings.TrimPrefix(line, "    "))
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n") + "\n"
}

func TestReadmeScenarioIsValid(t *testing.T) {
	s, err := scenarios.Parse("shop.yaml", []byte(block(t, "# shop.yaml")), nil, bench.Names())
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Targets) != 2 || len(s.Thresholds) != 2 {
		t.Errorf("%d targets and %d thresholds, want 2 and 2", len(s.Targets), len(s.Thresholds))
	}
}

// Every command of the section on comparing is run by comparing.txtar.
func TestReadmeComparing(t *testing.T) {
	script, err := os.ReadFile("testdata/comparing.txtar")
	if err != nil {
		t.Fatal(err)
	}
	commands := strings.Split(strings.TrimSpace(block(t, "# in the directory with your runs")), "\n")[1:]
	if len(commands) < 4 {
		t.Fatalf("%d commands %q, want at least 4", len(commands), commands)
	}
	for _, c := range commands {
		if !strings.Contains(string(script), "\nexec "+c+"\n") {
			t.Errorf("comparing.txtar does not run %q", c)
		}
	}
}

// What the README shows of until is a scenario's.
func TestReadmeUntil(t *testing.T) {
	text := "app: reference\ntargets: [wsgiref, gunicorn-sync]\nrequests: [{get: /}]\ntraffic: [{clients: 1, for: 1s}]\n"
	line := block(t, "trials: {until: {precision: 3%}, max: 30, budget: 20min}")
	s, err := scenarios.Parse("until.yaml", []byte(text+line), nil, bench.Names())
	if err != nil {
		t.Fatal(err)
	}
	if s.Trials.Until == nil || s.Trials.Until.Precision != 0.03 || s.Trials.Blocks != 30 {
		t.Errorf("trials = %+v, want until a precision of 3 %%", s.Trials)
	}
}

func TestReadmeSessionsAreValid(t *testing.T) {
	s, err := scenarios.Parse("login.yaml", []byte(block(t, "# login.yaml")), nil, bench.Names())
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Sessions) != 1 || len(s.Sessions[0].Steps) != 2 {
		t.Errorf("sessions = %+v, want one of two steps", s.Sessions)
	}
}

// The README's streams.yaml means what it says: one phase has clients held beside it.
func TestReadmeStreams(t *testing.T) {
	s, err := scenarios.Parse("streams.yaml", []byte(block(t, "# streams.yaml")), nil, bench.Names())
	if err != nil {
		t.Fatal(err)
	}
	if held := s.Traffic[2].Held; held == nil || held.Clients != 3 {
		t.Errorf("the last phase holds %+v, want 3 clients", held)
	}
}

func TestReadmeDescriptorIsValid(t *testing.T) {
	d, err := targets.Parse("my-host.yaml", []byte(block(t, "# my-host.yaml")))
	if err != nil {
		t.Fatal(err)
	}
	if got := d.Settings(); len(got) != 1 || got[0] != "workers" {
		t.Errorf("settings = %v, want workers", got)
	}
}

// The table in the README is what make figures printed last.
func TestReadmeTableIsTheRecordedOne(t *testing.T) {
	recorded, err := os.ReadFile("../../docs/quickstart.txt")
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(strings.TrimLeft(string(recorded), "\n"), "\n")
	got := block(t, first)
	for _, line := range strings.Split(strings.TrimSpace(string(recorded)), "\n") {
		if line = strings.TrimRight(line, " "); !strings.Contains(got, line) {
			t.Errorf("the README's table lacks the line %q: paste docs/quickstart.txt again", line)
		}
	}
}
