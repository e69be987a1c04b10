package streaming

import (
	"math"
	"strconv"

	"github.com/wsgibench/wsgibench/results"
)

// A kind is streams that the same figures tell about.
type kind struct{ columns []column }

// The kinds: of streams that clients leave, of those with planned gaps, and of those that come as fast as they are taken.
var (
	left = kind{[]column{
		{"first block p50", "first_block", "p50", results.FormatSeconds, true},
		{"closed after p50", "close_delay", "p50", results.FormatSeconds, false},
		{"closed after p99", "close_delay", "p99", results.FormatSeconds, false},
		{"blocks for nobody", "blocks_after_leave", "", count, false},
	}}
	paced = kind{[]column{
		{"first block p50", "first_block", "p50", results.FormatSeconds, true},
		{"gap p50", "block_gap", "p50", results.FormatSeconds, false},
		{"gap p99", "block_gap", "p99", results.FormatSeconds, false},
		{"jitter p99", "jitter", "p99", results.FormatSeconds, true},
		{"delivery p50", "delivery", "p50", results.FormatSeconds, true},
		{"delivery p99", "delivery", "p99", results.FormatSeconds, true},
		{"app late p99", "lateness", "p99", results.FormatSeconds, false},
		{"stalls", "stalls", "", count, false},
		{"blocks/read", "blocks_per_read", "", results.FormatNumber, false},
	}}
	unpaced = kind{[]column{
		{"first block p50", "first_block", "p50", results.FormatSeconds, true},
		{"blocks/s", "block_rate", "", results.FormatNumber, false},
		{"body/s", "body_rate", "", results.FormatBytes, false},
		{"blocks/read", "blocks_per_read", "", results.FormatNumber, false},
		{"run-ahead", "run_ahead", "", results.FormatBytes, false},
		{"fairness", "fairness", "", results.FormatNumber, false},
	}}
)

// A mark says what a figure must not be taken for.
type mark int

const (
	plain   mark = iota
	atFloor      // it is no more than the load generator's own
	thin         // few values decide it
	absent
)

// A column is a figure of every cell.
type column struct {
	head, metric string
	quantile     string // of the metric's histogram; empty: the metric is one number for a phase
	format       func(float64) string
	floor        bool // the load generator has one of its own, below which nothing is told
}

// count shows a number of things, which has no decimals but as a median or a mean.
func count(v float64) string {
	if v == math.Trunc(v) {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return results.FormatNumber(v)
}

// name is that of the metric in a trial.
func (c *column) name() string {
	if c.quantile == "" {
		return c.metric
	}
	return c.metric + "_" + c.quantile
}

// nearFloor is how far above the floor a figure is still no more than that: what is measured in a fraction of a second
// before a run is no exacter.
const nearFloor = 1.1

func (c *column) show(r *results.Record, cell, phase string) (string, mark) {
	v, m := c.value(r, cell, phase)
	if v == nil {
		return "–", absent
	}
	text := c.format(*v)
	if floor, _ := r.Run.Floor(phase, c.name()); c.floor && floor != nil && *v <= nearFloor**floor {
		return "≈" + text, atFloor
	}
	if m == thin {
		return "~" + text, thin
	}
	return text, m
}

// value is a percentile of the merged histogram, or the median over the valid trials. So is the median of so few values
// that no interval holds it, such as the first blocks of three long streams; it is marked.
func (c *column) value(r *results.Record, cell, phase string) (*float64, mark) {
	if c.quantile == "" {
		return r.Spread(cell, c.metric, phase).Median, plain
	}
	for _, q := range r.Quantiles(cell, phase, c.metric) {
		if q.Name == c.quantile && q.Value != nil {
			if q.Thin {
				return q.Value, thin
			}
			return q.Value, plain
		}
	}
	if c.quantile == "p50" {
		return r.Spread(cell, c.name(), phase).Median, thin
	}
	return nil, absent
}
