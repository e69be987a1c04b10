package plots

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/wsgibench/wsgibench/results"
)

var heldMemory = Figure{
	Name:  "held-memory",
	Title: "Memory by streams held",
	Caption: "Most memory (PSS) that the server's whole process tree held at once while so many streams were held open: a dot per trial, the line through the medians. " +
		"The slope beside the name is the median of the slopes between all pairs of medians with streams (Theil–Sen): what a further stream costs; the first one may cost " +
		"what the application needs for it once. " +
		"A server that serves fewer streams than are held keeps the others waiting, which costs it little.",
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
	c := chart{x: x, xLabel: l.axis(), zero: true}
	top := 0.0
	for i, cell := range r.Run.Cells {
		k := chartLine{label: Clean(cell.Label), look: lookOf(i)}
		var plain []point
		for j, p := range l.phases {
			vs, why := values(r, cell.ID, "pss", p.Name)
			if k.why == "" {
				k.why = why
			}
			k.add(at(l.held[j]), vs)
			if len(vs) > 0 && l.held[j] > 0 {
				plain = append(plain, point{l.held[j], median(vs)})
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

func (l levels) memoryTable(c chart, u unit) Table {
	_, at := l.scale()
	t := Table{Header: []string{"target", "slope"}}
	for _, h := range l.held {
		t.Header = append(t.Header, fmt.Sprintf("%s held, median (least–most), %s", strconv.FormatFloat(h, 'f', -1, 64), u.name))
	}
	for _, k := range c.lines {
		row := make([]string, len(t.Header))
		row[0], row[1] = k.label, k.more
		if k.why != "" {
			row[1] = k.why
		}
		for i, h := range l.held {
			if j := slices.Index(k.at, at(h)); j >= 0 {
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
