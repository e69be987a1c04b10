package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/wsgibench/wsgibench/collect"
	"github.com/wsgibench/wsgibench/internal/bench"
	"github.com/wsgibench/wsgibench/plots"
	"github.com/wsgibench/wsgibench/pyapps"
	"github.com/wsgibench/wsgibench/scenarios"
	"github.com/wsgibench/wsgibench/targets"
)

// An entry is a line of a list.
type entry struct {
	Name string `json:"name"`
	Doc  string `json:"doc"`
}

// lists are the things that can be listed, and where they come from.
var lists = []struct {
	name    string
	entries func() ([]entry, error)
}{
	{"targets", listTargets},
	{"apps", listApps},
	{"scenarios", listScenarios},
	{"figures", listFigures},
	{"collectors", listCollectors},
}

func listCommand(t *terminal) *cobra.Command {
	var names []string
	for _, l := range lists {
		names = append(names, l.name)
	}
	return &cobra.Command{
		Use:       "list [" + strings.Join(names, "|") + "]",
		Short:     "Say which words a scenario and the other commands know",
		ValidArgs: names,
		Args:      cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 1 && !slices.Contains(names, args[0]) {
				return usage("list %q: %s", args[0], strings.Join(names, ", "))
			}
			return list(t, args)
		},
	}
}

func list(t *terminal, which []string) error {
	all := map[string][]entry{}
	for _, l := range lists {
		if len(which) == 1 && which[0] != l.name {
			continue
		}
		entries, err := l.entries()
		if err != nil {
			return err
		}
		all[l.name] = entries
		if t.format == "text" {
			t.list(l.name, entries)
		}
	}
	if t.format == "json" {
		return t.json(all)
	}
	return nil
}

func (t *terminal) list(title string, entries []entry) {
	w := table.NewWriter()
	w.SetStyle(plain)
	for _, e := range entries {
		w.AppendRow(table.Row{"  " + e.Name, e.Doc})
	}
	fmt.Fprintf(t.out, "%s\n%s\n", t.paint(t.out, bold, title), w.Render())
}

func listTargets() ([]entry, error) {
	var es []entry
	for _, name := range targets.Names() {
		d, err := targets.Load(name)
		if err != nil {
			return nil, err
		}
		doc := d.Doc
		if s := d.Settings(); len(s) > 0 {
			doc += " Settings: " + strings.Join(s, ", ") + "."
		}
		es = append(es, entry{name, doc})
	}
	return es, nil
}

func listApps() ([]entry, error) {
	var es []entry
	for _, name := range pyapps.Names() {
		a, err := pyapps.Get(name)
		if err != nil {
			return nil, err
		}
		es = append(es, entry{name, a.Doc})
	}
	return es, nil
}

func listScenarios() ([]entry, error) {
	var es []entry
	for _, name := range scenarios.Shipped() {
		s, err := scenarios.Load(name, nil, bench.Names())
		if err != nil {
			return nil, err
		}
		es = append(es, entry{name, s.Doc})
	}
	return es, nil
}

func listFigures() ([]entry, error) {
	var es []entry
	for _, f := range plots.Figures() {
		es = append(es, entry{f.Name, f.Title})
	}
	return es, nil
}

func listCollectors() ([]entry, error) {
	var es []entry
	for _, k := range collect.Kinds() {
		es = append(es, entry{k.Name, k.Doc})
	}
	return es, nil
}
