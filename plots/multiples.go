package plots

import (
	"image/color"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A grid is a set of small panels with the same axes, one per cell in the order of the scenario, row by row.
type grid struct {
	x, y           scale
	xLabel, yLabel string
	panels         []small
}

// A small panel belongs to one cell.
type small struct {
	label string
	look  look
	why   string // there is nothing to draw
	draw  func(panel)
}

const (
	gridLeft   = vg.Length(44)
	gridBottom = vg.Length(32)
	gridGap    = vg.Length(10)
	gridTitle  = vg.Length(15) // with one line of heading
	gridLine2  = vg.Length(10) // more, for each further one
)

// columns says how many panels stand side by side and how high their data areas are.
func (g grid) columns() (n int, height vg.Length) {
	switch k := len(g.panels); {
	case k <= 1:
		return 1, 210
	case k == 2, k == 4:
		return 2, 130
	case k <= 9:
		return 3, 105
	}
	return 4, 80
}

// heading is bold where there is room for it.
func (g grid) heading() text.Style {
	if n, _ := g.columns(); n > 3 {
		return lettering(smallSize, ink)
	}
	return bold(lettering(smallSize, ink))
}

// put makes the grid the body of a sheet.
func (g grid) put(s *sheet) {
	n, height := g.columns()
	width := (s.width() - gridLeft - 8 - gridGap*vg.Length(n-1)) / vg.Length(n)
	var names []string
	for _, p := range g.panels {
		names = append(names, p.label)
	}
	l := layout{columns: n, width: width, height: height, title: gridTitle}
	l.headings = foldAll(g.heading(), width-12, names)
	for _, h := range l.headings {
		l.title = max(l.title, gridTitle+gridLine2*vg.Length(len(h)-1))
	}
	rows := (len(g.panels) + n - 1) / n
	s.body = vg.Length(rows)*(height+l.title+gridGap) + gridBottom
	s.draw = func(c draw.Canvas, at vg.Rectangle) { g.paint(c, at, l) }
}

// A layout is the measure of the panels of a grid.
type layout struct {
	columns       int
	width, height vg.Length // of a data area
	title         vg.Length // height of the heading
	headings      [][]string
}

// area is where the data of the i-th panel goes.
func (l layout) area(at vg.Rectangle, i int) vg.Rectangle {
	x := at.Min.X + gridLeft + vg.Length(i%l.columns)*(l.width+gridGap)
	y := at.Max.Y - gridGap/2 - vg.Length(i/l.columns+1)*(l.height+l.title) - vg.Length(i/l.columns)*gridGap
	return vg.Rectangle{Min: vg.Point{X: x, Y: y}, Max: vg.Point{X: x + l.width, Y: y + l.height}}
}

func (g grid) paint(c draw.Canvas, at vg.Rectangle, l layout) {
	for i, s := range g.panels {
		pan := panel{c: c, x: g.x, y: g.y, area: l.area(at, i)}
		top := pan.area.Max.Y + 4 + gridLine2*vg.Length(len(l.headings[i])-1)
		s.look.mark(c, vg.Point{X: pan.area.Min.X + 4, Y: top + 3}, 2.6)
		for j, line := range l.headings[i] {
			write(c, g.heading(), pan.area.Min.X+12, top-gridLine2*vg.Length(j), draw.XLeft, line)
		}
		if s.why != "" {
			fillPath(c, pan.area.Path(), faded(ink, 0.05))
			centred(c, italic(lettering(smallSize, muted)), pan.area, s.why)
		} else {
			s.draw(pan)
		}
		// The numbers stand at the left of each row and under the last panel of each column.
		pan.left(i%l.columns == 0)
		pan.bottom(i+l.columns >= len(g.panels))
	}
	body := vg.Rectangle{Min: vg.Point{X: at.Min.X + gridLeft, Y: at.Min.Y + gridBottom}, Max: at.Max}
	writeUp(c, lettering(textSize, ink), at.Min.X+9, middle(body.Min, body.Max).Y, g.yLabel)
	write(c, lettering(textSize, ink), middle(body.Min, body.Max).X, at.Min.Y+5, draw.XCenter, g.xLabel)
}

// inset makes a rectangle smaller.
func inset(r vg.Rectangle, left, right, bottom, top vg.Length) vg.Rectangle {
	return vg.Rectangle{
		Min: vg.Point{X: r.Min.X + left, Y: r.Min.Y + bottom},
		Max: vg.Point{X: r.Max.X - right, Y: r.Max.Y - top},
	}
}

// bandSample is how a filled band looks in a legend.
func bandSample(col color.Color) func(c draw.Canvas, a, b vg.Point) {
	return func(c draw.Canvas, a, b vg.Point) {
		r := vg.Rectangle{Min: vg.Point{X: a.X, Y: a.Y - 4}, Max: vg.Point{X: b.X, Y: b.Y + 4}}
		fillPath(c, r.Path(), col)
	}
}
