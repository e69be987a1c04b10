package plots

import (
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Width of every picture. 600 pt are 800 px of CSS.
const (
	sheetWidth  = vg.Length(600)
	sheetMargin = vg.Length(12)
)

// A sheet is the frame that all figures share, from top to bottom: title, subtitle, legend, body, notes. Nothing lies
// on top of anything else: the legend never covers data.
type sheet struct {
	title    string
	subtitle string
	legend   []entry
	narrow   bool                                 // the samples of the legend are marks, not lines
	body     vg.Length                            // height
	draw     func(c draw.Canvas, at vg.Rectangle) // draws the body
	notes    []string                             // below the body, folded to the width
}

// An entry is a line of the legend: a sample and what it stands for.
type entry struct {
	label  string
	sample func(c draw.Canvas, from, to vg.Point)
}

const (
	legendRow    = vg.Length(14)
	legendSample = vg.Length(26)
	legendGap    = vg.Length(16)
	noteRow      = vg.Length(11.5)
)

func (s sheet) sample() vg.Length {
	if s.narrow {
		return legendSample / 2
	}
	return legendSample
}

func (s sheet) width() vg.Length { return sheetWidth - 2*sheetMargin }

// columns says how many legend columns of which width fit, and the labels that go into them.
func (s sheet) columns() (n int, width vg.Length, labels []string) {
	style := lettering(textSize, ink)
	widest := vg.Length(0)
	for _, e := range s.legend {
		labels = append(labels, e.label)
		widest = max(widest, style.Width(Clean(e.label)))
	}
	widest = min(widest, s.width()-s.sample()-6)
	n = min(max(1, int((s.width()+legendGap)/(widest+s.sample()+6+legendGap))), 5, max(1, len(s.legend)))
	// Two columns of shortened labels read better than thirty rows of long ones.
	if n == 1 && len(s.legend) > 8 {
		n = 2
	}
	width = (s.width() - legendGap*vg.Length(n-1)) / vg.Length(n)
	if n > 1 {
		width = min(width, widest+s.sample()+6+legendGap)
	}
	return n, width, fitAll(style, width-s.sample()-6, labels)
}

func (s sheet) legendRows() int {
	n, _, _ := s.columns()
	return (len(s.legend) + n - 1) / n
}

func (s sheet) noteLines() []string {
	var lines []string
	for _, n := range s.notes {
		lines = append(lines, fold(lettering(smallSize, muted), s.width(), Clean(n))...)
	}
	return lines
}

func (s sheet) subtitleLines() []string {
	return fold(lettering(textSize, muted), s.width(), Clean(s.subtitle))
}

// height is that of the whole picture.
func (s sheet) height() vg.Length {
	h := 2*sheetMargin + 16 + vg.Length(len(s.subtitleLines()))*13 + s.body
	if rows := s.legendRows(); rows > 0 {
		h += 6 + vg.Length(rows)*legendRow
	}
	if n := len(s.noteLines()); n > 0 {
		h += 6 + vg.Length(n)*noteRow
	}
	return h
}

// paint draws the picture on a canvas of sheetWidth × height.
func (s sheet) paint(c draw.Canvas) {
	y := s.height() - sheetMargin
	heading := bold(lettering(titleSize, ink))
	write(c, heading, sheetMargin, y-11, draw.XLeft, fit(heading, s.width(), Clean(s.title)))
	y -= 16
	for _, line := range s.subtitleLines() {
		write(c, lettering(textSize, muted), sheetMargin, y-10, draw.XLeft, line)
		y -= 13
	}
	if rows := s.legendRows(); rows > 0 {
		s.paintLegend(c, y-6)
		y -= 6 + vg.Length(rows)*legendRow
	}
	s.draw(c, vg.Rectangle{
		Min: vg.Point{X: sheetMargin, Y: y - s.body},
		Max: vg.Point{X: sheetWidth - sheetMargin, Y: y},
	})
	y -= s.body + 6
	for _, line := range s.noteLines() {
		write(c, lettering(smallSize, muted), sheetMargin, y-9, draw.XLeft, line)
		y -= noteRow
	}
}

// paintLegend fills columns from top to bottom, so that the order of the scenario is kept.
func (s sheet) paintLegend(c draw.Canvas, top vg.Length) {
	_, width, labels := s.columns()
	rows := s.legendRows()
	for i, e := range s.legend {
		x := sheetMargin + vg.Length(i/rows)*(width+legendGap)
		y := top - vg.Length(i%rows)*legendRow - legendRow/2
		e.sample(c, vg.Point{X: x, Y: y}, vg.Point{X: x + s.sample(), Y: y})
		write(c, lettering(textSize, ink), x+s.sample()+6, y-3.2, draw.XLeft, labels[i])
	}
}

// middle is half way between two points.
func middle(a, b vg.Point) vg.Point { return vg.Point{X: (a.X + b.X) / 2, Y: (a.Y + b.Y) / 2} }

// centred writes a line in the middle of a rectangle, shortened to it.
func centred(c draw.Canvas, style text.Style, r vg.Rectangle, txt string) {
	lines := fold(style, r.Size().X-8, Clean(txt))
	most := max(1, int(r.Size().Y/noteRow))
	if len(lines) > most {
		lines = lines[:most]
	}
	m := middle(r.Min, r.Max)
	y := m.Y + vg.Length(len(lines)-1)*noteRow/2 - 3
	for _, line := range lines {
		write(c, style, m.X, y, draw.XCenter, line)
		y -= noteRow
	}
}
