package plots

import (
	"fmt"
	"image/color"
	"math"
	"slices"
	"strings"

	"github.com/wsgibench/wsgibench/results"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A dotPlot shows a metric of every trial: one row per cell in the order of the scenario, one dot per trial, the
// median as the mark of the cell. Rows are not sorted by value: what differs by noise only must not look ranked.
type dotPlot struct {
	figure    string
	title     string
	metric    string
	beside    string // another metric of the same unit, drawn small; may be empty
	quantity  string // of the axis: "Goodput"
	names     [2]string
	unit      func(top float64) unit
	wide      bool                                                           // the values span powers of ten: the axis is logarithmic
	reference func(*results.Record, results.Phase) (v float64, label string) // a line to compare with; v 0: none
	only      func(results.Phase) bool                                       // phases that have a picture; nil: all
}

// A unit scales values for people.
type unit struct {
	name string
	per  float64 // base units per unit shown
}

// secondsUnit picks the unit for durations up to top seconds.
func secondsUnit(top float64) unit {
	switch {
	case top < 1e-3:
		return unit{"µs", 1e-6}
	case top < 1:
		return unit{"ms", 1e-3}
	}
	return unit{"s", 1}
}

func bytesUnit(top float64) unit {
	switch {
	case top < 1<<20:
		return unit{"KiB", 1 << 10}
	case top < 8<<30:
		return unit{"MiB", 1 << 20}
	}
	return unit{"GiB", 1 << 30}
}

func rateUnit(float64) unit { return unit{"1/s", 1} }

// A dotRow is what a dotPlot shows of one cell.
type dotRow struct {
	label  string
	look   look
	values []float64 // in the unit shown, in order of blocks
	beside []float64
	why    string // there are no values
}

const (
	dotRowHeight = vg.Length(24)
	dotAxis      = vg.Length(32)
	dotValues    = vg.Length(112) // room for "1,234 (1,200–1,301)"
)

func (d dotPlot) pictures(r *results.Record) ([]Picture, error) {
	var all []Picture
	for _, phase := range r.Measured() {
		if d.only == nil || d.only(phase) {
			all = append(all, d.picture(r, phase))
		}
	}
	return all, nil
}

func (d dotPlot) picture(r *results.Record, phase results.Phase) Picture {
	rows, u := d.rows(r, phase)
	top := 0.0
	for _, row := range rows {
		top = max(top, slices.Max(append(slices.Concat(row.values, row.beside), 0)))
	}
	line, lineLabel := 0.0, ""
	if d.reference != nil {
		line, lineLabel = d.reference(r, phase)
		line /= u.per
		top = max(top, line)
	}
	x, axis := dotScale(rows, line, top, d.wide), fmt.Sprintf("%s (%s)", d.quantity, u.name)
	if x.log {
		axis = fmt.Sprintf("%s (%s, log scale)", d.quantity, u.name)
	}
	body := dotBody{rows: rows, x: x, axis: axis, line: line}
	s := sheet{title: d.title, subtitle: about(r, phase), body: dotAxis + vg.Length(len(rows))*dotRowHeight + 14, draw: body.draw}
	s.legend, s.narrow = d.legend(line > 0, lineLabel), true
	return Picture{
		Name: fileName(r, d.figure, phase), Title: d.title + ", " + phase.Name,
		Alt: d.words(rows, u, phase), Table: d.table(rows, u), sheet: s,
	}
}

// logSpan is how many times the least median the greatest may be on a linear axis: beyond it the small ones would all
// lie on zero.
const logSpan = 30

// dotScale starts at zero, so that lengths compare, unless the values span too much to be told apart there.
func dotScale(rows []dotRow, line, top float64, wide bool) scale {
	low, least := math.Inf(1), math.Inf(1)
	for _, row := range rows {
		if len(row.values) > 0 {
			least = min(least, median(row.values))
		}
		for _, v := range slices.Concat(row.values, row.beside) {
			low = min(low, v)
		}
	}
	if line > 0 {
		low = min(low, line)
	}
	if low > 0 && !math.IsInf(low, 1) && (wide || top > logSpan*least) {
		return logScale(low*0.9, top*1.02, 8)
	}
	return linearScale(top*1.02, 8)
}

func (d dotPlot) rows(r *results.Record, phase results.Phase) ([]dotRow, unit) {
	var rows []dotRow
	top := 0.0
	for i, c := range r.Run.Cells {
		row := dotRow{label: Clean(c.Label), look: lookOf(i)}
		row.values, row.why = values(r, c.ID, d.metric, phase.Name)
		if d.beside != "" {
			row.beside, _ = values(r, c.ID, d.beside, phase.Name)
		}
		top = max(top, slices.Max(append(slices.Concat(row.values, row.beside), 0)))
		rows = append(rows, row)
	}
	u := d.unit(top)
	for _, row := range rows {
		for _, vs := range [][]float64{row.values, row.beside} {
			for j := range vs {
				vs[j] /= u.per
			}
		}
	}
	return rows, u
}

func (d dotPlot) legend(reference bool, label string) []entry {
	gray := look{color: color.NRGBA{R: 0x55, G: 0x55, B: 0x55, A: 0xff}}
	es := []entry{
		{d.names[0] + ", median of the trials", func(c draw.Canvas, a, b vg.Point) { gray.mark(c, middle(a, b), medianSize) }},
		{"each trial", func(c draw.Canvas, a, b vg.Point) { fillPath(c, circle(middle(a, b), trialSize), gray.color) }},
	}
	if d.beside != "" {
		es = append(es, entry{d.names[1], func(c draw.Canvas, a, b vg.Point) { besideMark(c, gray.color, middle(a, b)) }})
	}
	if reference {
		es = append(es, entry{label, func(c draw.Canvas, a, b vg.Point) {
			m := middle(a, b)
			c.StrokeLine2(referenceLine, m.X, m.Y-5, m.X, m.Y+5)
		}})
	}
	return es
}

var referenceLine = draw.LineStyle{Color: ink, Width: 1, Dashes: []vg.Length{3, 2}}

// Radii of the marks.
const (
	medianSize = vg.Length(3.4)
	trialSize  = vg.Length(1.5)
)

func besideMark(c draw.Canvas, col color.NRGBA, at vg.Point) {
	c.SetLineStyle(draw.LineStyle{Color: faded(col, 0.7), Width: 0.9})
	c.Stroke(circle(at, 1.7))
}

// spread writes "median (least–most)".
func spread(vs []float64) string {
	if len(vs) == 0 {
		return ""
	}
	m := significant(median(vs))
	if len(vs) == 1 {
		return m
	}
	return fmt.Sprintf("%s (%s–%s)", m, significant(slices.Min(vs)), significant(slices.Max(vs)))
}

func (d dotPlot) table(rows []dotRow, u unit) Table {
	t := Table{Header: []string{"target", fmt.Sprintf("%s, median (least–most), %s", d.names[0], u.name), "each trial, in order of blocks"}}
	if d.beside != "" {
		t.Header = append(t.Header, fmt.Sprintf("%s, median (least–most), %s", d.names[1], u.name))
	}
	for _, row := range rows {
		var each []string
		for _, v := range row.values {
			each = append(each, significant(v))
		}
		cells := []string{row.label, spread(row.values), strings.Join(each, ", ")}
		if row.why != "" {
			cells[1] = row.why
		}
		if d.beside != "" {
			cells = append(cells, spread(row.beside))
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

// words says what the picture shows; a long run is summed up, because its numbers stand in the table.
func (d dotPlot) words(rows []dotRow, u unit, phase results.Phase) string {
	var parts []string
	for _, row := range rows {
		what := row.why
		if what == "" {
			what = spread(row.values) + " " + u.name
		}
		parts = append(parts, row.label+": "+what)
	}
	return fmt.Sprintf("%s of each trial in phase %s, median (least–most). %s.", d.names[0], Clean(phase.Name), sumUp(parts))
}

// sumUp joins the first ten parts.
func sumUp(parts []string) string {
	if len(parts) > 10 {
		rest := len(parts) - 10
		return strings.Join(parts[:10], "; ") + fmt.Sprintf("; and %d more in the table", rest)
	}
	return strings.Join(parts, "; ")
}
