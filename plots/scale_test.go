package plots

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gonum.org/v1/plot/vg"
	"pgregory.net/rapid"
)

func labelled(s scale) []string {
	var ls []string
	for _, t := range s.ticks {
		if t.label != "" {
			ls = append(ls, t.label)
		}
	}
	return ls
}

func TestTicks(t *testing.T) {
	percentiles, _ := percentileScale(0.9995)
	for _, c := range []struct {
		name string
		got  scale
		want []string
	}{
		{"rate", linearScale(408, 8), []string{"0", "100", "200", "300", "400", "500"}},
		{"thousands", linearScale(98_000, 4), []string{"0", "50\u00a0000", "100\u00a0000"}},
		{"small", linearScale(0.031, 4), []string{"0.00", "0.01", "0.02", "0.03", "0.04"}},
		{"time", timeScale(7.5, 6), []string{"0", "2", "4", "6"}},
		{"nothing", linearScale(0, 5), []string{"0.0", "0.2", "0.4", "0.6", "0.8", "1.0"}},
		{"latency", logScale(0.43, 9.7, 9), []string{"0.2", "0.5", "1", "2", "5", "10"}},
		{"wide latency", logScale(0.03, 9000, 9), []string{"0.1", "1", "10", "100", "1000", "10\u00a0000"}},
		{"one value", logScale(3, 3, 9), []string{"2", "5"}},
		{"percentiles", percentiles, []string{"50%", "90%", "99%", "99.9%", "10%"}},
	} {
		if c.name == "wide latency" || c.name == "latency" {
			// The lowest tick is the round number below the least value.
			if c.got.min > 0.43 {
				t.Errorf("%s: starts at %v", c.name, c.got.min)
			}
		}
		if d := cmp.Diff(c.want, labelled(c.got)); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
	}
}

func checkScale(t *rapid.T, s scale, low, high float64, most int) {
	// A value that misses a round number by less than a line is wide may lie on it.
	if low < s.min*(1-1e-8) || high > s.max*(1+1e-8) {
		t.Fatalf("%v–%v lies outside the axis %v–%v", low, high, s.min, s.max)
	}
	seen := map[string]bool{}
	last := math.Inf(-1)
	for _, k := range s.ticks {
		if k.value <= last || k.value < s.min*(1-1e-3) || k.value > s.max*(1+1e-3) {
			t.Fatalf("tick %v after %v on the axis %v–%v", k.value, last, s.min, s.max)
		}
		last = k.value
		if k.label != "" && seen[k.label] {
			t.Fatalf("label %q stands twice", k.label)
		}
		seen[k.label] = k.label != ""
	}
	if n := len(labelled(s)); n < 1 || n > most+1 {
		t.Fatalf("%d labels on the axis %v–%v, want 1 to %d", n, s.min, s.max, most+1)
	}
	if a, b := s.at(low), s.at(high); !(a >= 0 && b <= 1 && a <= b) {
		t.Fatalf("%v and %v are placed at %v and %v", low, high, a, b)
	}
}

func TestLinearScaleProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		top := math.Pow(10, rapid.Float64Range(-6, 9).Draw(t, "log10(top)"))
		most := rapid.IntRange(2, 12).Draw(t, "most")
		checkScale(t, linearScale(top, most), 0, top, most)
		checkScale(t, timeScale(top, most), 0, top, most)
	})
}

func TestLogScaleProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		low := math.Pow(10, rapid.Float64Range(-3, 4).Draw(t, "log10(low)"))
		high := low * math.Pow(10, rapid.Float64Range(0, 5).Draw(t, "decades"))
		most := rapid.IntRange(4, 12).Draw(t, "most")
		checkScale(t, logScale(low, high, most), low, high, most)
	})
}

// TestAxisLabelsDoNotTouch lays out labels at every width of panel.
func TestAxisLabelsDoNotTouch(t *testing.T) {
	style := lettering(smallSize, muted)
	rapid.Check(t, func(t *rapid.T) {
		width := vg.Length(rapid.Float64Range(60, 560).Draw(t, "width"))
		x := linearScale(math.Pow(10, rapid.Float64Range(-3, 7).Draw(t, "log10(top)")), 8)
		if rapid.Bool().Draw(t, "percentiles") {
			x, _ = percentileScale(1 - math.Pow(10, -rapid.Float64Range(0.3, 6).Draw(t, "nines")))
		}
		p := panel{x: x, area: vg.Rectangle{Max: vg.Point{X: width, Y: 100}}}
		all := p.placed(style)
		if len(all) == 0 {
			t.Fatalf("no label at a width of %v", width)
		}
		for i, a := range all {
			if a.from < -5 || a.to > width+5 {
				t.Fatalf("label %q at %v–%v sticks out of 0–%v", a.tick.label, a.from, a.to, width)
			}
			for _, b := range all[:i] {
				if a.from < b.to && b.from < a.to {
					t.Fatalf("labels %q and %q overlap", a.tick.label, b.tick.label)
				}
			}
		}
	})
}

func TestSupported(t *testing.T) {
	for n, want := range map[int64]float64{1: 0.5, 368: 0.99, 3688: 0.999, 36_887: 0.9999} {
		if got := supported(n); got < want || got-want > 0.01*(1-want) {
			t.Errorf("%d requests support the quantile %v, want just %v", n, got, want)
		}
	}
}

func TestSignificant(t *testing.T) {
	for v, want := range map[float64]string{
		0: "0", 0.000414: "0.000414", 0.6372: "0.637", 1.2345: "1.23", 12.345: "12.3", 400.4: "400", 1234.5: "1234", 98765: "98\u00a0765", 1e7: "10\u00a0000\u00a0000",
	} {
		if got := significant(v); got != want {
			t.Errorf("significant(%v) = %q, want %q", v, got, want)
		}
	}
}
