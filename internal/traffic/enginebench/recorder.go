//go:build linux

package main

import (
	"bytes"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/wsgibench/wsgibench/collect"
)

// A recorder is the observer of the bench: what any run keeps at least, the histograms of response time and send lag.
type recorder struct {
	mu       sync.Mutex
	response *hdrhistogram.Histogram
	lag      *hdrhistogram.Histogram
	errors   int64
}

var _ collect.Observer = (*recorder)(nil)

func newRecorder() *recorder { return &recorder{response: newHistogram(), lag: newHistogram()} }

func (r *recorder) Observe(x *collect.Exchange) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if x.Error != "" {
		r.errors++
	}
	_ = r.response.RecordValue(max(0, int64(x.ResponseTime())))
	_ = r.lag.RecordValue(max(0, int64(x.SendLag())))
}

// sampleRSS looks at this process's resident memory ten times in the time given; the function returned ends that.
func sampleRSS(within time.Duration) func() []int64 {
	var sizes []int64
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		t := time.NewTicker(max(within/10, time.Millisecond))
		defer t.Stop()
		for {
			select {
			case <-t.C:
				sizes = append(sizes, residentBytes())
			case <-stop:
				return
			}
		}
	}()
	return func() []int64 {
		close(stop)
		<-done
		return append(sizes, residentBytes())
	}
}

// residentBytes reads the second figure of /proc/self/statm; 0 where there is none.
func residentBytes() int64 {
	b, err := os.ReadFile("/proc/self/statm")
	if f := bytes.Fields(b); err == nil && len(f) > 1 {
		pages, _ := strconv.ParseInt(string(f[1]), 10, 64)
		return pages * int64(os.Getpagesize())
	}
	return 0
}
