package plots

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/wsgibench/wsgibench/results"
)

var heldMemory = Figure{
	Name:  "held-memory",
	Title: "Memory by streams held",
	Caption: "Most memory (PSS) that the server's whole process tree held at once while so many streams were open: a dot per trial, the line through the medians. " +
		"The slope beside the name is the median of the slopes between all pairs of medians with streams (Theil–Sen): what a further stream costs; the first one may cost " +
		"what the application needs for it once. " +
		"A server that serves fewer streams than were to be held has its mark at those that it served; where it served none, there is no mark.",
	Draw: drawHeldMemory,
}

func drawHeldMemory(r *results.Record) ([]Picture, error) {
	var all []Picture
	for i, l := range levelsOf(r) {
		c, u := l.memory(r)
		if c.empty() {
			continue
		}
		title := "Memory of the server's processes by streams held"
		s := sheet{title: title, subtitle: aboutRun(r, l.schedule)}
		c.put(&s)
		all = append(all, Picture{Name: l.name("held-memory", i), Title: title, Alt: memoryWords(c, u), Table: l.memoryTable(c, u), sheet: s})
	}
	return all, nil
}

func (l levels) memory(r *results.Record) (chart, unit) {
	x, at := l.scale()
	c := chart{x: x, xLabel: strings.Replace(l.axis(), "held", "open", 1), zero: true}
	top := 0.0
	for i, cell := range r.Run.Cells {
		k := chartLine{label: Clean(cell.Label), look: lookOf(i)}
		var plain []point
		for j, p := range l.phases {
			vs, why := values(r, cell.ID, "pss", p.Name)
			if k.why == "" {
				k.why = why
			}
			open := l.open(r, cell.ID, j)
			if n := len(k.at); n > 0 && at(open) <= k.at[n-1] {
				continue
			}
			k.add(at(open), vs)
			if len(vs) > 0 && open > 0 {
				plain = append(plain, point{open, median(vs)})
			}
			top = max(top, slices.Max(append(vs, 0)))
		}
		if slope := theilSen(plain); !math.IsNaN(slope) {
			k.more = perStream(slope)
		}
		if len(k.at) > 0 {
			k.why = ""
		}
		c.lines = append(c.lines, k)
	}
	u := bytesUnit(top)
	for _, k := range c.lines {
		for _, vs := range k.every {
			for j := range vs {
				vs[j] /= u.per
			}
		}
	}
	c.yLabel = fmt.Sprintf("PSS, most at once (%s)", u.name)
	return c, u
}

// theilSen is the median of the slopes between all pairs of points (P. K. Sen, "Estimates of the Regression Coefficient
// Based on Kendall's Tau", 1968): one odd point does not decide it. NaN where there are no two places.
func theilSen(ps []point) float64 {
	var slopes []float64
	for i, a := range ps {
		for _, b := range ps[i+1:] {
			if a.x != b.x {
				slopes = append(slopes, (b.y-a.y)/(b.x-a.x))
			}
		}
	}
	if len(slopes) == 0 {
		return math.NaN()
	}
	return median(slopes)
}

// perStream writes a slope in bytes per stream as "+12.3 KiB/stream".
func perStream(slope float64) string {
	sign := "+"
	if slope < 0 {
		sign = "−"
	}
	return sign + significant(math.Abs(slope)/1024) + " KiB/stream"
}

// memoryTable has a column for each place at which a line has one: the streams open there.
func (l levels) memoryTable(c chart, u unit) Table {
	_, at := l.scale()
	shift := at(0)
	var open []float64
	for _, k := range c.lines {
		open = append(open, k.at...)
	}
	slices.Sort(open)
	open = slices.Compact(open)
	t := Table{Header: []string{"target", "slope"}}
	for _, x := range open {
		t.Header = append(t.Header, fmt.Sprintf("%s open, median (least–most), %s", significant(x-shift), u.name))
	}
	for _, k := range c.lines {
		row := make([]string, len(t.Header))
		row[0], row[1] = k.label, k.more
		if k.why != "" {
			row[1] = k.why
		}
		for i, x := range open {
			if j := slices.Index(k.at, x); j >= 0 {
				row[i+2] = spread(k.every[j])
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func memoryWords(c chart, u unit) string {
	var parts []string
	for _, k := range c.lines {
		what := k.why
		if what == "" {
			what = extremes(k.medians()) + " " + u.name
			if k.more != "" {
				what += ", " + k.more
			}
		}
		parts = append(parts, k.label+": "+what)
	}
	return fmt.Sprintf("PSS of the server by the number of streams held, medians, least to most. %s.", sumUp(parts))
}
