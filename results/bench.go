package results

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/perf/benchfmt"
)

// benchUnits are the metrics in bench.txt and their names there. benchstat scales what ends in a known unit, and
// better= tells it which direction is an improvement.
var benchUnits = []struct{ metric, unit, better string }{
	{"goodput", "good-req/s", "higher"},
	{"response_p50", "p50-sec/op", "lower"},
	{"response_p90", "p90-sec/op", "lower"},
	{"response_p99", "p99-sec/op", "lower"},
	{"response_p99.9", "p99.9-sec/op", "lower"},
	{"service_p50", "service-p50-sec/op", "lower"},
	{"service_p99", "service-p99-sec/op", "lower"},
	{"cpu_per_request", "cpu-sec/op", "lower"},
	{"pss", "pss-B", "lower"},
	{"rss", "rss-B", "lower"},
	{"errors", "errors/op", "lower"},
}

// WriteBench writes the run in the Go benchmark format (https://golang.org/design/14313-benchmark-format): a line per
// valid trial and measured phase, so that `benchstat -col /target bench.txt` shows medians with their intervals over
// trials. Trials that are not valid are named in comments. What an unknown metric has no notation for is left out of
// its line. Names have /target, /app, the settings in which cells differ, and /phase.
//
// Nothing that is particular to the run (its ID, its time) is a configuration line: benchstat would not compare two
// runs then.
func WriteBench(w io.Writer, r *Record) error {
	b := benchWriter{r: r, out: benchfmt.NewWriter(w), names: r.benchNames()}
	_, err := fmt.Fprintf(w, "# %s, made by wsgibench %s\n", oneLine(r.Run.ID), oneLine(r.Run.Tool.Version))
	for _, u := range benchUnits {
		m := &benchfmt.UnitMetadata{UnitMetadataKey: benchfmt.UnitMetadataKey{Unit: u.unit, Key: "better"}, OrigUnit: u.unit, Value: u.better}
		err = errors.Join(err, b.out.Write(m))
	}
	for _, c := range r.Run.Cells { // the first one is what benchstat compares the others with
		for _, t := range r.Of(c.ID) {
			err = errors.Join(err, b.trial(w, t))
		}
	}
	if err != nil {
		return fmt.Errorf("writing bench.txt: %w", err)
	}
	return nil
}

type benchWriter struct {
	r     *Record
	out   *benchfmt.Writer
	names map[string]string // cell → name without the phase
}

// trial writes the lines of one trial, or why it has none.
func (b *benchWriter) trial(w io.Writer, t *Trial) error {
	if t.Verdict != Valid {
		_, err := fmt.Fprintf(w, "# left out: trial %s: %s\n", oneLine(t.ID), oneLine(strings.Join(t.why(), "; ")))
		return err
	}
	var err error
	for _, p := range b.r.Measured() {
		err = errors.Join(err, b.line(t, p.Name))
	}
	return err
}

// line writes one trial in one phase, if anything is known of it.
func (b *benchWriter) line(t *Trial, phase string) error {
	res := &benchfmt.Result{Name: benchfmt.Name("WSGI" + b.names[t.Cell] + "/phase=" + benchWord(phase, true)), Iters: 1}
	for _, c := range []struct{ key, value string }{
		{"goos", b.r.Run.Tool.OS}, {"goarch", b.r.Run.Tool.Arch}, {"cpu", cpuModel(b.r.Run)}, {"scenario", b.r.Run.Scenario.Name},
	} {
		if v := oneLine(c.value); v != "" {
			res.Config = append(res.Config, benchfmt.Config{Key: c.key, Value: []byte(v), File: true})
		}
	}
	for _, u := range benchUnits {
		if v := t.Metric(u.metric, phase, ""); v != nil {
			res.Values = append(res.Values, benchfmt.Value{Value: *v, Unit: u.unit})
		}
	}
	if len(res.Values) == 0 {
		return nil
	}
	return b.out.Write(res)
}

func cpuModel(r *Run) string {
	if r.Host.CPUModel == nil {
		return ""
	}
	return *r.Host.CPUModel
}

// benchNames makes the part of the benchmark name that tells cells apart: two cells never share one, because
// benchstat takes lines of one name for repetitions of one measurement.
func (r *Record) benchNames() map[string]string {
	names, count := map[string]string{}, map[string]int{}
	for _, c := range r.Run.Cells {
		n := benchName(c, c.Target, r.varying())
		names[c.ID] = n
		count[n]++
	}
	for _, c := range r.Run.Cells {
		if count[names[c.ID]] > 1 { // the same target twice, told apart only by what a person calls it
			names[c.ID] = benchName(c, c.Label, r.varying())
		}
	}
	return names
}

func benchName(c Cell, target string, settings []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "/target=%s/app=%s", benchWord(target, false), benchWord(c.App, false))
	for _, k := range settings {
		if v := c.benchSetting(k); v != "" {
			fmt.Fprintf(&b, "/%s=%s", benchWord(k, false), benchWord(v, false))
		}
	}
	return b.String()
}

// benchSetting is a setting of the cell, or its interpreter for "python".
func (c *Cell) benchSetting(key string) string {
	if key == "python" {
		return c.Python
	}
	return c.Settings[key]
}

// varying returns the settings in which two cells of the same target and app differ, sorted.
func (r *Record) varying() []string {
	differ := map[string]bool{}
	for i, a := range r.Run.Cells {
		for _, b := range r.Run.Cells[:i] {
			if a.Target != b.Target || a.App != b.App {
				continue
			}
			for _, c := range []Cell{a, b} {
				for _, k := range append(slices.Collect(maps.Keys(c.Settings)), "python") {
					differ[k] = differ[k] || a.benchSetting(k) != b.benchSetting(k)
				}
			}
		}
	}
	maps.DeleteFunc(differ, func(_ string, d bool) bool { return !d })
	return slices.Sorted(maps.Keys(differ))
}

// benchWord makes a part of a benchmark name of any text: what separates parts and fields is written as %XX, and so is
// the dash of a last part that ends like "-8", which would be read as GOMAXPROCS.
func benchWord(s string, last bool) string {
	var b strings.Builder
	digits := strings.TrimRight(s, "0123456789")
	for i, r := range s {
		procs := last && r == '-' && i == len(digits)-1 && len(digits) < len(s)
		if procs || strings.ContainsRune("/%=", r) || unicode.IsSpace(r) || unicode.IsControl(r) || r == unicode.ReplacementChar {
			for _, c := range []byte(string(r)) {
				fmt.Fprintf(&b, "%%%02X", c)
			}
			continue
		}
		b.WriteRune(r)
	}
	if s == "" {
		return "none"
	}
	return b.String()
}

// oneLine puts any text on one line, without control characters.
func oneLine(s string) string {
	clean := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return strings.Join(strings.Fields(clean), " ")
}
