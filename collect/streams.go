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

	stamped, paced bool  // there were blocks that say when they were yielded, or when they were to be
	apart, merged  int64 // blocks that were yielded well after the one before, and of these the ones that came with it
}

// apartFrom is how long after the block before it a block must have been yielded for the two to count as apart: longer
// than the client takes to wake up and read, so that what it finds together was sent together.
const apartFrom = 2 * time.Millisecond

// streamTimes are the histograms of streams, in the order of their metrics.
var streamTimes = []string{"first_block", "second_block", "block_gap", "jitter", "stream_gap_p99", "block_time", "delivery", "lateness", "close_delay"}

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
		if !b.Stamped {
			continue
		}
		r.stamped = true
		record(r.hist("delivery"), b.DeliveryDelay())
		if !b.Paced {
			continue
		}
		r.paced = true
		record(r.hist("lateness"), b.Lateness())
		if b.Follows {
			record(r.hist("jitter"), (b.Gap - b.Apart).Abs())
			r.countMerged(b)
		}
	}
}

// countMerged finds blocks that were yielded apart and came together, in one read.
func (r *streamRecorder) countMerged(b *Block) {
	if b.Apart < apartFrom {
		return
	}
	r.apart++
	if !b.First {
		r.merged++
	}
}

// Observe takes a stream that has ended.
func (r *streamRecorder) Observe(x *Exchange) {
	s := x.Stream
	if s == nil {
		return
	}
	r.ended++
	r.stamped, r.paced = r.stamped || s.RunAhead > 0, r.paced || s.Gap > 0 || s.Stalls > 0
	r.body += x.BodyBytes
	r.wire += x.WireIn
	r.last = max(r.last, x.End)
	r.spans += x.End - x.Sent
	r.count(x)
	if s.Blocks > 0 {
		record(r.hist("first_block"), s.FirstBlock-x.Sent)
	}
	if s.Blocks > 1 {
		record(r.hist("second_block"), s.SecondBlock-x.Sent)
		record(r.hist("stream_gap_p99"), s.GapP99)
		record(r.hist("block_time"), (s.LastBlock-s.FirstBlock)/time.Duration(s.Blocks-1))
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

func (r *streamRecorder) count(x *Exchange) {
	s, t := x.Stream, &r.sum
	t.Blocks += s.Blocks
	t.Reads += s.Reads
	t.Stalls += s.Stalls
	t.StallTime += s.StallTime
	if carried(x) {
		t.Repeated += s.Repeated
		t.Swapped += s.Swapped
		t.Damaged += s.Damaged
		t.Surplus += s.Surplus
		if s.Left == 0 {
			t.Lost += s.Lost
		}
	}
	if s.Stalls > 0 {
		t.GapMax = max(t.GapMax, s.GapMax)
	}
	t.RunAhead = max(t.RunAhead, s.RunAhead)
}

// carried says whether what is missing from a stream was lost by the server. What had not come when this side gave up
// waiting is late, and an answer of another kind (503, or none at all) is no stream.
func carried(x *Exchange) bool {
	switch x.Error {
	case "", WrongBody, WrongLength, Truncated:
		return true
	case Reset:
		return x.Stream.Blocks > 0
	}
	return false
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
		o.Metrics = append(o.Metrics, because(r.unsaid(name), quantiles(name, "", h)...)...)
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
		results.Known("block_rate", "1/s", float64(s.Blocks)/span),
		ratio("blocks_per_read", float64(s.Blocks), float64(s.Reads), "no block arrived"),
		ratio("blocks_merged", float64(r.merged), float64(r.apart), "no blocks say that they were planned and yielded 2 ms apart or more"),
		results.Known("body_rate", "B/s", float64(r.body)/span),
		results.Known("wire_rate", "B/s", float64(r.wire)/span),
	)
	o.Metrics = append(o.Metrics, because(r.unsaid("stalls"), results.Known("stalls", "1", float64(s.Stalls)),
		ratio("stall_share", s.StallTime.Seconds(), r.spans.Seconds(), "the streams lasted no time"), results.Known("stall_longest", "s", s.GapMax.Seconds()))...)
	o.Metrics = append(o.Metrics, because(r.unsaid("run_ahead"), results.Known("run_ahead", "B", float64(s.RunAhead)))...)
	o.Metrics = append(o.Metrics, r.rateMetrics()...)
	if len(r.left) > 0 {
		o.Metrics = append(o.Metrics,
			ratio("blocks_after_leave", float64(after), float64(known), "the app told of no close()"),
			results.Known("streams_left", "1", float64(len(r.left))),
			results.Known("streams_closed", "1", float64(known)))
	}
	return o
}

// unsaid says why a figure is unknown that needs more than the blocks say of themselves; empty: it is known.
func (r *streamRecorder) unsaid(metric string) string {
	switch metric {
	case "delivery", "run_ahead":
		if !r.stamped {
			return "the blocks do not say when they were yielded"
		}
	case "lateness", "jitter", "stalls":
		if !r.paced {
			return "the blocks do not say when they were planned"
		}
	}
	return ""
}

// because makes metrics unknown for a reason; an empty one leaves them as they are.
func because(reason string, ms ...results.Metric) []results.Metric {
	for i := range ms {
		if reason != "" {
			ms[i] = results.Unknown(ms[i].Name, ms[i].Unit, reason)
		}
	}
	return ms
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
