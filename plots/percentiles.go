package plots

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/HdrHistogram/hdrhistogram-go"
	"github.com/wsgibench/wsgibench/results"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

var percentiles = Figure{
	Name:  "latency-percentiles",
	Title: "Latency by percentile",
	Caption: "Response time, counted from the moment at which the schedule wanted the request to start, over the requests of all valid trials together. " +
		"Lower is better; each labelled step to the right is ten times rarer. A line ends at the last percentile that the number of requests supports.",
	Draw: spectrumPlots{
		figure: "latency-percentiles", metric: "response", title: "Response time by percentile", quantity: "Response time", of: "requests",
	}.pictures,
}

// spectrumPlots are figures of the percentiles of one duration: a picture per phase in which it was recorded.
type spectrumPlots struct {
	figure   string
	metric   string // of the histogram
	title    string
	quantity string // on the axis, without unit
	of       string // what was counted, in the plural
	optional bool   // phases in which nothing was recorded have no picture
}

// together is how many lines one pair of axes bears; more cells get a panel each.
const together = 12

// perDecade is how many points a line has for each further nine.
const perDecade = 24

// A spectrum is the latency of one cell by percentile.
type spectrum struct {
	label string
	look  look
	last  float64 // the highest quantile that the number of requests supports
	hist  *hdrhistogram.Histogram
	why   string // there is no histogram
}

func (f spectrumPlots) pictures(r *results.Record) ([]Picture, error) {
	var all []Picture
	for _, phase := range r.Measured() {
		spectra, err := f.spectra(r, phase.Name)
		if err != nil {
			return nil, err
		}
		if f.optional && !slices.ContainsFunc(spectra, func(s spectrum) bool { return s.hist != nil }) {
			continue
		}
		s := sheet{title: f.title, subtitle: about(r, phase)}
		plot := newSpectrumPlot(spectra)
		plot.spectrumPlots = f
		if len(spectra) <= together {
			plot.onePanel(&s)
		} else {
			plot.panelEach(&s)
		}
		all = append(all, Picture{
			Name: fileName(r, f.figure, phase), Title: s.title + ", " + phase.Name,
			Alt: f.words(spectra, phase), Table: f.table(spectra), sheet: s,
		})
	}
	return all, nil
}

func (f spectrumPlots) spectra(r *results.Record, phase string) ([]spectrum, error) {
	var all []spectrum
	for i, c := range r.Run.Cells {
		s := spectrum{label: Clean(c.Label), look: lookOf(i)}
		h, err := r.Histogram(c.ID, phase, f.metric, "")
		switch {
		case err != nil:
			return nil, err
		case silent(r, c.ID, phase) != "":
			s.why = silent(r, c.ID, phase)
		case h == nil:
			s.why = "no " + strings.ToLower(f.quantity) + " was recorded"
		default:
			s.hist, s.last = h, supported(h.TotalCount())
		}
		all = append(all, s)
	}
	return all, nil
}

// supported returns the highest quantile q of n requests whose 95 % order-statistic interval has an upper end: beyond
// it, the chance qⁿ that the true quantile lies above the slowest request exceeds 2.5 %. Some four requests are slower.
// The tables leave percentiles out by the same rule.
func supported(n int64) float64 { return max(0.5, math.Pow(0.025, 1/float64(max(n, 1)))) }

// ms returns the response time at a quantile in milliseconds.
func (s spectrum) ms(q float64) float64 { return float64(s.hist.ValueAtQuantile(q*100)) / 1e6 }

// A spectrumPlot holds the axes that all cells share.
type spectrumPlot struct {
	spectrumPlots
	spectra []spectrum
	x, y    scale
	place   func(q float64) float64
}

func newSpectrumPlot(spectra []spectrum) spectrumPlot {
	p := spectrumPlot{spectra: spectra}
	last, low, high := 0.9, math.Inf(1), 0.0
	for _, s := range spectra {
		if s.hist != nil {
			last = max(last, s.last)
			low, high = min(low, s.ms(fastest)), max(high, s.ms(s.last))
		}
	}
	p.x, p.place = percentileScale(last)
	p.y = logScale(low, high, 9)
	return p
}

// line samples the quantiles evenly along the axis.
func (p spectrumPlot) line(s spectrum, density float64) []point {
	var ps []point
	end := p.place(s.last)
	for x := p.x.min; x < end; x += 1 / density {
		ps = append(ps, point{x, s.ms(1 - math.Pow(10, -x))})
	}
	return append(ps, point{end, s.ms(s.last)})
}

