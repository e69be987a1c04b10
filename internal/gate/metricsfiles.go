package gate

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/wsgibench/wsgibench/results"
)

// WriteGitLab writes the head's figures in the OpenMetrics text format, for GitLab's metrics report. GitLab compares
// the texts of values, so that every digit of noise would be shown as a change: each figure is rounded to a step of its
// margin.
func WriteGitLab(w io.Writer, r *Report) error {
	var b strings.Builder
	for i := range r.Metrics {
		m := &r.Metrics[i]
		if m.Head == nil {
			continue
		}
		fmt.Fprintf(&b, "wsgibench_%s{scenario=%s,target=%s,phase=%s} %s\n", metricName(m), label(r.Scenario), label(r.Target), label(m.Phase),
			strconv.FormatFloat(rounded(*m.Head, m), 'g', 6, 64))
	}
	b.WriteString("# EOF\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// metricName ends in the unit, as OpenMetrics wants it.
func metricName(m *MetricReport) string {
	name := strings.ReplaceAll(m.Word, ".", "_")
	switch m.Unit {
	case "s":
		return name + "_seconds"
	case "B":
		return name + "_bytes"
	case "1/s":
		return name + "_per_second"
	}
	return name + "_ratio"
}

// rounded is v on a grid whose steps are its margin wide; at least a hundredth.
func rounded(v float64, m *MetricReport) float64 {
	if m.Share || v <= 0 {
		return v
	}
	step := math.Log1p(max(m.Margin, 0.01))
	return math.Exp(math.Round(math.Log(v)/step) * step)
}

// label quotes the value of a label (OpenMetrics 1.0, "escaped-string").
func label(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(clean(s)) + `"`
}

// WriteActionBenchmark writes the head's figures as github-action-benchmark reads them with tool: customSmallerIsBetter;
// metrics of which more is better come as their reciprocal, in seconds for each.
func WriteActionBenchmark(w io.Writer, r *Report) error {
	type entry struct {
		Name  string  `json:"name"`
		Unit  string  `json:"unit"`
		Value float64 `json:"value"`
		Extra string  `json:"extra"`
	}
	entries := []entry{}
	for i := range r.Metrics {
		m := &r.Metrics[i]
		if m.Head == nil {
			continue
		}
		e := entry{Name: fmt.Sprintf("%s / %s / %s / %s", r.Scenario, r.Target, m.Phase, m.Word), Unit: m.Unit, Value: *m.Head,
			Extra: fmt.Sprintf("%s: %s", m.Verdict, m.Change())}
		if m.Higher && e.Value > 0 {
			e.Name, e.Unit, e.Value = e.Name+" (seconds for each)", "s", 1/e.Value
		}
		entries = append(entries, e)
	}
	data, err := json.MarshalIndent(entries, "", "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(data, '\n'))
	return err
}

// Show is a figure in the unit of the metric; a dash where it is unknown.
func (m *MetricReport) Show(v *float64) string {
	switch {
	case v == nil:
		return "–"
	case m.Share:
		return results.FormatPercent(*v)
	case m.Unit == "s":
		return results.FormatSeconds(*v)
	case m.Unit == "B":
		return results.FormatBytes(*v)
	}
	return results.FormatNumber(*v)
}
