package main

import (
	"slices"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/wsgibench/wsgibench/pyapps"
)

// listApps lists the apps, each with its endpoints.
func listApps() ([]entry, error) {
	var es []entry
	for _, name := range pyapps.Names() {
		a, err := pyapps.Get(name)
		if err != nil {
			return nil, err
		}
		e := entry{Name: name, Doc: a.Doc}
		for _, p := range a.Endpoints() {
			e.Endpoints = append(e.Endpoints, entry{Name: p.Path, Doc: p.Doc})
		}
		es = append(es, e)
	}
	return es, nil
}

// endpointRows are the lines below an app. Where an app above has the same endpoints, they are said once.
func endpointRows(e entry, all []entry) (rows []table.Row) {
	if len(e.Endpoints) == 0 {
		return nil
	}
	same := func(a, b entry) bool { return a.Name == b.Name && a.Doc == b.Doc }
	i := slices.IndexFunc(all, func(o entry) bool { return slices.EqualFunc(o.Endpoints, e.Endpoints, same) })
	if first := all[i]; first.Name != e.Name {
		return []table.Row{{"    endpoints", "those of " + first.Name}}
	}
	for _, p := range e.Endpoints {
		rows = append(rows, table.Row{"    " + p.Name, p.Doc})
	}
	return rows
}