func (p spectrumPlot) onePanel(s *sheet) {
	for _, sp := range p.spectra {
		if sp.hist == nil {
			s.notes = append(s.notes, sp.label+": "+sp.why)
			continue
		}
		s.legend = append(s.legend, entry{sp.label, sp.look.sample})
	}
	s.body = 270
	s.draw = func(c draw.Canvas, at vg.Rectangle) {
		pan := panel{c: c, x: p.x, y: p.y, area: inset(at, 44, 10, 34, 10)}
		pan.grid()
		pan.bottom(true)
		pan.left(true)
		writeUp(c, lettering(textSize, ink), at.Min.X+9, middle(pan.area.Min, pan.area.Max).Y, p.quantity+" (ms, log scale)")
		write(c, lettering(textSize, ink), middle(pan.area.Min, pan.area.Max).X, at.Min.Y+5, draw.XCenter, "Percentile of "+p.of)
		for i, sp := range p.spectra {
			if sp.hist != nil {
				line := p.line(sp, perDecade)
				pan.longCurve(sp.look.line(1.6), line)
				p.marks(pan, sp.look, line, i)
			}
		}
	}
}

// marks puts the cell's shape on its line, at places that differ from cell to cell so that they do not cover each other.
func (p spectrumPlot) marks(pan panel, l look, line []point, i int) {
	const apart = perDecade / 2
	for j := 2 + i*5%apart; j < len(line); j += apart {
		l.mark(pan.c, pan.points(line[j : j+1])[0], 2.6)
	}
}

// sample is how a cell looks in a legend.
func (l look) sample(c draw.Canvas, from, to vg.Point) {
	c.StrokeLines(l.line(1.6), []vg.Point{from, to})
	l.mark(c, middle(from, to), 2.8)
}

// panelEach draws one small panel per cell. The gray ground is the range of all cells, to compare with.
func (p spectrumPlot) panelEach(s *sheet) {
	low, high := p.envelope()
	s.legend = []entry{
		{"this target", func(c draw.Canvas, a, b vg.Point) { c.StrokeLines(look{color: muted}.line(1.6), []vg.Point{a, b}) }},
		{"range of all targets", bandSample(faded(ink, 0.14))},
	}
	g := grid{x: p.x, y: p.y, xLabel: "Percentile of " + p.of, yLabel: p.quantity + " (ms, log scale)"}
	for _, sp := range p.spectra {
		g.panels = append(g.panels, small{label: sp.label, look: sp.look, why: sp.why, draw: func(pan panel) {
			pan.band(faded(ink, 0.14), low, high)
			pan.grid()
			if sp.hist != nil {
				pan.curve(draw.LineStyle{Color: sp.look.color, Width: 1.6}, p.line(sp, 10))
			}
		}})
	}
	g.put(s)
}

// envelope returns the fastest and the slowest cell at each percentile, among the cells whose lines go as far.
func (p spectrumPlot) envelope() (low, high []point) {
	const steps = 40
	for i := range steps + 1 {
		x := p.x.min + (p.x.max-p.x.min)*float64(i)/steps
		lo, hi := math.Inf(1), 0.0
		for _, s := range p.spectra {
			if s.hist != nil && p.place(s.last) >= x-1e-9 {
				v := s.ms(1 - math.Pow(10, -x))
				lo, hi = min(lo, v), max(hi, v)
			}
		}
		if hi > 0 {
			low, high = append(low, point{x, lo}), append(high, point{x, hi})
		}
	}
	return low, high
}

var spectrumColumns = []float64{0.5, 0.9, 0.99, 0.999, 0.9999}

func (f spectrumPlots) table(spectra []spectrum) Table {
	t := Table{Header: []string{"target", "p50, ms", "p90, ms", "p99, ms", "p99.9, ms", "p99.99, ms", "slowest, ms", f.of}}
	for _, s := range spectra {
		row := []string{s.label}
		if s.hist == nil {
			t.Rows = append(t.Rows, append(row, s.why, "", "", "", "", "", ""))
			continue
		}
		for _, q := range spectrumColumns {
			if q > s.last+1e-12 {
				row = append(row, "too few "+f.of)
				continue
			}
			row = append(row, significant(s.ms(q)))
		}
		row = append(row, significant(float64(s.hist.Max())/1e6), thousands(fmt.Sprint(s.hist.TotalCount())))
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (f spectrumPlots) words(spectra []spectrum, phase results.Phase) string {
	var parts []string
	for _, s := range spectra {
		what := s.why
		if s.hist != nil {
			what = fmt.Sprintf("p50 %s ms, p99 %s ms", significant(s.ms(0.5)), significant(s.ms(0.99)))
			if s.last < 0.99 {
				what, _, _ = strings.Cut(what, ", p99")
			}
		}
		parts = append(parts, s.label+": "+what)
	}
	return fmt.Sprintf("%s in phase %s. %s.", f.title, Clean(phase.Name), sumUp(parts))
}
