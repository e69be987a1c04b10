package collect

import (
	"slices"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/wsgibench/wsgibench/results"
)

var streams = Kind{
	Name: "streams",
	Doc:  "streamed bodies: first block, gaps, delivery delay, lateness, stalls, merged and lost blocks, rates, run-ahead, time to close()",
	New:  func(s Scope) (Collector, error) { return newStreamRecorder(s), nil },
}

// A streamRecorder has nothing to say about a phase without streams.
type streamRecorder struct {
	scope Scope
	hists map[string]*hdrhistogram.Histogram // pooled, by metric
	sum   Stream                             // counts of all streams together
	spans time.Duration                      // that the streams lasted, together
	ended int64
	good  int64
	whole int64     // intact and ended without an error
	rates []float64 // B/s, of the streams that brought more than one block
	body  int64
	wire  int64
	last  time.Duration
	left  map[int64]time.Duration // streams that this side left, by ID
}

// streamTimes are the histograms of streams, in the order of their metrics.
var streamTimes = []string{"first_block", "second_block", "block_gap", "stream_gap_p99", "delivery", "lateness", "close_delay"}

func newStreamRecorder(s Scope) *streamRecorder {
	return &streamRecorder{scope: s, hists: map[string]*hdrhistogram.Histogram{}, left: map[int64]time.Duration{}}
}

func (r *streamRecorder) hist(name string) *hdrhistogram.Histogram {
	h := r.hists[name]
	if h == nil {
		h = results.NewHistogram()
		r.hists[name] = h
	}
	return h
}

// ObserveBlocks takes the times of blocks.
func (r *streamRecorder) ObserveBlocks(_ int, blocks []Block) {
	for i := range blocks {
		b := &blocks[i]
		if b.Follows {
			record(r.hist("block_gap"), b.Gap)
		}
		if b.Stamped {
			record(r.hist("delivery"), b.DeliveryDelay())
			if b.Paced {
				record(r.hist("lateness"), b.Lateness())
			}
		}
	}
}

// Observe takes a stream that has ended.
func (r *streamRecorder) Observe(x *Exchange) {
	s := x.Stream
	if s == nil {
		return
	}
	r.ended++
	r.body += x.BodyBytes
	r.wire += x.WireIn
	r.last = max(r.last, x.End)
	r.spans += x.End - x.Sent
	r.count(s)
	if s.Blocks > 0 {
		record(r.hist("first_block"), s.FirstBlock-x.Sent)
	}
	if s.Blocks > 1 {
		record(r.hist("second_block"), s.SecondBlock-x.Sent)
		record(r.hist("stream_gap_p99"), s.GapP99)
		if took := x.End - x.Sent; took > 0 {
			r.rates = append(r.rates, float64(x.BodyBytes)/took.Seconds())
		}
	}
	if s.Left > 0 && s.ID != 0 {
		r.left[s.ID] = s.Left
	}
	if x.Error != "" || s.Left == 0 && !s.Intact() {
		return
	}
	r.whole++
	if goal := r.scope.Streams; (goal.FirstBlock == 0 || s.FirstBlock-x.Sent <= goal.FirstBlock) && (goal.GapP99 == 0 || s.GapP99 <= goal.GapP99) {
		r.good++
	}
}

func (r *streamRecorder) count(s *Stream) {
	t := &r.sum
	t.Blocks += s.Blocks
	t.Reads += s.Reads
	t.Stalls += s.Stalls
	t.StallTime += s.StallTime
	t.Repeated += s.Repeated
	t.Swapped += s.Swapped
	t.Damaged += s.Damaged
	t.Surplus += s.Surplus
	if s.Left == 0 {
		t.Lost += s.Lost
	}
	if s.Stalls > 0 {
		t.GapMax = max(t.GapMax, s.GapMax)
	}
	t.RunAhead = max(t.RunAhead, s.RunAhead)
}

