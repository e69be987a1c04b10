package plots

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/wsgibench/wsgibench/results"
	"github.com/wsgibench/wsgibench/results/resultstest"
)

func TestLooksDiffer(t *testing.T) {
	seen := map[string]int{}
	for i := range 56 {
		l := lookOf(i)
		key := fmt.Sprint(l.color, l.shape)
		if j, ok := seen[key]; ok {
			t.Errorf("cells %d and %d have the same colour and shape", j, i)
		}
		seen[key] = i
		// Without colour, cells that stand near each other must still differ.
		for j := max(0, i-7); j < i; j++ {
			if lookOf(j).shape == l.shape {
				t.Errorf("cells %d and %d have the same shape", j, i)
			}
		}
	}
}

// TestPaletteContrast holds the palette to the 2:1 that a mark of this size needs on white, and to different greys.
func TestPaletteContrast(t *testing.T) {
	linear := func(v uint8) float64 { return math.Pow(float64(v)/255, 2.2) }
	for _, c := range palette {
		luminance := 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
		if ratio := 1.05 / (luminance + 0.05); ratio < 2 {
			t.Errorf("colour %v has a contrast of %.2f to white, want 2", c, ratio)
		}
	}
}

func hex(l look) string { return fmt.Sprintf("#%02X%02X%02X", l.color.R, l.color.G, l.color.B) }

// TestSameLookInEveryFigure fails the first cell, so that a figure that counts only what it draws would shift colours.
func TestSameLookInEveryFigure(t *testing.T) {
	r := example(t, resultstest.Options{})
	for _, tr := range r.Of(r.Run.Cells[0].ID) {
		tr.Verdict = results.Failed
	}
	spectra, err := responseSpectra.spectra(r, "steady")
	if err != nil {
		t.Fatal(err)
	}
	courses, err := coursesOf(r, "steady")
	if err != nil {
		t.Fatal(err)
	}
	rows, _ := dotPlot{metric: "goodput", unit: rateUnit}.rows(r, r.Measured()[0])
	for i, c := range r.Run.Cells {
		want := fmt.Sprint(lookOf(i))
		for figure, got := range map[string]struct {
			label string
			look  look
		}{
			"percentiles": {spectra[i].label, spectra[i].look},
			"over time":   {courses[i].label, courses[i].look},
			"dots":        {rows[i].label, rows[i].look},
		} {
			if got.label != c.Label || fmt.Sprint(got.look) != want {
				t.Errorf("%s: place %d is %s with look %v, want %s with %s", figure, i, got.label, got.look, c.Label, want)
			}
		}
	}
	for _, p := range pictures(t, r) {
		svg := svgOf(t, p)
		for i := 1; i < len(r.Run.Cells); i++ {
			if !strings.Contains(svg, hex(lookOf(i))) {
				t.Errorf("%s does not use the colour %s of cell %d", p.Name, hex(lookOf(i)), i)
			}
		}
	}
}

func TestAxesIncludeAllData(t *testing.T) {
	for _, r := range []*results.Record{example(t, resultstest.Options{}), manyCells(t, 35), manyCells(t, 1)} {
		for _, phase := range r.Measured() {
			spectra, err := responseSpectra.spectra(r, phase.Name)
			if err != nil {
				t.Fatal(err)
			}
			plot := newSpectrumPlot(spectra)
			for _, s := range spectra {
				if s.hist != nil {
					inside(t, "percentiles of "+s.label, plot.x, plot.y, plot.line(s, perDecade))
				}
			}
			courses, err := coursesOf(r, phase.Name)
			if err != nil {
				t.Fatal(err)
			}
			g := courseGrid(courses, phase)
			for _, k := range courses {
				inside(t, "course of "+k.label, g.x, g.y, slices.Concat(k.p50, k.p99))
			}
		}
	}
}

func inside(t *testing.T, what string, x, y scale, ps []point) {
	t.Helper()
	if len(ps) == 0 {
		return
	}
	for _, p := range ps {
		if p.x < x.min-1e-9 || p.x > x.max+1e-9 || p.y < y.min*(1-1e-9) || p.y > y.max*(1+1e-9) {
			t.Fatalf("%s: %v lies outside %v–%v × %v–%v", what, p, x.min, x.max, y.min, y.max)
		}
	}
}

// TestAllCellsAreNamed draws one cell and thirty-five: no label may be lost.
func TestAllCellsAreNamed(t *testing.T) {
	for _, n := range []int{1, 35} {
		r := manyCells(t, n)
		for _, p := range pictures(t, r) {
			if len(p.Table.Rows) != n {
				t.Errorf("%d cells: the table of %s has %d rows", n, p.Name, len(p.Table.Rows))
			}
			words := strings.Join(strings.Fields(texts(svgOf(t, p))), " ")
			for _, c := range r.Run.Cells {
				if !strings.Contains(words, c.Label) {
					t.Errorf("%d cells: %s does not name %s", n, p.Name, c.Label)
				}
			}
			if missing := strings.Count(words, "no valid trial: 2 failed (ready)"); n > 2 && missing != (n+6)/9 {
				t.Errorf("%d cells: %s names %d without a valid trial, want %d", n, p.Name, missing, (n+6)/9)
			}
		}
	}
}

// texts returns what a picture says, in order.
func texts(svg string) string {
	var b strings.Builder
	for _, part := range strings.Split(svg, "<text ")[1:] {
		_, part, _ = strings.Cut(part, ">")
		part, _, _ = strings.Cut(part, "</text>")
		b.WriteString(part + " ")
	}
	return b.String()
}

var responseSpectra = spectrumPlots{metric: "response", quantity: "Response time"}
