package plots

import (
	"fmt"
	"image/color"
	"math"
	"slices"
	"strconv"

	"github.com/wsgibench/wsgibench/results"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

var heldRequests = Figure{
	Name:  "held-requests",
	Title: "Short requests beside streams",
	Caption: "Median and 99th percentile of the response times of short requests while so many streams are held open beside them, over the right answers of all trials " +
		"that count. The dashed line is the number of requests that the server can carry out at once by its settings, workers × threads: from there on short requests wait " +
		"for streams to end. A cross at the top is the share that was not answered rightly. Percentiles that too few requests support are left out.",
	Draw: drawHeldRequests,
}

// A crowding is the response of one cell to short requests by the number of streams held.
type crowding struct {
	label    string
	look     look
	atOnce   float64 // requests that the server can carry out; 0: not known
	p50, p99 []point // place on the axis of streams, ms
	lost     []point // place on the axis of streams, share of requests that failed
	rows     []crowdRow
	why      string
}

// A crowdRow is one number of streams in words.
type crowdRow struct{ held, requests, p50, p99, lost string }

// mayFail is the share of requests that may fail before response times are no longer shown: those of the lucky ones say
// little. It is the validity rule's.
const mayFail = 0.001

func drawHeldRequests(r *results.Record) ([]Picture, error) {
	var all []Picture
	for i, l := range levelsOf(r) {
		cs, err := crowdings(r, l)
		if err != nil {
			return nil, err
		}
		title := "Short requests beside streams that are held"
		s := sheet{title: title, subtitle: aboutRun(r, l.schedule), legend: crowdLegend(cs)}
		l.grid(cs).put(&s)
		all = append(all, Picture{Name: l.name("held-requests", i), Title: title, Alt: crowdWords(cs, l), Table: crowdTable(cs), sheet: s})
	}
	return all, nil
}

func crowdings(r *results.Record, l levels) ([]crowding, error) {
	_, at := l.scale()
	var all []crowding
	for i, c := range r.Run.Cells {
		k := crowding{label: Clean(c.Label), look: lookOf(i), atOnce: atOnce(c)}
		ts := answering(r, c.ID)
		if len(ts) == 0 {
			k.why = absent(r, c.ID)
		}
		for j, p := range l.phases {
			if err := k.level(r, ts, p.Name, at(l.held[j]), l.held[j]); err != nil {
				return nil, err
			}
		}
		if k.why == "" && len(k.rows) == 0 {
			k.why = "no response time was recorded"
		}
		all = append(all, k)
	}
	return all, nil
}

// level adds what became of the requests of one phase.
func (k *crowding) level(r *results.Record, ts []*results.Trial, phase string, x, held float64) error {
	share, known := failed(ts, phase)
	if !known {
		return nil // it was not run
	}
	row := crowdRow{held: strconv.FormatFloat(held, 'f', -1, 64), p50: "–", p99: "–", lost: results.FormatPercent(share)}
	if share > mayFail {
		k.lost = append(k.lost, point{x, share})
	}
	h := results.NewHistogram()
	for _, t := range ts {
		one, err := r.TrialHistogram(t.ID, phase, "response", "")
		if err != nil {
			return err
		}
		if own, _ := failed([]*results.Trial{t}, phase); one != nil && own <= mayFail {
			h.Merge(one)
		}
	}
	n := h.TotalCount()
	row.requests = thousands(fmt.Sprint(n))
	if n > 0 {
		v := float64(h.ValueAtQuantile(50)) / 1e6
		k.p50, row.p50 = append(k.p50, point{x, v}), significant(v)
	}
	if n > 0 && supported(n) >= 0.99-1e-12 {
		v := float64(h.ValueAtQuantile(99)) / 1e6
		k.p99, row.p99 = append(k.p99, point{x, v}), significant(v)
	}
	k.rows = append(k.rows, row)
	return nil
}

func (l levels) grid(cs []crowding) grid {
	low, high, lost := math.Inf(1), 0.0, false
	for _, k := range cs {
		for _, p := range slices.Concat(k.p50, k.p99) {
			low, high = min(low, p.y), max(high, p.y)
		}
		lost = lost || len(k.lost) > 0
	}
	if lost {
		high *= 5 // room for the crosses above all lines
	}
	g := grid{xLabel: l.axis(), yLabel: "Response time (ms, log scale)", y: logScale(low, high, 5)}
	g.x, _ = l.scale()
	for _, k := range cs {
		g.panels = append(g.panels, small{label: k.label, look: k.look, why: k.why, draw: func(pan panel) { k.draw(pan, l) }})
	}
	return g
}

func (k crowding) draw(pan panel, l levels) {
	pan.grid()
	if _, at := l.scale(); k.atOnce > 0 && at(k.atOnce) <= pan.x.max {
		x := pan.px(at(k.atOnce))
		pan.c.StrokeLine2(referenceLine, x, pan.area.Min.Y, x, pan.area.Max.Y)
	}
	pan.curve(p99Line(k.look), k.p99)
	pan.curve(draw.LineStyle{Color: k.look.color, Width: 1.8}, k.p50)
	for _, p := range pan.points(k.p99) {
		fillPath(pan.c, circle(p, trialSize), k.look.color)
	}
	for _, p := range pan.points(k.p50) {
		k.look.mark(pan.c, p, smallMark)
	}
	k.crosses(pan)
}

// crosses stand at the top, with the shares below them as far as there is room; the table has all.
func (k crowding) crosses(pan panel) {
	style := lettering(smallSize, ink)
	free := pan.area.Min.X - 4
	for _, p := range k.lost {
		x, y := pan.px(p.x), pan.area.Max.Y-5
		look{color: ink, shape: cross}.mark(pan.c, vg.Point{X: x, Y: y}, 2.6)
		text := percentLabel(p.y)
		width := style.Width(text)
		from := max(min(x-width/2, pan.area.Max.X-width), pan.area.Min.X+1)
		if from > free {
			ground := vg.Rectangle{Min: vg.Point{X: from - 1, Y: y - 13}, Max: vg.Point{X: from + width + 1, Y: y - 4}}
			fillPath(pan.c, ground.Path(), color.White)
			write(pan.c, style, from, y-11, draw.XLeft, text)
			free = from + width + 2
		}
	}
}

func crowdLegend(cs []crowding) []entry {
	es := courseLegend()
	if slices.ContainsFunc(cs, func(k crowding) bool { return k.atOnce > 0 }) {
		es = append(es, entry{"workers × threads", func(c draw.Canvas, a, b vg.Point) {
			m := middle(a, b)
			c.StrokeLine2(referenceLine, m.X, m.Y-5, m.X, m.Y+5)
		}})
	}
	if slices.ContainsFunc(cs, func(k crowding) bool { return len(k.lost) > 0 }) {
		es = append(es, entry{"not answered rightly, share", func(c draw.Canvas, a, b vg.Point) {
			look{color: ink, shape: cross}.mark(c, middle(a, b), 2.6)
		}})
	}
	return es
}

func crowdTable(cs []crowding) Table {
	t := Table{Header: []string{"target", "workers × threads", "streams held", "p50, ms", "p99, ms", "right answers", "not answered rightly"}}
	for _, k := range cs {
		if k.why != "" {
			t.Rows = append(t.Rows, []string{k.label, "", k.why, "", "", "", ""})
			continue
		}
		limit := "–"
		if k.atOnce > 0 {
			limit = strconv.FormatFloat(k.atOnce, 'f', -1, 64)
		}
		label := k.label
		for _, row := range k.rows {
			t.Rows = append(t.Rows, []string{label, limit, row.held, row.p50, row.p99, row.requests, row.lost})
			label, limit = "", ""
		}
	}
	return t
}

func crowdWords(cs []crowding, l levels) string {
	var parts []string
	for _, k := range cs {
		what := k.why
		if what == "" {
			what = "p50 " + extremes(k.p50) + " ms"
			if len(k.p50) == 0 {
				what = "no right answer"
			}
			for _, p := range k.lost {
				what += ", " + percentLabel(p.y) + " not answered rightly"
				break
			}
		}
		parts = append(parts, k.label+": "+what)
	}
	return fmt.Sprintf("Response time of short requests (%s) beside 0 or more streams, least to most. %s.", Clean(l.schedule), sumUp(parts))
}
