package resultstest

import (
	"math"
	"math/rand/v2"
	"time"

	"github.com/wsgibench/wsgibench/results"
)

// streams invents the gaps and the delivery delays of blocks: slower servers deliver later, and less evenly. It draws
// from numbers of its own, so that all other figures are those of a run without streams.
func (ph *phase) streams(w *results.HistWriter, rng *rand.Rand) error {
	gaps, delays := results.NewHistogram(), results.NewHistogram()
	for range int(100 * ph.p.Duration) {
		delay := ph.c.median / 10 * math.Exp(ph.c.sigma*rng.NormFloat64())
		gap := 0.010 + delay - ph.c.median/10
		_ = delays.RecordValue(max(int64(delay*1e9), 1000)) // within 1 µs and 60 s by construction
		_ = gaps.RecordValue(max(int64(gap*1e9), 1000))
	}
	length := time.Duration(ph.p.Duration * 1e9)
	if err := w.Write(results.HistTag(ph.p.Name, "block_gap", ""), ph.began, length, gaps); err != nil {
		return err
	}
	return w.Write(results.HistTag(ph.p.Name, "delivery", ""), ph.began, length, delays)
}
