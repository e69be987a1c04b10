package plots

import (
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A dotBody is the drawing part of a dotPlot: rows from top to bottom over one axis.
type dotBody struct {
	rows []dotRow
	x    scale
	axis string
	line float64 // reference; 0: none
}

func (b dotBody) draw(c draw.Canvas, at vg.Rectangle) {
	names, column := b.names(at.Size().X * 0.36)
	p := panel{c: c, x: b.x, y: scale{max: 1}, area: vg.Rectangle{
		Min: vg.Point{X: at.Min.X + column + 20, Y: at.Min.Y + dotAxis},
		Max: vg.Point{X: at.Max.X - dotValues - 8, Y: at.Max.Y - 14},
	}}
	for i := range b.rows {
		if i%2 == 1 {
			stripe := vg.Rectangle{
				Min: vg.Point{X: at.Min.X, Y: b.rowY(p, i) - dotRowHeight/2},
				Max: vg.Point{X: at.Max.X, Y: b.rowY(p, i) + dotRowHeight/2},
			}
			fillPath(c, stripe.Path(), faded(ink, 0.045))
		}
	}
	p.grid()
	p.bottom(true)
	p.c.StrokeLine2(axisLine, p.area.Min.X, p.area.Min.Y, p.area.Min.X, p.area.Max.Y)
	if b.line > 0 {
		c.StrokeLine2(referenceLine, p.px(b.line), p.area.Min.Y, p.px(b.line), p.area.Max.Y)
	}
	write(c, lettering(textSize, ink), middle(p.area.Min, p.area.Max).X, at.Min.Y+5, draw.XCenter, b.axis)
	write(c, lettering(smallSize, muted), at.Max.X, at.Max.Y-8, draw.XRight, "median (least–most)")
	for i, row := range b.rows {
		b.row(p, row, names[i], at, b.rowY(p, i))
	}
}

func (b dotBody) rowY(p panel, i int) vg.Length {
	return p.area.Max.Y - (vg.Length(i)+0.5)*dotRowHeight
}

// names shortens the labels to at most the given width and says how wide they are.
func (b dotBody) names(most vg.Length) ([]string, vg.Length) {
	style := lettering(textSize, ink)
	var all []string
	for _, row := range b.rows {
		all = append(all, row.label)
	}
	all = fitAll(style, most, all)
	widest := vg.Length(0)
	for _, l := range all {
		widest = max(widest, style.Width(l))
	}
	return all, widest
}

func (b dotBody) row(p panel, row dotRow, name string, at vg.Rectangle, y vg.Length) {
	write(p.c, lettering(textSize, ink), p.area.Min.X-20, y-3.2, draw.XRight, name)
	row.look.mark(p.c, vg.Point{X: p.area.Min.X - 10, Y: y}, 3)
	if len(row.values) == 0 {
		style := italic(lettering(smallSize, muted))
		why := fit(style, at.Max.X-p.area.Min.X-8, Clean(row.why))
		// The letters need a ground, else the grid runs through them.
		ground := vg.Rectangle{
			Min: vg.Point{X: p.area.Min.X + 2, Y: y - 5},
			Max: vg.Point{X: p.area.Min.X + 10 + style.Width(why), Y: y + 6},
		}
		fillPath(p.c, ground.Path(), faded(ink, 0.02))
		write(p.c, style, p.area.Min.X+6, y-3, draw.XLeft, why)
		return
	}
	m := p.px(median(row.values))
	if !b.x.log { // a length from the edge of a logarithmic axis means nothing
		p.c.StrokeLine2(draw.LineStyle{Color: faded(row.look.color, 0.4), Width: 1}, p.area.Min.X, y, m, y)
	}
	for i, v := range row.beside {
		besideMark(p.c, row.look.color, vg.Point{X: p.px(v), Y: y + lift(i)})
	}
	for i, v := range row.values {
		fillPath(p.c, circle(vg.Point{X: p.px(v), Y: y + lift(i)}, trialSize), row.look.color)
	}
	row.look.mark(p.c, vg.Point{X: m, Y: y}, medianSize)
	write(p.c, lettering(smallSize, ink), at.Max.X, y-3, draw.XRight, spread(row.values))
}

// lift spreads the dots of a row above and below the median in a fixed pattern, so that equal values do not hide it or
// each other.
func lift(i int) vg.Length {
	return [...]vg.Length{6.8, -6.8, 9.4, -9.4}[i%4]
}
