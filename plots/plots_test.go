package plots

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/wsgibench/wsgibench/results"
	"github.com/wsgibench/wsgibench/results/resultstest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// made holds the directories of example runs: writing one takes a second, opening it does not.
var made struct {
	sync.Mutex
	root string
	dirs map[string]string
}

func TestMain(m *testing.M) {
	flag.Parse()
	root, err := os.MkdirTemp("", "plots")
	if err != nil {
		panic(err)
	}
	made.root, made.dirs = root, map[string]string{}
	code := m.Run()
	if err := os.RemoveAll(root); err != nil {
		panic(err)
	}
	os.Exit(code)
}

// opened returns a record of its own of a run that is written once.
func opened(t *testing.T, name string, write func(dir string) (*results.Record, error)) *results.Record {
	t.Helper()
	made.Lock()
	defer made.Unlock()
	if made.dirs[name] == "" {
		r, err := write(filepath.Join(made.root, name))
		if err != nil {
			t.Fatal(err)
		}
		made.dirs[name] = r.Dir
	}
	r, err := results.Open(made.dirs[name])
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func example(t *testing.T, o resultstest.Options) *results.Record {
	t.Helper()
	return opened(t, fmt.Sprintf("%+v", o), func(dir string) (*results.Record, error) { return resultstest.Example(dir, o) })
}

func pictures(t *testing.T, r *results.Record, names ...string) []Picture {
	t.Helper()
	ps, err := Pictures(r, names)
	if err != nil {
		t.Fatal(err)
	}
	return ps
}

func svgOf(t *testing.T, p Picture) string {
	t.Helper()
	var buf bytes.Buffer
	if err := p.SVG(&buf); err != nil {
		t.Fatal(err)
	}
	return buf.String()
}

func TestGolden(t *testing.T) {
	for _, p := range pictures(t, example(t, resultstest.Options{Streams: true})) {
		if !strings.HasSuffix(p.Name, "-steady") {
			continue
		}
		golden(t, p)
	}
}

func TestFiguresAreRegistered(t *testing.T) {
	var got []string
	for _, f := range Figures() {
		got = append(got, f.Name)
		if f.Title == "" || f.Caption == "" {
			t.Errorf("figure %s has title %q and caption %q, want both", f.Name, f.Title, f.Caption)
		}
	}
	want := []string{
		"latency-percentiles", "goodput", "latency-time", "held-requests", "held-memory", "stream-time", "block-throughput", "run-ahead",
		"block-gaps", "delivery", "cpu", "memory",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// figuresOfPhases is how many figures the example with streams has in each phase.
const figuresOfPhases = 7

// TestDraw draws the same run twice, opened anew: the files must be the same to the byte.
func TestDraw(t *testing.T) {
	r := example(t, resultstest.Options{Hostile: true, Streams: true})
	r.Run.Phases = r.Run.Phases[:2]
	first, second := t.TempDir(), t.TempDir()
	paths, err := Draw(r, nil, first)
	if err != nil {
		t.Fatal(err)
	}
	if len(paths) != 2*figuresOfPhases {
		t.Errorf("%d files, want an svg and a png for each of %d figures", len(paths), figuresOfPhases)
	}
	again, err := results.Open(r.Dir)
	if err != nil {
		t.Fatal(err)
	}
	again.Run.Phases = again.Run.Phases[:2]
	if _, err := Draw(again, nil, second); err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		a, errA := os.ReadFile(path)
		b, errB := os.ReadFile(filepath.Join(second, filepath.Base(path)))
		if err := errors.Join(errA, errB); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a, b) {
			t.Errorf("%s: drawn twice, the files differ", filepath.Base(path))
		}
		checkFile(t, path, a)
	}
}

func checkFile(t *testing.T, path string, data []byte) {
	t.Helper()
	if filepath.Ext(path) == ".png" {
		c, err := png.DecodeConfig(bytes.NewReader(data))
		if err != nil || c.Width != 1600 {
			t.Errorf("%s: width %d, %v; want a PNG of 1600 pixels", path, c.Width, err)
		}
		return
	}
	d := xml.NewDecoder(bytes.NewReader(data))
	for {
		tok, err := d.Token()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatalf("%s is not well-formed: %v", path, err)
		}
		if e, ok := tok.(xml.StartElement); ok && !strings.Contains(" svg title desc rect g path text ", " "+e.Name.Local+" ") {
			t.Errorf("%s has an element %s", path, e.Name.Local)
		}
	}
}

