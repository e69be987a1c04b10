// Package truth answers: how exact is a measurement? It is a server whose response times are known.
//
// A Law says when each request is answered; the server keeps to it, and logs when each request arrived and when its
// answer left, on one monotonic clock. So a load generator's figures can be compared with the server's own, and with
// the law's formula. It understands only requests without a body, and always gives the same answer.
package truth

import (
	"container/heap"
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"time"
)

// A Law says when a request is answered that arrives at an instant; instants count from the start of the server.
// It is called from many goroutines.
type Law interface {
	Answer(arrived time.Duration) (answered time.Duration)
	String() string
}

// Null answers at once.
type Null struct{}

// Answer returns the arrival.
func (Null) Answer(at time.Duration) time.Duration { return at }

func (Null) String() string { return "null" }

// Constant answers after the same time.
type Constant time.Duration

// Answer returns the instant of the answer.
func (c Constant) Answer(at time.Duration) time.Duration { return at + time.Duration(c) }

func (c Constant) String() string { return "constant " + time.Duration(c).String() }

// Stalls answers after Base, except that the server stands still during the first For of every Every: what arrives then
// is begun when the stall is over.
type Stalls struct{ Every, For, Base time.Duration }

// Answer returns the instant of the answer.
func (s Stalls) Answer(at time.Duration) time.Duration {
	into := at % s.Every
	return at + max(0, s.For-into) + s.Base
}

// Quantile is the p-quantile (0 ≤ p < 1) of the response time of arrivals that are spread evenly: a share For/Every of
// them waits, evenly between nothing and For.
func (s Stalls) Quantile(p float64) time.Duration {
	stalled := float64(s.For) / float64(s.Every)
	return s.Base + max(0, time.Duration(float64(s.For)*(1-(1-p)/stalled)))
}

func (s Stalls) String() string { return fmt.Sprintf("stalls %v %v %v", s.Every, s.For, s.Base) }

// A drawn law takes each service time from a distribution.
type drawn struct {
	words string
	draw  func(*rand.Rand) float64 // seconds

	mu  sync.Mutex
	rng *rand.Rand
}

func newDrawn(seed uint64, draw func(*rand.Rand) float64, format string, args ...any) *drawn {
	return &drawn{words: fmt.Sprintf(format, args...), draw: draw, rng: rand.New(rand.NewPCG(seed, 0))}
}

func (d *drawn) next() time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	return time.Duration(d.draw(d.rng) * 1e9)
}

func (d *drawn) Answer(at time.Duration) time.Duration { return at + d.next() }
func (d *drawn) String() string                        { return d.words }

// Lognormal draws from the lognormal distribution: sigma is the standard deviation of the logarithm.
func Lognormal(median time.Duration, sigma float64, seed uint64) Law {
	return newDrawn(seed, func(r *rand.Rand) float64 {
		return median.Seconds() * math.Exp(sigma*r.NormFloat64())
	}, "lognormal %v %v", median, sigma)
}

// Bimodal answers after fast, except for a share of requests, which take slow.
func Bimodal(fast, slow time.Duration, share float64, seed uint64) Law {
	return newDrawn(seed, func(r *rand.Rand) float64 {
		if r.Float64() < share {
			return slow.Seconds()
		}
		return fast.Seconds()
	}, "bimodal %v %v %v", fast, slow, share)
}

// Queue is an M/M/c queue: servers work side by side, first come first served, on exponential service times of a mean.
// It is not waited for in threads: when each request leaves follows from when the servers become free.
func Queue(servers int, mean time.Duration, seed uint64) Law {
	return &queue{
		drawn: newDrawn(seed, func(r *rand.Rand) float64 { return mean.Seconds() * r.ExpFloat64() }, "queue %d %v", servers, mean),
		free:  make(instants, servers),
	}
}

type queue struct {
	*drawn
	mu   sync.Mutex
	free instants // when each server is free
}

func (q *queue) Answer(at time.Duration) time.Duration {
	q.mu.Lock()
	defer q.mu.Unlock()
	leave := max(at, q.free[0]) + q.next()
	q.free[0] = leave
	heap.Fix(&q.free, 0)
	return leave
}

// instants is a heap, the earliest first.
type instants []time.Duration

func (h instants) Len() int           { return len(h) }
func (h instants) Less(i, j int) bool { return h[i] < h[j] }
func (h instants) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *instants) Push(x any)        { *h = append(*h, x.(time.Duration)) }
func (h *instants) Pop() any {
	old := *h
	x := old[len(old)-1]
	*h = old[:len(old)-1]
	return x
}

// ErlangC is the share of arrivals that must wait in an M/M/c queue with an offered load of a = rate × mean service
// time (A. K. Erlang, 1917; L. Kleinrock, Queueing Systems I, 1975, eq. 3.40).
func ErlangC(servers int, a float64) float64 {
	b := 1.0 // Erlang B, by its recursion
	for k := 1; k <= servers; k++ {
		b = a * b / (float64(k) + a*b)
	}
	return b / (1 - a/float64(servers)*(1-b))
}
