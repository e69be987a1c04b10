package plots

import (
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgimg"
)

// A pixels canvas draws text as the outlines of its letters. Left to itself the image canvas has letters drawn in single
// precision, where processors that multiply and add in one step (arm64) come to other last digits, and so to other
// shades of a few pixels, than those that do not (amd64). Outlines are drawn like every other shape, on a grid of 64ths
// of a pixel: the same record gives the same bytes.
type pixels struct{ *vgimg.Canvas }

// FillString draws a line of text from a point of its baseline on.
func (p pixels) FillString(f font.Face, at vg.Point, text string) { p.Fill(outlines(f, at, text)) }

// outlines are those of the letters of a line of text. A letter that the font lacks is drawn as the font draws such.
func outlines(f font.Face, at vg.Point, text string) (path vg.Path) {
	var buf sfnt.Buffer
	em := fixed.I(int(f.Face.UnitsPerEm())) // at this size the font's own numbers come unrounded
	scale := f.Font.Size / vg.Length(em)
	pen, before := at, sfnt.GlyphIndex(0)
	for _, r := range text {
		glyph, err := f.Face.GlyphIndex(&buf, r)
		if err != nil {
			continue // a damaged font: the shipped ones are not
		}
		if kern, err := f.Face.Kern(&buf, before, glyph, em, 0); err == nil && before != 0 {
			pen.X += vg.Length(kern) * scale
		}
		segments, err := f.Face.LoadGlyph(&buf, glyph, em, nil)
		if err == nil {
			path = appendOutline(path, segments, pen, scale)
		}
		if advance, err := f.Face.GlyphAdvance(&buf, glyph, em, 0); err == nil {
			pen.X += vg.Length(advance) * scale
		}
		before = glyph
	}
	return path
}

// appendOutline adds the closed lines of one letter. A font's y grows downwards, a canvas's upwards.
func appendOutline(path vg.Path, segments sfnt.Segments, pen vg.Point, scale vg.Length) vg.Path {
	place := func(p fixed.Point26_6) vg.Point {
		return vg.Point{X: pen.X + vg.Length(p.X)*scale, Y: pen.Y - vg.Length(p.Y)*scale}
	}
	for i, s := range segments {
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			if i > 0 {
				path.Close()
			}
			path.Move(place(s.Args[0]))
		case sfnt.SegmentOpLineTo:
			path.Line(place(s.Args[0]))
		case sfnt.SegmentOpQuadTo:
			path.QuadTo(place(s.Args[0]), place(s.Args[1]))
		case sfnt.SegmentOpCubeTo:
			path.CubeTo(place(s.Args[0]), place(s.Args[1]), place(s.Args[2]))
		}
	}
	if len(segments) > 0 {
		path.Close()
	}
	return path
}