func TestDrawOnlyNamed(t *testing.T) {
	r := example(t, resultstest.Options{})
	var got []string
	for _, p := range pictures(t, r, "memory", "goodput") {
		got = append(got, p.Name)
	}
	if d := cmp.Diff([]string{"memory-steady", "memory-saturate", "goodput-steady", "goodput-saturate"}, got); d != "" {
		t.Error(d)
	}
	_, err := Draw(r, []string{"goodputt"}, t.TempDir())
	if err == nil || !strings.Contains(err.Error(), `"goodputt"`) || !strings.Contains(err.Error(), "latency-time") {
		t.Errorf("error %v, want one that names what is unknown and what is known", err)
	}
}

func TestNothingToDraw(t *testing.T) {
	whole := func() *results.Record { return example(t, resultstest.Options{}) }
	for _, c := range []struct {
		name string
		with func(r *results.Record)
		want string
	}{
		{"no cells", func(r *results.Record) { r.Run.Cells = nil }, "no cells"},
		{"no trials", func(r *results.Record) { r.Trials = nil }, "no trial of the run was finished"},
		{"only warm-up", func(r *results.Record) { r.Run.Phases = r.Run.Phases[:1] }, "warm-up"},
		{"only failures", func(r *results.Record) {
			for _, tr := range r.Trials {
				tr.Verdict, tr.Failure, tr.Reasons = results.Failed, &results.Failure{Stage: "ready"}, nil
			}
		}, "no trial is valid: 16 failed (ready)"},
	} {
		r := whole()
		c.with(r)
		dir := filepath.Join(t.TempDir(), "plots")
		_, err := Draw(r, nil, dir)
		if !errors.Is(err, ErrNothing) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want ErrNothing with %q", c.name, err, c.want)
		}
		if _, err := os.Stat(dir); err == nil {
			t.Errorf("%s: the directory was made for nothing", c.name)
		}
	}
}

// TestNoFiguresOfInvalidTrials gives the trials that do not count numbers that would be seen from afar.
func TestNoFiguresOfInvalidTrials(t *testing.T) {
	r := example(t, resultstest.Options{})
	for _, tr := range r.Of("gohost") {
		tr.Verdict, tr.Reasons = results.Invalid, []results.Notice{{Code: "schedule-missed"}}
		for i := range tr.Metrics {
			v := 987654.0
			tr.Metrics[i].Value = &v
		}
	}
	for _, p := range pictures(t, r) {
		svg := svgOf(t, p)
		if want := "no valid trial: 4 invalid (schedule-missed)"; !strings.Contains(svg, want) {
			t.Errorf("%s does not say %q", p.Name, want)
		}
		if strings.Contains(svg+fmt.Sprint(p.Table), "987") {
			t.Errorf("%s shows a number of an invalid trial", p.Name)
		}
	}
}

func TestUnknownMetricIsNamed(t *testing.T) {
	r := example(t, resultstest.Options{})
	for _, tr := range r.Trials {
		for i := range tr.Metrics {
			if tr.Metrics[i].Name == "pss" {
				tr.Metrics[i].Value, tr.Metrics[i].Reason = nil, "this system has no /proc"
			}
		}
	}
	for _, p := range pictures(t, r, "memory") {
		if n := strings.Count(svgOf(t, p), ">unknown: this system has no /proc</text>"); n != 4 {
			t.Errorf("%s names the reason %d times, want once per target", p.Name, n)
		}
	}
}

func TestNoLatencyWithoutSuccess(t *testing.T) {
	r := example(t, resultstest.Options{})
	for _, tr := range r.Of("wsgiref") {
		for i := range tr.Metrics {
			if tr.Metrics[i].Name == "goodput" {
				v := 0.0
				tr.Metrics[i].Value = &v
			}
		}
	}
	for _, p := range pictures(t, r, "latency-percentiles", "latency-time") {
		if row := p.Table.Rows[0]; row[1] != "no request succeeded" {
			t.Errorf("%s shows %q for a target that never answered correctly", p.Name, row)
		}
	}
}

func TestFileNames(t *testing.T) {
	r := &results.Record{Run: &results.Run{Phases: []results.Phase{{Name: "a/b"}, {Name: "../../etc"}, {Name: "a b"}, {Name: "A B"}, {Name: "é"}}}}
	var got []string
	for _, p := range r.Run.Phases {
		got = append(got, fileName(r, "cpu", p))
	}
	want := []string{"cpu-a-b-1", "cpu-..-..-etc", "cpu-a-b-2", "cpu-A-B-3", "cpu--"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}
