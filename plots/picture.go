package plots

import (
	"bytes"
	"fmt"
	"html"
	"html/template"
	"image/color"
	"io"
	"math"
	"regexp"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// A Picture is one figure of one run, ready to be written.
type Picture struct {
	Name    string // of the file, without its ending: "goodput-steady"
	Title   string
	Caption string // how to read it
	Alt     string // what it shows, in words, for those who do not see it
	Table   Table  // the numbers that it shows
	sheet   sheet
}

// A Table holds the numbers behind a picture, as people read them.
type Table struct {
	Header []string
	Rows   [][]string
}

// pixelsPerInch of PNG files: two device pixels for each of the 800 that a figure is wide.
const pixelsPerInch = 192

// PNG writes the picture as an image of 1600 pixels width.
func (p Picture) PNG(w io.Writer) error {
	img := vgimg.NewWith(vgimg.UseWH(sheetWidth, p.sheet.height()), vgimg.UseDPI(pixelsPerInch), vgimg.UseBackgroundColor(color.White))
	p.sheet.paint(draw.New(pixels{img}))
	if _, err := (vgimg.PngCanvas{Canvas: img}).WriteTo(w); err != nil {
		return fmt.Errorf("writing picture %s: %w", p.Name, err)
	}
	return nil
}

var (
	svgStart = regexp.MustCompile(`(?s)\A.*?<svg [^>]*>\n`)
	svgFont  = regexp.MustCompile(`style="font-family:Liberation Sans;font-variant:[^;"]*;font-weight:normal;font-style:normal;`)
	svgFace  = regexp.MustCompile(`style="font-family:Liberation Sans;font-variant:[^;"]*;`)
)

// SVG writes the picture as a document of its own. The same record gives the same bytes.
func (p Picture) SVG(w io.Writer) error {
	_, err := io.WriteString(w, `<?xml version="1.0" encoding="UTF-8"?>`+"\n"+p.inline())
	if err != nil {
		return fmt.Errorf("writing picture %s: %w", p.Name, err)
	}
	return nil
}

// inline returns the svg element alone, as it stands in a page. gonum names the one font that it measures with, and
// few machines have it: Arial and Helvetica have the same widths, so the text is set in whichever there is.
func (p Picture) inline() string {
	width, height := sheetWidth, p.sheet.height()
	canvas := vgsvg.NewWith(vgsvg.UseWH(width, height))
	p.sheet.paint(draw.New(canvas))
	body := svgBody(canvas)
	px := func(v float64) int { return int(math.Round(v * 4 / 3)) }
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" role="img" width="%d" height="%d" viewBox="0 0 %.5g %.5g" font-family="'Liberation Sans', Arial, Helvetica, sans-serif">
<title>%s</title>
<desc>%s</desc>
<rect width="100%%" height="100%%" fill="#FFFFFF"/>
%s`, px(width.Points()), px(height.Points()), width.Points(), height.Points(),
		html.EscapeString(p.Title), html.EscapeString(p.Alt), body)
}

// svgBody returns what a canvas drew, up to and with the end of its svg element. Styles start with the font.
func svgBody(canvas *vgsvg.Canvas) string {
	var buf bytes.Buffer
	_, _ = canvas.WriteTo(&buf) // a bytes.Buffer takes everything
	body := svgStart.ReplaceAllString(buf.String(), "")
	body = svgFont.ReplaceAllString(body, `style="`)
	return svgFace.ReplaceAllString(body, `style="`)
}

// html returns the mark of a cell as a small picture, to find it again in the figures. The words beside it say the same.
func (l look) html() template.HTML {
	const size = 12
	canvas := vgsvg.NewWith(vgsvg.UseWH(size, size))
	l.mark(draw.New(canvas), vg.Point{X: size / 2, Y: size / 2}, 3.8)
	return template.HTML(fmt.Sprintf(`<svg class="mark" aria-hidden="true" viewBox="0 0 %d %d">%s`, size, size, strings.ReplaceAll(svgBody(canvas), "\n", "")))
}
