package plots

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/wsgibench/wsgibench/results"
	"gonum.org/v1/plot/vg"
	"pgregory.net/rapid"
)

// streamFigures are those that a run without streams has no picture of.
var streamFigures = []string{"held-requests", "stream-time", "block-gaps", "delivery", "block-throughput", "run-ahead", "held-memory"}

// TestStreamGolden compares one picture of each figure of streams; those of all phases are alike.
func TestStreamGolden(t *testing.T) {
	all := map[string]Picture{}
	for _, p := range pictures(t, streamRun(t, 12), streamFigures...) {
		all[p.Name] = p
	}
	for _, name := range []string{"stream-time-events", "stream-time-slow", "held-requests", "held-memory", "block-throughput", "block-throughput-cpu", "run-ahead-slow"} {
		p, ok := all[name]
		if !ok {
			t.Errorf("there is no picture %s", name)
			continue
		}
		golden(t, p)
	}
}

func TestStreamPicturesOfTheirPhases(t *testing.T) {
	var got []string
	for _, p := range pictures(t, streamRun(t, 4), streamFigures...) {
		got = append(got, p.Name)
	}
	want := []string{"held-requests", "stream-time-events", "stream-time-slow", "block-throughput", "block-throughput-cpu", "run-ahead-slow", "held-memory"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("pictures (-want +got):\n%s", d)
	}
}

// TestFailedRequestsStay looks at the cell whose trials are invalid because requests failed: that is what is shown.
func TestFailedRequestsStay(t *testing.T) {
	p := pictures(t, streamRun(t, 4), "held-requests")[0]
	var rows [][]string
	for i, row := range p.Table.Rows {
		if row[0] == "gunicorn-sync workers=2" {
			rows = p.Table.Rows[i : i+len(heldLevels)]
		}
	}
	for i, want := range [][]string{{"2", "0", "0 %"}, {"", "1", "0 %"}, {"", "2", "75.0 %"}, {"", "4", "75.0 %"}} {
		got := rows[i]
		if shown := got[3] != "–"; got[1] != want[0] || got[2] != want[1] || got[6] != want[2] || shown != (want[2] == "0 %") {
			t.Errorf("row %q, want limit, streams and share of failures %q, and response times only where none failed", got, want)
		}
	}
	if svg := svgOf(t, p); strings.Count(svg, ">75%</text>") != 2 {
		t.Errorf("the picture names the share of failures %d times, want 2", strings.Count(svg, ">75%</text>"))
	}
}

// TestOtherInvalidTrialsDoNotCount turns the reason into one that makes response times meaningless.
func TestOtherInvalidTrialsDoNotCount(t *testing.T) {
	r := streamRun(t, 4)
	for _, tr := range r.Of("cell-01") {
		tr.Reasons = append(tr.Reasons, results.Notice{Code: "generator-starved"})
	}
	for _, p := range pictures(t, r, streamFigures...) {
		if !strings.Contains(strings.Join(strings.Fields(texts(svgOf(t, p))), " "), "2 invalid (errors, generator-starved)") {
			t.Errorf("%s does not say why a cell has no figures", p.Name)
		}
	}
}

func TestAtOnce(t *testing.T) {
	for _, c := range []struct {
		settings string
		limit    string
		want     float64
	}{
		{"workers=2 threads=4", "", 8}, {"threads=4", "", 4}, {"workers=3", "one request at a time in each worker", 3},
		{"", "one process and one thread, one request at a time", 1}, {"workers=2", "", 0}, {"workers=auto threads=4", "", 0}, {"threads=0", "", 0},
	} {
		cell := results.Cell{Limits: []string{c.limit}, Settings: map[string]string{}}
		for _, s := range strings.Fields(c.settings) {
			k, v, _ := strings.Cut(s, "=")
			cell.Settings[k] = v
		}
		if got := atOnce(cell); got != c.want {
			t.Errorf("%s, %s: got %v at once, want %v", c.settings, c.limit, got, c.want)
		}
	}
}

