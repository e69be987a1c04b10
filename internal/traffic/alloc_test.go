package traffic

import (
	"context"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/wsgibench/wsgibench/collect"
	"github.com/wsgibench/wsgibench/internal/traffic/truth"
)

// count only counts, so that the observer allocates nothing.
type count struct{ n atomic.Int64 }

func (c *count) Observe(*collect.Exchange) { c.n.Add(1) }

// TestNoAllocation: in the steady state, neither model allocates per request.
func TestNoAllocation(t *testing.T) {
	_, addr := start(t, "tcp", &truth.Server{Law: truth.Null{}, Body: []byte(greeting)})
	for _, p := range []Phase{
		{Clients: 8, For: 300 * time.Millisecond},
		{Schedule: Constant(5000, 300*time.Millisecond), For: 300 * time.Millisecond, InFlight: 4},
		{Schedule: Poisson(5000, 300*time.Millisecond, 1), For: 300 * time.Millisecond, InFlight: 4},
	} {
		e := New(addr)
		p.Requests, p.Timeout = hello, 20*time.Second
		var c count
		mallocs := func() int64 {
			c.n.Store(0)
			var a, b runtime.MemStats
			runtime.ReadMemStats(&a)
			if _, err := e.Send(context.Background(), p, &c); err != nil {
				t.Fatal(err)
			}
			runtime.ReadMemStats(&b)
			return int64(b.Mallocs - a.Mallocs)
		}
		mallocs() // opens the connections
		if n := mallocs(); float64(n) > 0.25*float64(c.n.Load())+2000 && !raceEnabled {
			t.Errorf("%+v: %d allocations for %d requests", p, n, c.n.Load())
		}
		e.Close()
	}
}
