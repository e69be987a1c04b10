package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"

	"github.com/wsgibench/wsgibench/internal/bars"
	"github.com/wsgibench/wsgibench/results"
)

// A figure is how many times the rate of another server one reaches.
type figure struct {
	workload   string
	host, than string
	wall       bool    // per second on the wall; else per second of CPU time
	bar        float64 // times; 1: ahead at all
}

var figures = []figure{
	{"hello", "pool", "gunicorn-gthread", false, 2}, {"hello", "pool", "gunicorn-gthread", true, 2},
	{"json", "pool", "gunicorn-gthread", false, 2}, {"json", "pool", "gunicorn-gthread", true, 2},
	{"hello", "embed", "gunicorn-gthread", false, 4}, {"hello", "embed", "gunicorn-gthread", true, 4},
	{"json", "embed", "gunicorn-gthread", false, 4}, {"json", "embed", "gunicorn-gthread", true, 4},
	{"hello", "embed", "wsgo", false, 1}, {"hello", "embed", "wsgo", true, 1},
	{"json", "embed", "wsgo", false, 1}, {"json", "embed", "wsgo", true, 1},
	{"hello", "embed", "caddy-snake", false, 1}, {"hello", "embed", "caddy-snake", true, 1},
	{"json", "embed", "caddy-snake", false, 1}, {"json", "embed", "caddy-snake", true, 1},
	{"stream", "pool", "gunicorn-gthread", false, 1}, {"stream", "pool", "waitress", false, 1},
	{"stream", "embed", "gunicorn-gthread", false, 1}, {"stream", "embed", "waitress", false, 1},
}

func (f figure) what() string {
	per := "CPU-second"
	if f.wall {
		per = "second"
	}
	return fmt.Sprintf("%s: %s per %s, beside %s", f.workload, f.host, per, f.than)
}

// times is how many times the other's rate the host reaches; ok is false where one of them has none.
func (f figure) times(measured map[string]rates) (times float64, ok bool) {
	ours, theirs := measured[f.workload][f.host], measured[f.workload][f.than]
	if f.wall {
		return ours.wall / theirs.wall, theirs.wall > 0 && ours.wall > 0
	}
	return ours.cpu / theirs.cpu, theirs.cpu > 0 && ours.cpu > 0
}

func (f figure) reached(times float64) bool { return times > f.bar || f.bar != 1 && times == f.bar }

// rows are the table. What could not be compared is short.
func rows(figures []figure, measured map[string]rates) []bars.Row {
	var all []bars.Row
	for _, f := range figures {
		r := bars.Row{What: f.what(), Reached: "not measured", Bar: fmt.Sprintf("≥ %g ×", f.bar)}
		if f.bar == 1 {
			r.Bar = "> 1 ×"
		}
		if times, ok := f.times(measured); ok {
			r.Reached, r.OK = fmt.Sprintf("%.2f ×", times), f.reached(times)
		}
		all = append(all, r)
	}
	return all
}

// writeRates prints what each server reached, the best per CPU-second first, and what is not here.
func writeRates(out io.Writer, measured map[string]rates, missing []results.Missing) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, load := range workloads {
		fmt.Fprintf(w, "%s\t%s/CPU-second\t%s/second\ttrials\n", load.name, load.unit, load.unit)
		servers := measured[load.name]
		order := slices.SortedFunc(maps.Keys(servers), func(a, b string) int {
			return cmp.Or(cmp.Compare(servers[b].cpu, servers[a].cpu), cmp.Compare(a, b))
		})
		for _, name := range order {
			if r := servers[name]; r.why != "" {
				fmt.Fprintf(w, "  %s\t-\t-\t%s\n", name, r.why)
			} else {
				fmt.Fprintf(w, "  %s\t%.0f\t%.0f\t%d\n", name, r.cpu, r.wall, r.trials)
			}
		}
	}
	w.Flush()
	for _, m := range missing {
		fmt.Fprintf(out, "not here: %s: %s\n", m.Target, m.Reason)
	}
	fmt.Fprintln(out)
}
