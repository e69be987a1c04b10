package bench

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/wsgibench/wsgibench/results"
	"github.com/wsgibench/wsgibench/scenarios"
)

// A ThresholdOutcome is one threshold applied to one cell in one phase.
type ThresholdOutcome struct {
	Text   string `json:"threshold"`
	Cell   string `json:"cell"`
	Label  string `json:"label"`
	Phase  string `json:"phase"`
	Met    bool   `json:"met"`
	Detail string `json:"detail"` // the figure, and by how much it misses
}

// CheckThresholds applies every threshold to every cell, in every measured phase or in the one that it names. A figure
// that is unknown misses its threshold: what was not measured was not met.
func CheckThresholds(r *results.Record, thresholds []scenarios.Threshold) []ThresholdOutcome {
	var out []ThresholdOutcome
	for _, th := range thresholds {
		for _, c := range r.Run.Cells {
			for _, ph := range r.Measured() {
				if th.Phase != "" && th.Phase != ph.Name {
					continue
				}
				o := ThresholdOutcome{Text: th.Text, Cell: c.ID, Label: c.Label + " " + ph.Name, Phase: ph.Name}
				o.Met, o.Detail = check(r, th, c.ID, ph.Name)
				out = append(out, o)
			}
		}
	}
	return out
}

func check(r *results.Record, th scenarios.Threshold, cell, phase string) (met bool, detail string) {
	v, why := figure(r, th.Metric, cell, phase)
	if v == nil {
		return false, "unknown: " + why
	}
	return meets(th, *v)
}

// meets holds a figure against a threshold.
func meets(th scenarios.Threshold, v float64) (met bool, detail string) {
	show := format(th.Metric)
	switch th.Op {
	case "<":
		met = v < th.Limit
	case "<=":
		met = v <= th.Limit
	case ">":
		met = v > th.Limit
	default:
		met = v >= th.Limit
	}
	detail = "is " + show(v)
	if !met && th.Limit != 0 {
		detail += fmt.Sprintf(", misses %s by %s", show(th.Limit), results.FormatPercent(max(v-th.Limit, th.Limit-v)/th.Limit))
	}
	return met, detail
}

// figure is what a threshold is held against: a percentile of the merged histogram, or the median over the valid
// trials of anything else. Errors and maxima are the exceptions: the worst trial counts, since a median would hide it.
func figure(r *results.Record, metric, cell, phase string) (*float64, string) {
	if i := strings.LastIndex(metric, "_p"); i > 0 && scenarios.IsLatency(metric[:i]) {
		if p, err := strconv.ParseFloat(metric[i+2:], 64); err == nil {
			return percentile(r, cell, phase, metric[:i], p)
		}
	}
	s := r.Spread(cell, metric, phase)
	if metric == "errors" || strings.HasSuffix(metric, "_max") {
		return s.Max, s.Reason
	}
	return s.Median, s.Reason
}

// percentile reads any percentile from the histogram merged over the valid trials.
func percentile(r *results.Record, cell, phase, timing string, p float64) (*float64, string) {
	h, err := r.Histogram(cell, phase, timing, "")
	switch {
	case err != nil:
		return nil, err.Error()
	case h == nil:
		return nil, "no valid trial"
	}
	if need := valuesFor(p); float64(h.TotalCount()) < need {
		return nil, fmt.Sprintf("%d requests, the percentile needs %.0f", h.TotalCount(), need)
	}
	v := float64(h.ValueAtPercentile(p)) / 1e9
	return &v, ""
}

// valuesFor is how many values a percentile needs to be anything but the maximum under another name. The maximum itself
// needs one. 100 − 99.9 is not quite 0.1 in binary: what is a whole number but for that is meant to be one.
func valuesFor(p float64) float64 {
	if p >= 100 {
		return 1
	}
	return math.Ceil(100/(100-p) - 1e-6)
}

// format shows a metric in its unit.
func format(metric string) func(float64) string {
	switch scenarios.UnitOf(metric) {
	case "%":
		return results.FormatPercent
	case "B":
		return results.FormatBytes
	case "B/s":
		return func(v float64) string { return results.FormatBytes(v) + "/s" }
	case "s":
		return results.FormatSeconds
	}
	return results.FormatNumber
}
