package plots

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/wsgibench/wsgibench/results"
)

var blockThroughput = Figure{
	Name:  "block-throughput",
	Title: "Streams by the size of their blocks",
	Caption: "Streams that are not paced, of blocks of several sizes: body bytes per second, and blocks for each second of the server's CPU time. " +
		"A dot per trial, the line through the medians. What a server spends on each block shows at the small ones, what it spends on each byte at the large ones.",
	Draw: drawBlockThroughput,
}

// A sizing is a quantity of streams that is shown by the size of their blocks.
type sizing struct {
	figure, title, quantity, unit string
	per                           float64 // base units per unit shown
	of                            func(t *results.Trial, phase string) (v float64, why string)
}

var sizings = []sizing{
	{"block-throughput", "Throughput of streams by the size of their blocks", "Body bytes per second", "MB/s", 1e6,
		func(t *results.Trial, phase string) (float64, string) { return known(t, phase, "body_rate") }},
	{"block-throughput-cpu", "Blocks for each second of the server's CPU time", "Blocks per CPU-second", "1/s", 1,
		func(t *results.Trial, phase string) (float64, string) {
			n, why := known(t, phase, "blocks")
			cpu, whyCPU := known(t, phase, "cpu")
			if why = cmp.Or(why, whyCPU); why == "" && cpu <= 0 {
				why = "no CPU time was seen"
			}
			return n / max(cpu, 1e-9), why
		}},
}

// known is a metric of a trial, or why it has none.
func known(t *results.Trial, phase, name string) (float64, string) {
	for _, m := range t.Metrics {
		if m.Name == name && m.Phase == phase && m.Request == "" {
			if m.Value == nil {
				return 0, "unknown: " + m.Reason
			}
			return *m.Value, ""
		}
	}
	return 0, "not measured"
}

func drawBlockThroughput(r *results.Record) ([]Picture, error) {
	var all []Picture
	for i, phases := range blockSizes(r) {
		for _, z := range sizings {
			c := z.chart(r, phases)
			if c.empty() {
				continue
			}
			s := sheet{title: z.title, subtitle: aboutRun(r, phases[0].Schedule)}
			c.put(&s)
			name := z.figure
			if i > 0 {
				name += fmt.Sprintf("-%d", i+1)
			}
			all = append(all, Picture{Name: name, Title: z.title, Alt: z.words(c, phases), Table: z.table(c, phases), sheet: s})
		}
	}
	return all, nil
}

// blockSizes finds the phases of streams that are as fast as they can be and of blocks of one size each, by the clients
// that ask for them; of several with the same size the first counts.
func blockSizes(r *results.Record) [][]results.Phase {
	var all [][]results.Phase
	for _, p := range r.Measured() {
		if p.Block == 0 || p.Gap > 0 || p.ReadRate > 0 || p.Beside != "" {
			continue
		}
		i := slices.IndexFunc(all, func(ps []results.Phase) bool { return ps[0].Schedule == p.Schedule })
		switch {
		case i < 0:
			all = append(all, []results.Phase{p})
		case !slices.ContainsFunc(all[i], func(q results.Phase) bool { return q.Block == p.Block }):
			all[i] = append(all[i], p)
		}
	}
	for _, ps := range all {
		slices.SortFunc(ps, func(a, b results.Phase) int { return a.Block - b.Block })
	}
	return slices.DeleteFunc(all, func(ps []results.Phase) bool { return len(ps) < 2 })
}

func (z sizing) chart(r *results.Record, phases []results.Phase) chart {
	c := chart{
		xLabel: "Size of a block (log scale)", yLabel: fmt.Sprintf("%s (%s, log scale)", z.quantity, z.unit),
		x: scale{min: float64(phases[0].Block) / 1.2, max: 1.2 * float64(phases[len(phases)-1].Block), log: true},
	}
	for _, p := range phases {
		c.x.ticks = append(c.x.ticks, tick{float64(p.Block), blockLabel(p.Block)})
	}
	for i, cell := range r.Run.Cells {
		k := chartLine{label: Clean(cell.Label), look: lookOf(i)}
		ts := validOf(r, cell.ID)
		if len(ts) == 0 {
			k.why = absent(r, cell.ID)
		}
		for _, p := range phases {
			var vs []float64
			for _, t := range ts {
				v, why := z.of(t, p.Name)
				if why == "" {
					vs = append(vs, v/z.per)
				} else if k.why == "" {
					k.why = why
				}
			}
			k.add(float64(p.Block), vs)
		}
		if len(k.at) > 0 {
			k.why = ""
		}
		c.lines = append(c.lines, k)
	}
	return c
}

// blockLabel writes a size that is a whole number of its unit without decimals: "64 B", "1 KiB".
func blockLabel(size int) string {
	for _, u := range []struct {
		per  int
		name string
	}{{1 << 20, "MiB"}, {1 << 10, "KiB"}, {1, "B"}} {
		if size >= u.per && size%u.per == 0 {
			return fmt.Sprintf("%d %s", size/u.per, u.name)
		}
	}
	return results.FormatBytes(float64(size))
}

func (z sizing) table(c chart, phases []results.Phase) Table {
	t := Table{Header: []string{"target"}}
	for _, p := range phases {
		t.Header = append(t.Header, fmt.Sprintf("%s, median (least–most), %s", blockLabel(p.Block), z.unit))
	}
	for _, k := range c.lines {
		row := make([]string, len(t.Header))
		row[0], row[1] = k.label, k.why
		for i, p := range phases {
			if j := slices.Index(k.at, float64(p.Block)); j >= 0 {
				row[i+1] = spread(k.every[j])
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (z sizing) words(c chart, phases []results.Phase) string {
	var parts []string
	for _, k := range c.lines {
		what := k.why
		if what == "" {
			what = extremes(k.medians()) + " " + z.unit
		}
		parts = append(parts, k.label+": "+what)
	}
	return fmt.Sprintf("%s, blocks of %s to %s, medians, least to most. %s.", z.quantity, blockLabel(phases[0].Block),
		blockLabel(phases[len(phases)-1].Block), sumUp(parts))
}
