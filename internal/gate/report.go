package gate

import (
	"slices"
	"strconv"
	"strings"
)

// Schema names the format of a Report in JSON.
const Schema = "wsgibench.gate/v1"

// A Verdict is what a gate says of a metric, and of all of them.
type Verdict string

// The verdicts, from the worst on.
const (
	Regression   Verdict = "regression"   // worse than the margin beyond doubt, and fresh pairs agree
	Invalid      Verdict = "invalid"      // the trials do not count
	Inconclusive Verdict = "inconclusive" // neither a regression nor its absence is certain
	Improvement  Verdict = "improvement"  // the mirror of a regression
	OK           Verdict = "ok"           // certainly not worse than the margin
)

// Exit codes of a gate: a contract with scripts.
const (
	ExitOK           = 0
	ExitInvalid      = 4
	ExitRegression   = 10
	ExitInconclusive = 11 // only where the gate is strict
	ExitBaseline     = 12 // missing or not comparable
)

// A Report is everything that a gate says. It is gate.json in the run directory.
type Report struct {
	Schema   string         `json:"schema"`
	Scenario string         `json:"scenario"`
	Target   string         `json:"target"`
	Run      string         `json:"run"` // path of the run directory
	Base     string         `json:"base"`
	Head     string         `json:"head"`
	Mode     string         `json:"mode"`        // "duet", "pairs" or "baseline"
	Why      string         `json:"mode_reason"` // why this mode, and what it means
	Verdict  Verdict        `json:"verdict"`
	Reason   string         `json:"reason,omitempty"` // of an invalid gate
	Pairs    int            `json:"pairs"`            // valid ones before the confirmation
	Fresh    int            `json:"fresh_pairs"`      // of the confirmation
	Seconds  float64        `json:"seconds"`
	Metrics  []MetricReport `json:"metrics"`
	Cautions []string       `json:"cautions,omitempty"` // what a reader must know
}

// A MetricReport is what a gate says of one metric.
type MetricReport struct {
	Word    string   `json:"metric"` // "cpu_per_request", "p99"
	Phase   string   `json:"phase"`
	Margin  float64  `json:"margin"`
	Verdict Verdict  `json:"verdict"`
	Ratio   *float64 `json:"ratio"`   // head ÷ base; of errors the difference of the shares
	Low     *float64 `json:"low"`     // of the interval; null: not bounded
	High    *float64 `json:"high"`    //
	SD      *float64 `json:"pair_sd"` // of the log ratios of pairs: the noise
	P       float64  `json:"p"`       // Holm-adjusted, of "not worse than the margin"
	Base    *float64 `json:"base"`    // median over the valid trials
	Head    *float64 `json:"head"`    // median over the valid trials
	Unit    string   `json:"unit"`    // of Base and Head
	Higher  bool     `json:"higher_is_better,omitempty"`
	Share   bool     `json:"difference,omitempty"` // Ratio, Low and High are differences
	Reason  string   `json:"reason,omitempty"`
}

// ExitCode is the status with which the program ends.
func (r *Report) ExitCode(strict bool) int {
	switch {
	case r.Verdict == Regression:
		return ExitRegression
	case r.Verdict == Invalid:
		return ExitInvalid
	case r.Verdict == Inconclusive && strict:
		return ExitInconclusive
	}
	return ExitOK
}

// overall is the worst verdict of the metrics: a metric that is better does not make up for one that is not.
func overall(metrics []MetricReport) Verdict {
	for _, v := range []Verdict{Regression, Invalid, Inconclusive, Improvement} {
		if slices.ContainsFunc(metrics, func(m MetricReport) bool { return m.Verdict == v }) {
			return v
		}
	}
	return OK
}

// Sentence sums the report up, and says no more than its verdicts do.
func (r *Report) Sentence() string {
	of := func(v Verdict) string {
		var words []string
		for i := range r.Metrics {
			if m := &r.Metrics[i]; m.Verdict == v {
				words = append(words, m.Word+" "+m.Change())
			}
		}
		return strings.Join(words, ", ")
	}
	switch r.Verdict {
	case Regression:
		return "Regression: " + of(Regression) + ", confirmed by fresh pairs."
	case Invalid:
		return "Invalid: " + r.Reason + "."
	case Inconclusive:
		return "Inconclusive: no regression is shown, and none is ruled out for " + of(Inconclusive) + "."
	case Improvement:
		return "Improvement: " + of(Improvement) + ", confirmed by fresh pairs; nothing is worse than its margin."
	}
	return "OK: no gated metric is worse than its margin."
}

// Change is the change with its interval, in per cent: "+5.1 % (4.2 to 6.0)".
func (m *MetricReport) Change() string {
	if m.Ratio == nil {
		return "unknown"
	}
	change := func(v float64) string {
		if !m.Share {
			v--
		}
		text := strconv.FormatFloat(100*v, 'f', 2, 64)
		if text == "-0.00" {
			text = "0.00"
		}
		if !strings.HasPrefix(text, "-") {
			text = "+" + text
		}
		return text
	}
	unit := " %"
	if m.Share {
		unit = " points"
	}
	if m.Low == nil || m.High == nil {
		return change(*m.Ratio) + unit
	}
	return change(*m.Ratio) + unit + " (" + change(*m.Low) + " to " + change(*m.High) + ")"
}
