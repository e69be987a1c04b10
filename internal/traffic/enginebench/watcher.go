//go:build linux

package main

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/wsgibench/wsgibench/collect"
)

// held is what the harness occupies, in bytes: at the beginning, and with all streams under way.
type held struct {
	RSS  [2]int64 `json:"rss"`
	Live [2]int64 `json:"live"` // heap in use after a collection, and stacks
}

// A watcher is the observer of streams: it counts them, and measures gaps.
type watcher struct {
	mu    sync.Mutex
	job   streamJob
	out   received
	gaps  *hdrhistogram.Histogram
	apart *hdrhistogram.Histogram

	first, ended int64 // streams that have their first block, that have ended
	blocks       int64 // of streams of more than one, less one each
	spans        time.Duration
	measured     bool
	weighed      sync.WaitGroup
}

var (
	_ collect.Observer      = (*watcher)(nil)
	_ collect.BlockObserver = (*watcher)(nil)
)

func newWatcher(j streamJob) *watcher {
	return &watcher{job: j, gaps: newHistogram(), apart: newHistogram(), out: received{Wrong: map[string]int64{}}}
}

// Observe implements collect.Observer.
func (w *watcher) Observe(x *collect.Exchange) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ended++
	w.out.Streams++
	w.out.Body += x.BodyBytes
	w.out.Wire += x.WireIn
	if x.Error != "" {
		w.out.Errors++
		w.out.Wrong[wrong(x)]++
	}
	if s := x.Stream; s != nil && s.Blocks > 1 {
		w.blocks += s.Blocks - 1
		w.spans += s.LastBlock - s.FirstBlock
	}
}

// wrong names what is wrong with a stream: an error of its blocks by kind and number, another one by its text.
func wrong(x *collect.Exchange) string {
	s := x.Stream
	if s == nil || x.Error != collect.WrongBody {
		return string(x.Error) + ": " + x.Detail
	}
	var words []string
	for _, n := range []struct {
		n    int64
		word string
	}{{s.Damaged, "damaged"}, {s.Lost, "lost"}, {s.Repeated, "repeated"}, {s.Swapped, "swapped"}, {s.Surplus, "surplus"}} {
		if n.n > 0 {
			words = append(words, fmt.Sprintf("%d %s", n.n, n.word))
		}
	}
	return strings.Join(words, ", ")
}

// ObserveBlocks implements collect.BlockObserver.
func (w *watcher) ObserveBlocks(_ int, blocks []collect.Block) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := range blocks {
		b := &blocks[i]
		if !b.Follows {
			w.first++
		}
		all := w.first >= int64(w.job.Held) && w.ended == 0
		if b.Follows && (all || w.job.Held == 0) {
			_ = w.gaps.RecordValue(int64(b.Gap))
		}
		if b.Follows && all && b.Stamped {
			// How far the gap is from the one that the server's stamps make.
			_ = w.apart.RecordValue(int64((b.Gap - b.Apart).Abs()))
			w.out.Compared++
		}
		if !w.measured && w.job.Weigh && all && b.Index >= int64(w.job.Blocks)*3/4 {
			w.measured = true
			w.weighed.Go(w.weigh)
		}
	}
}

// weigh looks at the memory once, when all streams are three quarters through. It is no block's business to wait for
// that.
func (w *watcher) weigh() {
	rss := residentBytes()
	runtime.GC()
	live := liveBytes()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.out.Memory.RSS[1], w.out.Memory.Live[1] = rss, live
}

// liveBytes is what the last collection left of the heap, and what stacks take.
func liveBytes() int64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapInuse + m.StackInuse)
}

// result is what was received, when the phase is over.
func (w *watcher) result() received {
	w.weighed.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	o := w.out
	o.Rate = float64(w.blocks) / max(w.spans.Seconds(), 1e-9)
	o.Gaps, o.Apart = readQuantiles(w.gaps), readQuantiles(w.apart)
	return o
}
