package traffic

import (
	"context"
	"fmt"
	"math/bits"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/wsgibench/wsgibench/collect"
)

// Health is how the engine itself fared in a phase: whether its figures can be the server's.
type Health struct {
	// Late is the share of the phase in which the engine was not running although it wanted to: a goroutine that sleeps
	// watchEvery at a time adds up by how much it wakes too late. It sees a lack of CPU, a stopped process, and a Go
	// scheduler that does not keep up, whatever the server does.
	Late float64
	// LagP50, LagP90 and LagP99 are quantiles of Exchange.EngineLag, exact to 13 %. Open model: how late requests left
	// by the engine's own fault. Closed model: how long an answered client took to send its next request.
	LagP50, LagP90, LagP99 time.Duration
}

// Limits of Health. A healthy engine is far below both; one that gets a tenth of a CPU far above the first.
const (
	MaxLate   = 0.05
	MaxLagP99 = 10 * time.Millisecond
)

// Limited says why the phase's figures are the engine's rather than the server's; empty: they are not. A slow server
// cannot cause it: neither waiting for a connection nor for a request in flight counts as the engine's lag.
func (h Health) Limited() string {
	switch {
	case h.Late > MaxLate:
		return fmt.Sprintf("the load generator was kept from running for %.0f %% of the time (at most %.0f %% may be)", 100*h.Late, 100*MaxLate)
	case h.LagP99 > MaxLagP99:
		return fmt.Sprintf("the load generator sent 1 %% of the requests %v late or more, by its own fault (at most %v may be)", h.LagP99.Round(100*time.Microsecond), MaxLagP99)
	}
	return ""
}

// watchEvery is how often the watch looks; watchSlack is how late Go's timers are without any fault.
const (
	watchEvery = 10 * time.Millisecond
	watchSlack = 3 * time.Millisecond
)

// watch adds up how late it wakes, until ctx is done, and gives that as a share of the time.
func watch(ctx context.Context) (share func() float64) {
	var late, whole time.Duration
	var done sync.WaitGroup
	done.Go(func() {
		began := time.Now()
		t := time.NewTimer(watchEvery)
		defer t.Stop()
		for at := began; ctx.Err() == nil; {
			select {
			case <-t.C:
			case <-ctx.Done():
			}
			now := time.Now()
			late += max(0, now.Sub(at)-watchEvery-watchSlack)
			at = now
			t.Reset(watchEvery)
		}
		whole = time.Since(began)
	})
	return func() float64 {
		done.Wait()
		return float64(late) / float64(max(whole, 1))
	}
}

// roomForPacer lets Go run one thread more at a time, and returns what undoes that: the pacer keeps its own while it
// sleeps. On one CPU there would otherwise be none for the readers, and the kernel could not let the pacer interrupt
// them. Measured on one CPU at 5,000/s: a lag of 40 µs in the median, against 60 µs to 600 ms without.
func roomForPacer() (undo func()) {
	old := runtime.GOMAXPROCS(0)
	runtime.GOMAXPROCS(old + 1)
	return func() { runtime.GOMAXPROCS(old) }
}

// lags counts engine lags in buckets, eight for every power of two.
type lags struct{ n [64 * 8]atomic.Int64 }

func (l *lags) add(x *collect.Exchange) {
	if x.Sent > 0 {
		l.n[lagBucket(x.EngineLag())].Add(1)
	}
}

func lagBucket(d time.Duration) int {
	v := uint64(max(d, 0))
	if v < 8 {
		return int(v)
	}
	e := bits.Len64(v) - 4 // v>>e is 8 to 15
	return e*8 + int(v>>e)
}

// lagOf is the upper end of a bucket.
func lagOf(bucket int) time.Duration {
	if bucket < 16 {
		return time.Duration(bucket)
	}
	e := bucket/8 - 1
	return time.Duration(uint64(bucket-8*e+1)<<e - 1)
}

func (l *lags) quantile(q float64) time.Duration {
	var all, below int64
	for i := range l.n {
		all += l.n[i].Load()
	}
	for i := range l.n {
		if below += l.n[i].Load(); all > 0 && float64(below) >= q*float64(all) {
			return lagOf(i)
		}
	}
	return 0
}
