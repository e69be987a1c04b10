package plots

import (
	"math"
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A chart shows a figure of every trial over something that phases differ by: a dot per trial, a line through the
// medians of each cell. Few cells share one pair of axes; more get a panel each, on the ground of the range of all.
type chart struct {
	x              scale
	xLabel, yLabel string
	zero           bool // the axis of values begins at zero; otherwise it is logarithmic
	lines          []chartLine
}

// A chartLine is one cell.
type chartLine struct {
	label string
	more  string // behind the label in the legend; may be empty
	look  look
	at    []float64   // places, ascending
	every [][]float64 // values of the trials at each of them
	why   string      // there are none
}

// medians is the line.
func (k chartLine) medians() []point {
	var ps []point
	for i, vs := range k.every {
		ps = append(ps, point{k.at[i], median(vs)})
	}
	return ps
}

// add adds the values at a place, if there are any.
func (k *chartLine) add(at float64, vs []float64) {
	if len(vs) > 0 {
		k.at, k.every = append(k.at, at), append(k.every, vs)
	}
}

// name is the label with what belongs to it.
func (k chartLine) name() string {
	if k.more == "" {
		return k.label
	}
	return k.label + ": " + k.more
}

// empty says that no cell has a value.
func (c chart) empty() bool {
	return !slices.ContainsFunc(c.lines, func(k chartLine) bool { return len(k.at) > 0 })
}

// values is the axis of values.
func (c chart) values() scale {
	low, high := math.Inf(1), 0.0
	for _, k := range c.lines {
		for _, vs := range k.every {
			low, high = min(low, slices.Min(vs)), max(high, slices.Max(vs))
		}
	}
	if c.zero || !(low > 0) {
		return linearScale(high*1.02, 8)
	}
	return logScale(low, high, 9)
}

// put makes the chart the body of a sheet.
func (c chart) put(s *sheet) {
	if len(c.lines) > together {
		c.panelEach(s)
		return
	}
	y := c.values()
	for _, k := range c.lines {
		if k.why != "" {
			s.notes = append(s.notes, k.label+": "+k.why)
			continue
		}
		s.legend = append(s.legend, entry{k.name(), k.look.sample})
	}
	s.body = 270
	s.draw = func(canvas draw.Canvas, at vg.Rectangle) {
		pan := panel{c: canvas, x: c.x, y: y, area: inset(at, 52, 10, 34, 10)}
		pan.grid()
		pan.bottom(true)
		pan.left(true)
		writeUp(canvas, lettering(textSize, ink), at.Min.X+9, middle(pan.area.Min, pan.area.Max).Y, c.yLabel)
		write(canvas, lettering(textSize, ink), middle(pan.area.Min, pan.area.Max).X, at.Min.Y+5, draw.XCenter, c.xLabel)
		for _, k := range c.lines {
			k.draw(pan)
		}
	}
}

func (k chartLine) draw(pan panel) {
	line := k.medians()
	pan.curve(k.look.line(1.6), line)
	for i, vs := range k.every {
		for _, v := range vs {
			fillPath(pan.c, circle(pan.points([]point{{k.at[i], v}})[0], trialSize), k.look.color)
		}
	}
	for _, p := range pan.points(line) {
		k.look.mark(pan.c, p, 2.8)
	}
}

func (c chart) panelEach(s *sheet) {
	low, high := c.envelope()
	s.legend = []entry{
		{"this target", func(c draw.Canvas, a, b vg.Point) { c.StrokeLines(look{color: muted}.line(1.6), []vg.Point{a, b}) }},
		{"range of all targets", bandSample(faded(ink, 0.14))},
	}
	g := grid{x: c.x, y: c.values(), xLabel: c.xLabel, yLabel: c.yLabel}
	for _, k := range c.lines {
		g.panels = append(g.panels, small{label: k.name(), look: k.look, why: k.why, draw: func(pan panel) {
			pan.band(faded(ink, 0.14), low, high)
			pan.grid()
			k.draw(pan)
		}})
	}
	g.put(s)
}

// envelope returns the least and the greatest median at each place.
func (c chart) envelope() (low, high []point) {
	least, most := map[float64]float64{}, map[float64]float64{}
	var places []float64
	for _, k := range c.lines {
		for _, p := range k.medians() {
			if _, seen := least[p.x]; !seen {
				places = append(places, p.x)
				least[p.x], most[p.x] = p.y, p.y
			}
			least[p.x], most[p.x] = min(least[p.x], p.y), max(most[p.x], p.y)
		}
	}
	slices.Sort(places)
	for _, x := range places {
		low, high = append(low, point{x, least[x]}), append(high, point{x, most[x]})
	}
	return low, high
}
