package compare

import (
	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/wsgibench/wsgibench/internal/stats"
)

// A Merged compares a percentile of all requests of a side, from the histograms merged over its trials, with that of the
// other. It describes; the verdict of a Row comes from the percentiles of the trials.
type Merged struct {
	Base  float64   `json:"base"` // s
	Head  float64   `json:"head"` // s
	Ratio *Interval `json:"ratio"`
}

// bootstrapSeed is fixed: a comparison of the same records is the same every time.
const bootstrapSeed = 1

// merge adds the percentile over all requests where the row is about one. A histogram that cannot be read leaves it out.
func (q *question) merge() {
	if q.metric.Quantile == 0 || !q.testable {
		return
	}
	base, head := q.base.histograms(q.a, q.row.Phase), q.head.histograms(q.b, q.row.Phase)
	if base == nil || head == nil {
		return
	}
	change, err := stats.BootstrapQuantile(base, head, stats.Bootstrap{
		Quantile: q.metric.Quantile, Confidence: Confidence, Seed: bootstrapSeed, Paired: q.paired,
	})
	if err != nil {
		return
	}
	q.row.Merged = &Merged{Base: change.Base / 1e9, Head: change.Head / 1e9, Ratio: newInterval(change.Ratio)}
}

// histograms of the response time of these trials; nil unless every trial has one.
func (s side) histograms(trials []value, phase string) []*hdrhistogram.Histogram {
	var all []*hdrhistogram.Histogram
	for _, t := range trials {
		h, err := s.record.TrialHistogram(t.trial, phase, "response", "")
		if err != nil || h == nil || h.TotalCount() == 0 {
			return nil
		}
		all = append(all, h)
	}
	return all
}
