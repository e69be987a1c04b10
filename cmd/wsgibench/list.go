package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/wsgibench/wsgibench/collect"
	"github.com/wsgibench/wsgibench/internal/bench"
	"github.com/wsgibench/wsgibench/plots"
	"github.com/wsgibench/wsgibench/scenarios"
)

// An entry is a line of a list.
type entry struct {
	Name string `json:"name"`
	Doc  string `json:"doc"`

	Endpoints []entry `json:"endpoints,omitempty"` // of an app
	*availability
}

// lists are the things that can be listed, and where they come from.
var lists = []struct {
	name    string
	entries func(context.Context) ([]entry, error)
}{
	{"targets", listTargets},
	{"apps", func(context.Context) ([]entry, error) { return listApps() }},
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
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 && !slices.Contains(names, args[0]) {
				return usage("list %q: %s", args[0], strings.Join(names, ", "))
			}
			return list(cmd.Context(), t, args)
		},
	}
}

func list(ctx context.Context, t *terminal, which []string) error {
	all := map[string][]entry{}
	for _, l := range lists {
		if len(which) == 1 && which[0] != l.name {
			continue
		}
		entries, err := l.entries(ctx)
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
		w.AppendRow(e.row())
		w.AppendRows(endpointRows(e, entries))
	}
	fmt.Fprintf(t.out, "%s\n%s\n", t.paint(t.out, bold, title), w.Render())
}

func listScenarios(context.Context) ([]entry, error) {
	var es []entry
	for _, name := range scenarios.Shipped() {
		s, err := scenarios.Load(name, nil, bench.Names())
		if err != nil {
			return nil, err
		}
		es = append(es, entry{Name: name, Doc: s.Doc})
	}
	return es, nil
}

func listFigures(context.Context) ([]entry, error) {
	var es []entry
	for _, f := range plots.Figures() {
		es = append(es, entry{Name: f.Name, Doc: f.Title})
	}
	return es, nil
}

func listCollectors(context.Context) ([]entry, error) {
	var es []entry
	for _, k := range collect.Kinds() {
		es = append(es, entry{Name: k.Name, Doc: k.Doc})
	}
	return es, nil
}