// Finish reports streams of the phase; rates are over its length, or until the last stream ended where that is later.
func (r *streamRecorder) Finish(elapsed time.Duration) Outcome {
	var o Outcome
	if r.ended == 0 {
		return o
	}
	after, known := r.closings()
	for _, name := range streamTimes {
		h := r.hists[name]
		if h == nil {
			h = results.NewHistogram()
		} else if r.scope.Hist != nil {
			if err := r.scope.Hist.Write(results.HistTag(r.scope.Phase, name, ""), r.scope.Began, elapsed, h); err != nil {
				o.Warnings = append(o.Warnings, results.Notice{Code: "histogram-not-written", Text: err.Error(), Hint: "is the disk full?"})
			}
		}
		o.Metrics = append(o.Metrics, quantiles(name, "", h)...)
	}
	span := max(r.scope.Length, r.last).Seconds()
	s := &r.sum
	o.Metrics = append(o.Metrics,
		results.Known("streams", "1", float64(r.ended)),
		results.Known("streams_whole", "1", float64(r.whole)/float64(r.ended)),
		results.Known("stream_goodput", "1/s", float64(r.good)/span),
		results.Known("blocks", "1", float64(s.Blocks)),
		results.Known("blocks_lost", "1", float64(s.Lost)),
		results.Known("blocks_repeated", "1", float64(s.Repeated)),
		results.Known("blocks_swapped", "1", float64(s.Swapped)),
		results.Known("blocks_damaged", "1", float64(s.Damaged+s.Surplus)),
		ratio("blocks_per_read", float64(s.Blocks), float64(s.Reads), "no block arrived"),
		results.Known("stalls", "1", float64(s.Stalls)),
		ratio("stall_share", s.StallTime.Seconds(), r.spans.Seconds(), "the streams lasted no time"),
		results.Known("stall_longest", "s", s.GapMax.Seconds()),
		results.Known("body_rate", "B/s", float64(r.body)/span),
		results.Known("wire_rate", "B/s", float64(r.wire)/span),
		results.Known("run_ahead", "B", float64(s.RunAhead)),
	)
	o.Metrics = append(o.Metrics, r.rateMetrics()...)
	if len(r.left) > 0 {
		o.Metrics = append(o.Metrics,
			ratio("blocks_after_leave", float64(after), float64(known), "the app told of no close()"),
			results.Known("streams_left", "1", float64(len(r.left))),
			results.Known("streams_closed", "1", float64(known)))
	}
	return o
}

// closings compares what the app said with when this side left: how many blocks were yielded after that, in how many
// streams that were closed.
func (r *streamRecorder) closings() (after, known int) {
	if r.scope.Streams.Closings == nil || len(r.left) == 0 {
		return 0, 0
	}
	for _, c := range r.scope.Streams.Closings(len(r.left)) {
		left, ok := r.left[c.ID]
		if !ok {
			continue
		}
		known++
		record(r.hist("close_delay"), c.At-left)
		for _, y := range c.Yields {
			if y > left {
				after++
			}
		}
	}
	return after, known
}

// rateMetrics says how fast streams were, and how equally fast: Jain's index is 1 where all are, and 1/n where one has
// everything (R. Jain, D. Chiu, W. Hawe, DEC-TR-301, 1984).
func (r *streamRecorder) rateMetrics() []results.Metric {
	if len(r.rates) == 0 {
		const why = "no stream brought two blocks"
		return []results.Metric{results.Unknown("stream_rate", "B/s", why), results.Unknown("fairness", "1", why)}
	}
	slices.Sort(r.rates)
	var sum, squares float64
	for _, v := range r.rates {
		sum += v
		squares += v * v
	}
	n := float64(len(r.rates))
	return []results.Metric{
		results.Known("stream_rate", "B/s", r.rates[len(r.rates)/2]),
		ratio("fairness", sum*sum, n*squares, "the streams brought nothing"),
	}
}

func ratio(name string, of, by float64, why string) results.Metric {
	if by == 0 {
		return results.Unknown(name, "1", why)
	}
	return results.Known(name, "1", of/by)
}
