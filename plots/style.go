package plots

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// palette is that of Okabe and Ito ("Color Universal Design", 2008) without the yellow, which white paper swallows.
var palette = []color.NRGBA{
	{R: 0x00, G: 0x72, B: 0xB2, A: 0xff}, // blue
	{R: 0xD5, G: 0x5E, B: 0x00, A: 0xff}, // vermilion
	{R: 0x00, G: 0x9E, B: 0x73, A: 0xff}, // bluish green
	{R: 0xCC, G: 0x79, B: 0xA7, A: 0xff}, // reddish purple
	{R: 0xE6, G: 0x9F, B: 0x00, A: 0xff}, // orange
	{R: 0x56, G: 0xB4, B: 0xE9, A: 0xff}, // sky blue
	{R: 0x00, G: 0x00, B: 0x00, A: 0xff}, // black
}

// dashes change each time the colours have been used up.
var dashes = [][]vg.Length{
	nil,
	{6, 2.5},
	{2, 2},
	{8, 2, 2, 2},
	{10, 2, 2, 2, 2, 2},
	{4, 4},
}

// A shape is the mark of a cell, so that cells can be told apart without colour.
type shape int

const (
	disc shape = iota
	square
	triangle
	diamond
	wedge // a triangle that points down
	cross
	plus
	ring
	shapes
)

// A look is how a cell is drawn in every figure of a run.
type look struct {
	color color.NRGBA
	dash  []vg.Length
	shape shape
}

// lookOf returns the look of the i-th cell of a run. The first 56 cells differ by colour and shape alone (7 and 8 have
// no common divisor); the dash sets the ones of equal colour further apart.
func lookOf(i int) look {
	return look{
		color: palette[i%len(palette)],
		dash:  dashes[i/len(palette)%len(dashes)],
		shape: shape(i % int(shapes)),
	}
}

func (l look) line(width vg.Length) draw.LineStyle {
	return draw.LineStyle{Color: l.color, Width: width, Dashes: l.dash}
}

// faded mixes a colour with white, because a transparent fill is drawn differently by different viewers.
func faded(c color.NRGBA, part float64) color.NRGBA {
	mix := func(v uint8) uint8 { return uint8(math.Round(float64(v)*part + 255*(1-part))) }
	return color.NRGBA{R: mix(c.R), G: mix(c.G), B: mix(c.B), A: 0xff}
}

// mark draws the shape of a cell with its centre at p; r is the radius of the disc, the others are as large to the eye.
func (l look) mark(c draw.Canvas, p vg.Point, r vg.Length) {
	switch l.shape {
	case cross, plus:
		l.strokes(c, p, r*1.15)
		return
	case ring:
		c.SetLineStyle(draw.LineStyle{Color: l.color, Width: r * 0.55})
		fillPath(c, circle(p, r), color.White)
		c.SetColor(l.color)
		c.Stroke(circle(p, r))
		return
	}
	// A white rim keeps the marks apart where they overlap.
	for _, layer := range []struct {
		r     vg.Length
		color color.Color
	}{{r + 0.7, color.White}, {r, l.color}} {
		fillPath(c, l.shape.outline(p, layer.r), layer.color)
	}
}

func (l look) strokes(c draw.Canvas, p vg.Point, r vg.Length) {
	d := r
	pairs := [][2]vg.Point{{{X: -d}, {X: d}}, {{Y: -d}, {Y: d}}}
	if l.shape == cross {
		d *= 0.75
		pairs = [][2]vg.Point{{{X: -d, Y: -d}, {X: d, Y: d}}, {{X: -d, Y: d}, {X: d, Y: -d}}}
	}
	for _, layer := range []draw.LineStyle{{Color: color.White, Width: r*0.5 + 1.2}, {Color: l.color, Width: r * 0.5}} {
		for _, s := range pairs {
			c.StrokeLines(layer, []vg.Point{p.Add(s[0]), p.Add(s[1])})
		}
	}
}

func (s shape) outline(p vg.Point, r vg.Length) vg.Path {
	polygon := func(k vg.Length, corners ...[2]vg.Length) vg.Path {
		var path vg.Path
		for i, q := range corners {
			at := vg.Point{X: p.X + k*r*q[0], Y: p.Y + k*r*q[1]}
			if i == 0 {
				path.Move(at)
			} else {
				path.Line(at)
			}
		}
		path.Close()
		return path
	}
	switch s {
	case square:
		return polygon(0.9, [2]vg.Length{-1, -1}, [2]vg.Length{1, -1}, [2]vg.Length{1, 1}, [2]vg.Length{-1, 1})
	case triangle:
		return polygon(1.25, [2]vg.Length{-0.9, -0.7}, [2]vg.Length{0.9, -0.7}, [2]vg.Length{0, 0.85})
	case wedge:
		return polygon(1.25, [2]vg.Length{-0.9, 0.7}, [2]vg.Length{0.9, 0.7}, [2]vg.Length{0, -0.85})
	case diamond:
		return polygon(1.3, [2]vg.Length{-1, 0}, [2]vg.Length{0, -1}, [2]vg.Length{1, 0}, [2]vg.Length{0, 1})
	}
	return circle(p, r)
}

func circle(p vg.Point, r vg.Length) vg.Path {
	var path vg.Path
	path.Move(vg.Point{X: p.X + r, Y: p.Y})
	path.Arc(p, r, 0, 2*math.Pi)
	path.Close()
	return path
}

func fillPath(c draw.Canvas, p vg.Path, col color.Color) {
	c.SetColor(col)
	c.Fill(p)
}
