package signature

import (
	"fmt"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/wsgibench/wsgibench/results"
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

// waited tells whether the server did next to nothing in requests that took so long: less than half of the time.
func (e *evidence) waited(least time.Duration) bool {
	return e.metric("cpu_per_request") <= least.Seconds()/2
}

// took says which share of the requests n are, how long they took, and how little of that the server worked.
func (e *evidence) took(n int64, low, high time.Duration, and string) string {
	return fmt.Sprintf("%s of the requests took %d to %d ms%s, of which the server worked for %s",
		percent(float64(n)/float64(e.service().TotalCount())), low.Milliseconds(), high.Milliseconds(), and, results.FormatSeconds(e.metric("cpu_per_request")))
}
