package traffic

import (
	"context"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/wsgibench/wsgibench/collect"
	"github.com/wsgibench/wsgibench/internal/traffic/truth"
)

// observed keeps every exchange.
type observed struct {
	mu sync.Mutex
	xs []collect.Exchange
}

func (o *observed) Observe(x *collect.Exchange) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.xs = append(o.xs, *x)
}

func (o *observed) errors() map[collect.ErrorKind]int {
	n := map[collect.ErrorKind]int{}
	for _, x := range o.xs {
		n[x.Error]++
	}
	return n
}

// quantile of a timing of all exchanges, by the nearest rank.
func (o *observed) quantile(q float64, of func(*collect.Exchange) time.Duration) time.Duration {
	ds := make([]time.Duration, len(o.xs))
	for i := range o.xs {
		ds[i] = of(&o.xs[i])
	}
	slices.Sort(ds)
	return ds[min(len(ds)-1, int(q*float64(len(ds))))]
}

const greeting = "Hello, World"

var hello = []Request{{Name: "hello", Path: "/", Expect: Expect{Status: 200, Length: -1, HasBody: true, Body: []byte(greeting)}}}

// serve starts a server with a law and a log, for the length of the test.
func serve(t testing.TB, network string, law truth.Law) (*truth.Server, Address) {
	t.Helper()
	return start(t, network, &truth.Server{Law: law, Body: []byte(greeting), Log: truth.NewLog(1000)})
}

func start(t testing.TB, network string, s *truth.Server) (*truth.Server, Address) {
	t.Helper()
	addr := "127.0.0.1:0"
	if network == "unix" {
		addr = t.TempDir() + "/s"
	}
	ln, err := net.Listen(network, addr)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- s.Serve(ctx, ln) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("server: %v", err)
		}
	})
	return s, Address{Network: network, Addr: ln.Addr().String()}
}

func send(t testing.TB, e *Engine, p Phase) (Report, *observed) {
	t.Helper()
	var o observed
	if p.Requests == nil {
		p.Requests = hello
	}
	r, err := e.Send(context.Background(), p, &o)
	if err != nil {
		t.Fatal(err)
	}
	return r, &o
}