func TestTheilSen(t *testing.T) {
	if got := theilSen([]point{{0, 10}, {1, 12}, {2, 14}, {4, 18}, {6, 500}}); got != 2 {
		t.Errorf("slope %v, want 2: one odd point does not count", got)
	}
	if got := theilSen([]point{{3, 1}, {3, 2}}); !math.IsNaN(got) {
		t.Errorf("slope %v of one place, want none", got)
	}
}

func TestKernelHolds(t *testing.T) {
	r := streamRun(t, 4)
	got, label := kernelHolds(r, results.Phase{ReceiveBuffer: 4096})
	if want := 4194304.0 + 8192; got != want || label != "socket buffers: 4.00 MiB to send, 8.00 KiB to receive" {
		t.Errorf("got %v, %q; want %v", got, label, want)
	}
	if got, _ = kernelHolds(r, results.Phase{}); got != 4194304+6291456 {
		t.Errorf("without a receive buffer of its own: got %v", got)
	}
	r.Run.Host.Sysctl = nil
	if got, _ = kernelHolds(r, results.Phase{}); got != 0 {
		t.Errorf("got %v of a machine that says nothing, want 0", got)
	}
}

// TestStreamAxesIncludeAllData draws more levels than a linear axis bears.
func TestStreamAxesIncludeAllData(t *testing.T) {
	l := levels{held: []float64{0, 4, 1000}, phases: make([]results.Phase, 3)}
	s, at := l.scale()
	for _, h := range l.held {
		if place := s.at(at(h)); place <= 0 || place >= 1 {
			t.Errorf("%v streams lie at %v, want inside the axis", h, place)
		}
	}
	ps := passagesOf(streamRun(t, 12), "events")
	g := passageGrid(ps)
	for _, p := range ps {
		if p.trace != nil {
			inside(t, p.label, g.x, g.y, append(steps(p.arrived()), p.counted(p.trace.Yielded)...))
		}
	}
}

// TestSimplified checks that no point lies further from the line that is left than can be seen.
func TestSimplified(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var ps []vg.Point
		x, y := 0.0, 0.0
		for _, step := range rapid.SliceOfN(rapid.Float64Range(0, 3), 2, 300).Draw(t, "steps") {
			if x, y = x+step, y+math.Mod(7*step, 1.5); step > 1 {
				y -= step
			}
			ps = append(ps, vg.Point{X: vg.Length(x), Y: vg.Length(y)})
		}
		kept := simplified(ps)
		if len(kept) > len(ps) || kept[0] != ps[0] || kept[len(kept)-1] != ps[len(ps)-1] {
			t.Fatalf("%d of %d points from %v to %v, want the first and the last", len(kept), len(ps), kept[0], kept[len(kept)-1])
		}
		for _, p := range ps {
			nearest := vg.Length(math.Inf(1))
			for i := range kept[1:] {
				nearest = min(nearest, away(p, kept[i], kept[i+1]))
			}
			if nearest > closeEnough {
				t.Fatalf("%v lies %v from the line", p, nearest)
			}
		}
	})
	stairs := steps([]point{{0, 0}, {1, 1}, {2, 2}})
	if got := len(simplified(panel{x: scale{max: 2}, y: scale{max: 2}, area: vg.Rectangle{Max: vg.Point{X: 90, Y: 90}}}.points(stairs))); got != len(stairs) {
		t.Errorf("%d of %d points of large stairs are left, want all", got, len(stairs))
	}
}

// golden compares a picture with testdata, or writes it with -update.
func golden(t *testing.T, p Picture) {
	t.Helper()
	got, name := svgOf(t, p), filepath.Join("testdata", p.Name+".svg")
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs from %s; look at it and run the test with -update\n%s", p.Name, name, cmp.Diff(string(want), got))
	}
}
