package signature

import (
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// between counts the values of h from low to high.
func between(h *hdrhistogram.Histogram, low, high time.Duration) (n int64) {
	for _, b := range h.Distribution() {
		if b.From >= int64(low) && b.To <= int64(high) {
			n += b.Count
		}
	}
	return n
}

// peak reports how many values lie from low to high, where they stand out: at most a fourth as many lie within one
// width of the band below and above it. A wide distribution that merely passes through the band has no peak there.
func peak(h *hdrhistogram.Histogram, low, high time.Duration) int64 {
	width := high - low
	n := between(h, low, high)
	if beside := between(h, max(0, low-width), low) + between(h, high, high+width); n < fewest || 4*beside > n {
		return 0
	}
	return n
}
