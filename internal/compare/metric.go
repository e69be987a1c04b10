package compare

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wsgibench/wsgibench/internal/stats"
	"github.com/wsgibench/wsgibench/results"
)

// A Metric is something in which targets are compared.
type Metric struct {
	Name      string          // of the trial's metric: "response_p99"
	Word      string          // in a scenario's gate and on the command line: "p99"
	Title     string          // for tables
	Unit      string          // "s", "B", "1/s", "1"
	Direction stats.Direction // which way is good
	Model     string          // "open" or "closed": the load model in which it means something; empty: both
	Share     bool            // can be 0, so differences are compared and not ratios
	Quantile  float64         // of the response time; 0: it is none
}

// Metrics are all of them, the most telling first.
var Metrics = []Metric{
	{Name: "goodput", Word: "goodput", Title: "goodput", Unit: "1/s", Direction: stats.HigherIsBetter, Model: "closed"},
	{Name: "response_p50", Word: "p50", Title: "p50", Unit: "s", Quantile: 0.5},
	{Name: "response_p90", Word: "p90", Title: "p90", Unit: "s", Quantile: 0.9},
	{Name: "response_p99", Word: "p99", Title: "p99", Unit: "s", Quantile: 0.99},
	{Name: "response_p99.9", Word: "p99.9", Title: "p99.9", Unit: "s", Quantile: 0.999},
	{Name: "cpu_per_request", Word: "cpu_per_request", Title: "CPU/request", Unit: "s"},
	{Name: "pss", Word: "pss", Title: "PSS", Unit: "B"},
	{Name: "rss", Word: "rss", Title: "RSS", Unit: "B"},
	{Name: "errors", Word: "errors", Title: "errors", Unit: "1", Share: true},
}

// MetricNamed finds a metric by its word or its name.
func MetricNamed(text string) (Metric, error) {
	var words []string
	for _, m := range Metrics {
		if text == m.Word || text == m.Name {
			return m, nil
		}
		words = append(words, m.Word)
	}
	return Metric{}, fmt.Errorf("unknown metric %q; there are: %s", text, strings.Join(words, ", "))
}

// metricsNamed are the metrics of these words in the order asked for, each once; all of them for no words.
func metricsNamed(words []string) ([]Metric, error) {
	if len(words) == 0 {
		return Metrics, nil
	}
	var all []Metric
	for _, w := range words {
		m, err := MetricNamed(w)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(all, m) {
			all = append(all, m)
		}
	}
	return all, nil
}

// fits tells whether the metric means something under the load of a phase.
func (m Metric) fits(p results.Phase) bool { return m.Model == "" || m.Model == p.Model }

// Format shows a value in the unit of the metric.
func (m Metric) Format(v float64) string {
	switch {
	case m.Share:
		return results.FormatPercent(v)
	case m.Unit == "s":
		return results.FormatSeconds(v)
	case m.Unit == "B":
		return results.FormatBytes(v)
	}
	return results.FormatNumber(v)
}

// A headline is what a run is about: the metric and phase that its sentence and its ranking speak of. It follows from
// the scenario alone, not from the figures.
type headline struct {
	phase  results.Phase
	metric Metric
	ok     bool
}

// headlineOf picks goodput where clients wait for answers, since that is what such a load measures, else the median
// response time; of the last measured phase. Of metrics that were asked for it is the first. A run that looked at its
// results is about what it looked at.
func headlineOf(u *results.Until, phases []results.Phase, metrics []Metric) headline {
	for _, p := range phases {
		for _, m := range metrics {
			if u != nil && u.Phase == p.Name && u.Metric == m.Name {
				return headline{p, m, true}
			}
		}
	}
	for _, p := range eligible(phases) {
		for _, m := range metrics {
			if m.fits(p) && !m.Share {
				return headline{p, m, true}
			}
		}
	}
	return headline{}
}

// eligible are the phases that a run may be about, first the last. What is held beside a phase is none; the steps of a
// ladder are where nothing else is, the lowest first, which every target reached.
func eligible(phases []results.Phase) (all []results.Phase) {
	for _, p := range slices.Backward(phases) {
		if p.Beside == "" && p.Ladder == "" {
			all = append(all, p)
		}
	}
	for _, p := range phases {
		if p.Beside == "" && p.Ladder != "" {
			all = append(all, p)
		}
	}
	return all
}

// Headline is the metric and the phase that a run is about: what its sentence speaks of. Ok is false where nothing was
// measured.
func Headline(r *results.Run) (phase string, m Metric, ok bool) {
	rec := results.Record{Run: r}
	h := headlineOf(r.Until, rec.Measured(), Metrics)
	return h.phase.Name, h.metric, h.ok
}

func (h headline) is(p results.Phase, m Metric) bool {
	return h.ok && h.phase.Name == p.Name && h.metric.Name == m.Name
}
