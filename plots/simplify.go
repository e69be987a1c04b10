package plots

import (
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// closeEnough is how far, in points, a line may lie from where it belongs: less than its own width.
const closeEnough = vg.Length(0.2)

// longCurve is curve for lines of many points: those that nobody could see are left out.
func (p panel) longCurve(style draw.LineStyle, ps []point) {
	if len(ps) > 1 {
		p.c.StrokeLines(style, simplified(p.points(ps)))
	}
}

// simplified leaves out the points from which the line through the others is less than closeEnough away (U. Ramer 1972;
// D. Douglas, T. Peucker 1973).
func simplified(ps []vg.Point) []vg.Point {
	if len(ps) < 3 {
		return ps
	}
	first, last := ps[0], ps[len(ps)-1]
	far, most := 0, vg.Length(0)
	for i, q := range ps[1 : len(ps)-1] {
		if d := away(q, first, last); d > most {
			far, most = i+1, d
		}
	}
	if most < closeEnough {
		return []vg.Point{first, last}
	}
	head, tail := simplified(ps[:far+1]), simplified(ps[far:])
	return append(head[:len(head)-1:len(head)-1], tail...)
}

// away is the distance of q from the line between a and b.
func away(q, a, b vg.Point) vg.Length {
	dx, dy := float64(b.X-a.X), float64(b.Y-a.Y)
	x, y := float64(q.X-a.X), float64(q.Y-a.Y)
	if length := dx*dx + dy*dy; length > 0 {
		t := min(max((x*dx+y*dy)/length, 0), 1)
		x, y = x-t*dx, y-t*dy
	}
	return vg.Length(math.Hypot(x, y))
}
