package compare

import (
	"math"
	"strconv"

	"github.com/wsgibench/wsgibench/internal/stats"
)

// Unknown is the verdict on a metric that was not measured, beside those of stats.
const Unknown stats.Verdict = "unknown"

// A Row is one target compared with another in one metric of one phase. Where the verdict is invalid or unknown it has
// no figures.
type Row struct {
	Phase     string `json:"phase"`
	Metric    string `json:"metric"` // name of the trial's metric
	Base      string `json:"base"`   // Cell.ID
	Head      string `json:"head"`
	BaseLabel string `json:"base_label"`
	HeadLabel string `json:"head_label"`
	// Pairs are the blocks in which both have a figure that counts; 0 where the trials are not paired.
	Pairs      int       `json:"pairs"`
	BaseTrials int       `json:"base_trials"` // that count and know the metric
	HeadTrials int       `json:"head_trials"`
	Unit       string    `json:"unit"`
	BaseMedian *float64  `json:"base_median"`
	HeadMedian *float64  `json:"head_median"`
	Ratio      *Interval `json:"ratio"`      // head ÷ base; null for errors
	Difference *Interval `json:"difference"` // head − base; of errors only

	Verdict stats.Verdict `json:"verdict"`
	Reason  string        `json:"reason,omitempty"`
	// Confidence is that of the interval that the verdict rests on: higher than that of Ratio, so that all verdicts
	// together are right with 95 %.
	Confidence float64   `json:"confidence,omitempty"`
	MDE        *float64  `json:"mde"`    // relative change (errors: difference) that these trials show with 95 %
	Needed     *int      `json:"needed"` // pairs, or trials a side, to show a change of Effect with 95 %
	Merged     *Merged   `json:"merged,omitempty"`
	family     int       // comparisons that share the chance of error with this one
	gap        [2]string // of an unknown metric: of which target, and why
}

// An Interval is an estimate with its 95 % confidence interval, taken alone; Low and High are null where there are too
// few trials for one.
type Interval struct {
	Point float64  `json:"point"`
	Low   *float64 `json:"low"`
	High  *float64 `json:"high"`
}

func newInterval(e stats.Estimate) *Interval {
	i := &Interval{Point: e.Point}
	if e.Finite() {
		i.Low, i.High = &e.Low, &e.High
	}
	return i
}

// Excludes reports whether the interval is known and leaves out v.
func (i *Interval) Excludes(v float64) bool {
	return i != nil && i.Low != nil && (*i.Low > v || *i.High < v)
}

// Clear reports whether the verdict says that the two differ.
func (r Row) Clear() bool { return r.Verdict == stats.Worse || r.Verdict == stats.Better }

// Known reports whether the row has figures.
func (r Row) Known() bool { return r.Verdict != stats.Invalid && r.Verdict != Unknown }

// Mirror is the row with base and head swapped.
func (r Row) Mirror() Row {
	r.Base, r.Head, r.BaseLabel, r.HeadLabel = r.Head, r.Base, r.HeadLabel, r.BaseLabel
	r.BaseTrials, r.HeadTrials, r.BaseMedian, r.HeadMedian = r.HeadTrials, r.BaseTrials, r.HeadMedian, r.BaseMedian
	r.Ratio = r.Ratio.mirror(func(v float64) float64 { return 1 / v })
	r.Difference = r.Difference.mirror(func(v float64) float64 { return -v })
	r.Verdict, r.Merged = r.Verdict.Mirror(), nil
	return r
}

func (i *Interval) mirror(turn func(float64) float64) *Interval {
	if i == nil {
		return nil
	}
	m := &Interval{Point: turn(i.Point)}
	if i.Low != nil {
		low, high := turn(*i.High), turn(*i.Low)
		m.Low, m.High = &low, &high
	}
	return m
}

// rounded keeps six significant digits of every figure. What is beyond them is not known, and the last bits of a float64
// differ between processor architectures: a comparison is the same, byte for byte, wherever it is made.
func (r Row) rounded() Row {
	r.BaseMedian, r.HeadMedian, r.MDE = round(r.BaseMedian), round(r.HeadMedian), round(r.MDE)
	r.Ratio, r.Difference = r.Ratio.rounded(), r.Difference.rounded()
	r.Confidence = *round(&r.Confidence)
	if r.Merged != nil {
		m := *r.Merged
		m.Base, m.Head, m.Ratio = *round(&m.Base), *round(&m.Head), m.Ratio.rounded()
		r.Merged = &m
	}
	return r
}

func (i *Interval) rounded() *Interval {
	if i == nil {
		return nil
	}
	return &Interval{Point: *round(&i.Point), Low: round(i.Low), High: round(i.High)}
}

func round(v *float64) *float64 {
	if v == nil || math.IsInf(*v, 0) || math.IsNaN(*v) {
		return nil
	}
	short, err := strconv.ParseFloat(strconv.FormatFloat(*v, 'e', 5, 64), 64)
	if err != nil {
		return nil // cannot be: it was made from a number
	}
	return &short
}
