package plots

import (
	"fmt"
	"image/color"
	"slices"

	"github.com/wsgibench/wsgibench/results"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

var streamTime = Figure{
	Name:  "stream-time",
	Title: "One stream over time",
	Caption: "The first stream of a phase whose blocks are planned for instants, or whose readers are slow, in the first valid trial of each target: blocks that were planned by then (gray), that the application had yielded " +
		"(thin), and that the client had received (coloured). Where the server passes blocks on as they come the lines lie on each other; " +
		"steps are blocks that were merged on the way, a wall at the end is a body that was held back. All panels share their axes.",
	Draw: drawStreamTime,
}

// A passage is one stream of a cell on its way.
type passage struct {
	label string
	look  look
	trace *results.Trace
	why   string // there is none
}

func drawStreamTime(r *results.Record) ([]Picture, error) {
	var all []Picture
	for _, phase := range r.Measured() {
		ps := passagesOf(r, phase.Name)
		// As fast as client and server can, a stream shows little but their speed, which other figures show better.
		if phase.Beside != "" || !slices.ContainsFunc(ps, func(p passage) bool {
			return p.trace != nil && (p.trace.Planned != nil || phase.ReadRate > 0)
		}) {
			continue
		}
		s := sheet{title: "Blocks of one stream: planned, yielded, received", subtitle: about(r, phase), legend: passageLegend(ps), notes: thinned(ps)}
		passageGrid(ps).put(&s)
		all = append(all, Picture{
			Name: fileName(r, "stream-time", phase), Title: "One stream over time, " + phase.Name,
			Alt: passageWords(ps, phase), Table: passageTable(ps), sheet: s,
		})
	}
	return all, nil
}

func passagesOf(r *results.Record, phase string) []passage {
	var all []passage
	for i, c := range r.Run.Cells {
		p := passage{label: Clean(c.Label), look: lookOf(i)}
		for _, t := range validOf(r, c.ID) {
			if p.trace = r.Trace(t.ID, phase); p.trace != nil {
				break
			}
		}
		switch {
		case p.trace != nil:
		case len(validOf(r, c.ID)) == 0:
			p.why = absent(r, c.ID)
		default:
			p.why = "no stream ended whose blocks say when they were made"
		}
		all = append(all, p)
	}
	return all
}

// thinned says which streams are drawn with fewer blocks than they had.
func thinned(ps []passage) []string {
	var notes []string
	for _, p := range ps {
		if p.trace != nil && p.trace.Every > 1 {
			notes = append(notes, fmt.Sprintf("%s: every %s of %s blocks and the last are drawn", p.label, ordinal(p.trace.Every), thousands(fmt.Sprint(p.trace.Blocks))))
		}
	}
	if len(notes) > 3 {
		notes = []string{"Streams of more than 512 blocks are thinned evenly; the table says to which."}
	}
	return notes
}

// ordinal is of a power of two from 2 on.
func ordinal(n int64) string {
	if n%10 == 2 && n%100 != 12 {
		return fmt.Sprintf("%dnd", n)
	}
	return fmt.Sprintf("%dth", n)
}

func passageGrid(ps []passage) grid {
	end, most := 0.0, 0.0
	for _, p := range ps {
		if p.trace == nil {
			continue
		}
		end = max(end, slices.Max(slices.Concat(p.trace.Received, p.trace.Yielded, p.trace.Planned)))
		most = max(most, float64(slices.Max(p.trace.Index)+1), float64(p.trace.Blocks))
	}
	g := grid{x: timeScale(1.04*end, 5), y: linearScale(most, 4), xLabel: "Seconds since the request was sent", yLabel: "Blocks"}
	for _, p := range ps {
		g.panels = append(g.panels, small{label: p.label, look: p.look, why: p.why, draw: p.draw})
	}
	return g
}

var (
	planLine  = draw.LineStyle{Color: color.NRGBA{R: 0xa8, G: 0xa8, B: 0xa8, A: 0xff}, Width: 3}
	yieldLine = draw.LineStyle{Color: ink, Width: 0.7}
)

func (p passage) draw(pan panel) {
	pan.grid()
	pan.longCurve(planLine, p.counted(p.trace.Planned))
	pan.longCurve(yieldLine, steps(p.counted(p.trace.Yielded)))
	received := steps(p.arrived())
	pan.longCurve(draw.LineStyle{Color: p.look.color, Width: 1.3}, received)
	if len(received) == 1 {
		p.look.mark(pan.c, pan.points(received)[0], 2.6)
	}
}

// counted are the instants of a list with the number of the block that each belongs to, in order of time.
func (p passage) counted(at []float64) []point {
	var ps []point
	for i, x := range at {
		ps = append(ps, point{max(x, 0), float64(p.trace.Index[i] + 1)})
	}
	slices.SortStableFunc(ps, func(a, b point) int { return int(a.y - b.y) })
	return ps
}

// arrived is how many blocks had been received at each instant at which one was.
func (p passage) arrived() []point {
	var ps []point
	for i, x := range p.trace.Received {
		n := float64(int64(i)*p.trace.Every + 1)
		ps = append(ps, point{max(x, 0), min(n, float64(p.trace.Blocks))})
	}
	ps[len(ps)-1].y = float64(p.trace.Blocks)
	return ps
}

// steps makes stairs of points: nothing arrives between two of them.
func steps(ps []point) []point {
	var out []point
	for i, q := range ps {
		if i > 0 {
			out = append(out, point{q.x, ps[i-1].y})
		}
		out = append(out, q)
	}
	return out
}

func passageLegend(ps []passage) []entry {
	planned := slices.ContainsFunc(ps, func(p passage) bool { return p.trace != nil && p.trace.Planned != nil })
	line := func(style draw.LineStyle) func(c draw.Canvas, a, b vg.Point) {
		return func(c draw.Canvas, a, b vg.Point) { c.StrokeLines(style, []vg.Point{a, b}) }
	}
	es := []entry{{"yielded by the application", line(yieldLine)}, {"received by the client", line(draw.LineStyle{Color: palette[0], Width: 1.6})}}
	if planned {
		es = append([]entry{{"planned", line(planLine)}}, es...)
	}
	return es
}

func passageTable(ps []passage) Table {
	t := Table{Header: []string{"target", "blocks", "last planned, s", "last yielded, s", "first received, s", "last received, s", "longest wait between two, ms", "listed"}}
	for _, p := range ps {
		if p.trace == nil {
			t.Rows = append(t.Rows, []string{p.label, p.why, "", "", "", "", "", ""})
			continue
		}
		tr, listed := p.trace, "every block"
		if tr.Every > 1 {
			listed = "every " + ordinal(tr.Every) + " block"
		}
		wait := 0.0
		for i := 1; i < len(tr.Received); i++ {
			wait = max(wait, tr.Received[i]-tr.Received[i-1])
		}
		t.Rows = append(t.Rows, []string{
			p.label, thousands(fmt.Sprint(tr.Blocks)), lastOf(tr.Planned), lastOf(tr.Yielded), significant(tr.Received[0]),
			lastOf(tr.Received), significant(1e3 * wait), listed,
		})
	}
	return t
}

func lastOf(list []float64) string {
	if list == nil {
		return "unknown"
	}
	return significant(slices.Max(list))
}

func passageWords(ps []passage, phase results.Phase) string {
	var parts []string
	for _, p := range ps {
		what := p.why
		if p.trace != nil {
			what = fmt.Sprintf("%d blocks, first received after %s s, last after %s s", p.trace.Blocks, significant(p.trace.Received[0]), lastOf(p.trace.Received))
			if p.trace.Yielded != nil {
				what += ", last yielded after " + lastOf(p.trace.Yielded) + " s"
			}
		}
		parts = append(parts, p.label+": "+what)
	}
	return fmt.Sprintf("The first stream of phase %s, block by block. %s.", Clean(phase.Name), sumUp(parts))
}
