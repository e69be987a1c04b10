package plots

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/HdrHistogram/hdrhistogram-go"
	"github.com/wsgibench/wsgibench/results"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

var overTime = Figure{
	Name:  "latency-time",
	Title: "Latency over time",
	Caption: "Median and 99th percentile of the response times of each second of the phase, over all valid trials together: " +
		"histograms are merged, percentiles never averaged. A second with fewer than 100 answers has no 99th percentile. All panels share their axes.",
	Draw: drawOverTime,
}

// A course is the latency of one cell, second by second.
type course struct {
	label    string
	look     look
	p50, p99 []point // seconds since the start of the phase, ms
	why      string
}

func drawOverTime(r *results.Record) ([]Picture, error) {
	var all []Picture
	for _, phase := range r.Measured() {
		courses, err := coursesOf(r, phase.Name)
		if err != nil {
			return nil, err
		}
		s := sheet{title: "Response time over time", subtitle: about(r, phase), legend: courseLegend()}
		courseGrid(courses, phase).put(&s)
		all = append(all, Picture{
			Name: fileName(r, "latency-time", phase), Title: s.title + ", " + phase.Name,
			Alt: courseWords(courses, phase), Table: courseTable(courses), sheet: s,
		})
	}
	return all, nil
}

func coursesOf(r *results.Record, phase string) ([]course, error) {
	var all []course
	for i, c := range r.Run.Cells {
		k := course{label: Clean(c.Label), look: lookOf(i)}
		seconds, err := merged(r, c.ID, phase)
		if err != nil {
			return nil, err
		}
		for _, s := range slices.Sorted(maps.Keys(seconds)) {
			h := seconds[s]
			// The middle of the second is where its requests lie.
			x := float64(s) + 0.5
			k.p50 = append(k.p50, point{x, float64(h.ValueAtQuantile(50)) / 1e6})
			if h.TotalCount() >= 100 {
				k.p99 = append(k.p99, point{x, float64(h.ValueAtQuantile(99)) / 1e6})
			}
		}
		if k.why = silent(r, c.ID, phase); k.why == "" && len(k.p50) == 0 {
			k.why = "no response time was recorded"
		}
		all = append(all, k)
	}
	return all, nil
}

// merged returns the response times of each second of a phase, over the valid trials of a cell.
func merged(r *results.Record, cell, phase string) (map[int]*hdrhistogram.Histogram, error) {
	seconds := map[int]*hdrhistogram.Histogram{}
	for _, t := range validOf(r, cell) {
		intervals, err := r.Intervals(t.ID, phase, "response")
		if err != nil {
			return nil, err
		}
		began := phaseStart(t, phase, intervals)
		for _, iv := range intervals {
			if iv.Hist.TotalCount() == 0 {
				continue
			}
			s := max(0, int(math.Round(iv.Start.Seconds()-began)))
			if seconds[s] == nil {
				seconds[s] = results.NewHistogram()
			}
			seconds[s].Merge(iv.Hist)
		}
	}
	return seconds, nil
}

// phaseStart is when a phase began, in seconds since the start of the trial. The first interval does not tell: there is
// none for a second in which nothing was answered.
func phaseStart(t *results.Trial, phase string, intervals []results.Interval) float64 {
	for _, s := range t.Series {
		if s.Phase == phase && s.Name == "goodput" {
			return s.Start
		}
	}
	if len(intervals) > 0 {
		return intervals[0].Start.Seconds()
	}
	return 0
}

func courseGrid(courses []course, phase results.Phase) grid {
	low, high, end := math.Inf(1), 0.0, phase.Duration
	for _, k := range courses {
		for _, p := range slices.Concat(k.p50, k.p99) {
			low, high, end = min(low, p.y), max(high, p.y), max(end, p.x+0.5)
		}
	}
	g := grid{xLabel: "Seconds since the start of the phase", yLabel: "Response time (ms, log scale)"}
	g.x, g.y = timeScale(end, 6), logScale(low, high, 6)
	for _, k := range courses {
		g.panels = append(g.panels, small{label: k.label, look: k.look, why: k.why, draw: k.draw})
	}
	return g
}

func (k course) draw(pan panel) {
	if len(k.p99) == len(k.p50) {
		pan.band(faded(k.look.color, 0.16), k.p50, k.p99)
	}
	pan.grid()
	pan.curve(p99Line(k.look), k.p99)
	pan.curve(draw.LineStyle{Color: k.look.color, Width: 1.8}, k.p50)
	// One second makes no line.
	for _, ps := range [][]point{k.p50, k.p99} {
		if len(ps) == 1 {
			k.look.mark(pan.c, pan.points(ps)[0], 2.6)
		}
	}
}

func p99Line(l look) draw.LineStyle {
	return draw.LineStyle{Color: l.color, Width: 1, Dashes: []vg.Length{3, 1.6}}
}

func courseLegend() []entry {
	gray := look{color: muted}
	return []entry{
		{"median (p50)", func(c draw.Canvas, a, b vg.Point) {
			c.StrokeLines(draw.LineStyle{Color: gray.color, Width: 1.8}, []vg.Point{a, b})
		}},
		{"99th percentile (p99)", func(c draw.Canvas, a, b vg.Point) { c.StrokeLines(p99Line(gray), []vg.Point{a, b}) }},
	}
}

// extremes writes "least–most" of the values of a line.
func extremes(ps []point) string {
	if len(ps) == 0 {
		return "too few requests"
	}
	low, high := math.Inf(1), 0.0
	for _, p := range ps {
		low, high = min(low, p.y), max(high, p.y)
	}
	return significant(low) + "–" + significant(high)
}

func courseTable(courses []course) Table {
	t := Table{Header: []string{"target", "p50 of each second, least–most, ms", "p99 of each second, least–most, ms", "seconds"}}
	for _, k := range courses {
		if k.why != "" {
			t.Rows = append(t.Rows, []string{k.label, k.why, "", ""})
			continue
		}
		t.Rows = append(t.Rows, []string{k.label, extremes(k.p50), extremes(k.p99), fmt.Sprint(len(k.p50))})
	}
	return t
}

func courseWords(courses []course, phase results.Phase) string {
	var parts []string
	for _, k := range courses {
		what := k.why
		if what == "" {
			what = "p50 " + extremes(k.p50) + " ms"
			if len(k.p99) > 0 {
				what += ", p99 " + extremes(k.p99) + " ms"
			}
		}
		parts = append(parts, k.label+": "+what)
	}
	return fmt.Sprintf("Response time of each second in phase %s, least to most. %s.", Clean(phase.Name), sumUp(parts))
}
