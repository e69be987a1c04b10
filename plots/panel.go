package plots

import (
	"image/color"
	"slices"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A panel is one pair of axes. The area is where the data goes; labels lie outside it.
type panel struct {
	c    draw.Canvas
	area vg.Rectangle
	x, y scale
}

var (
	gridLine  = draw.LineStyle{Color: color.NRGBA{R: 0xdf, G: 0xdf, B: 0xdf, A: 0xff}, Width: 0.5}
	faintLine = draw.LineStyle{Color: color.NRGBA{R: 0xf0, G: 0xf0, B: 0xf0, A: 0xff}, Width: 0.5}
	axisLine  = draw.LineStyle{Color: color.NRGBA{R: 0x70, G: 0x70, B: 0x70, A: 0xff}, Width: 0.75}
)

func (p panel) px(v float64) vg.Length {
	return p.area.Min.X + vg.Length(p.x.at(v))*p.area.Size().X
}

func (p panel) py(v float64) vg.Length {
	return p.area.Min.Y + vg.Length(p.y.at(v))*p.area.Size().Y
}

// grid draws the lines behind the data.
func (p panel) grid() {
	for _, t := range p.y.ticks {
		style := gridLine
		if t.label == "" {
			style = faintLine
		}
		if t.label == "" && p.area.Size().Y < 100 {
			continue
		}
		p.c.StrokeLine2(style, p.area.Min.X, p.py(t.value), p.area.Max.X, p.py(t.value))
	}
	for _, t := range p.x.ticks {
		if t.value >= p.x.min && t.value <= p.x.max*(1+1e-9) {
			p.c.StrokeLine2(gridLine, p.px(t.value), p.area.Min.Y, p.px(t.value), p.area.Max.Y)
		}
	}
}

// bottom draws the x axis and, if labelled, its numbers. Of labels that would touch, the later ticks' are left out.
func (p panel) bottom(labelled bool) {
	p.c.StrokeLine2(axisLine, p.area.Min.X, p.area.Min.Y, p.area.Max.X, p.area.Min.Y)
	if !labelled {
		return
	}
	s := lettering(smallSize, muted)
	for _, l := range p.placed(s) {
		x := p.px(l.tick.value)
		p.c.StrokeLine2(axisLine, x, p.area.Min.Y, x, p.area.Min.Y-3)
		write(p.c, s, l.from, p.area.Min.Y-12, draw.XLeft, l.tick.label)
	}
}

// A placed label lies between two places along the x axis.
type placed struct {
	tick     tick
	from, to vg.Length
}

// placed says which labels of the x axis are drawn, and where. They stick out of the area by a little at most, because
// another panel may be near.
func (p panel) placed(s text.Style) []placed {
	const out, apart = vg.Length(4), vg.Length(4)
	var all []placed
	for _, t := range p.x.ticks {
		width := s.Width(t.label)
		from := p.px(t.value) - width/2
		from = max(min(from, p.area.Max.X+out-width), p.area.Min.X-out)
		touches := slices.ContainsFunc(all, func(o placed) bool { return from < o.to+apart && o.from < from+width+apart })
		if t.label != "" && t.value <= p.x.max*(1+1e-9) && !touches {
			all = append(all, placed{t, from, from + width})
		}
	}
	return all
}

// left draws the numbers of the y axis.
func (p panel) left(labelled bool) {
	if !labelled {
		return
	}
	s := lettering(smallSize, muted)
	for _, t := range p.y.ticks {
		if t.label != "" {
			write(p.c, s, p.area.Min.X-5, p.py(t.value)-2.8, draw.XRight, t.label)
		}
	}
}

// A point is a place in the units of the axes.
type point struct{ x, y float64 }

func (p panel) points(ps []point) []vg.Point {
	out := make([]vg.Point, len(ps))
	for i, q := range ps {
		out[i] = vg.Point{X: p.px(q.x), Y: p.py(q.y)}
	}
	return out
}

// curve draws a line through points.
func (p panel) curve(style draw.LineStyle, ps []point) {
	if len(ps) > 1 {
		p.c.StrokeLines(style, p.points(ps))
	}
}

// band fills what lies between two lines over the same x.
func (p panel) band(fill color.Color, low, high []point) {
	if len(low) < 2 {
		return
	}
	outline := p.points(low)
	for i := len(high) - 1; i >= 0; i-- {
		outline = append(outline, p.points(high[i:i+1])...)
	}
	p.c.FillPolygon(fill, outline)
}
