package traffic

import (
	"context"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/wsgibench/wsgibench/collect"
)

type counter struct {
	mu sync.Mutex
	n  int
	by map[string]int
	x  []collect.Exchange
}

func (c *counter) Observe(x *collect.Exchange) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.by == nil {
		c.by = map[string]int{}
	}
	c.n++
	c.by[string(x.Error)+x.Detail]++
	c.x = append(c.x, *x)
}

func TestSmoke(t *testing.T) {
	ln, _ := net.Listen("tcp", "127.0.0.1:0")
	go http.Serve(ln, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("Hello, World")) }))
	e := New(Address{Network: "tcp", Addr: ln.Addr().String()})
	defer e.Close()
	rq := []Request{{Name: "x", Path: "/", Expect: Expect{Length: 12}}}
	for _, p := range []Phase{
		{For: time.Second, Clients: 8, Requests: rq, Timeout: time.Second},
		{For: time.Second, Schedule: Constant(2000, time.Second), Requests: rq, Timeout: time.Second},
		{For: time.Second, Schedule: Poisson(1000, time.Second, 1), Requests: rq, Timeout: time.Second, NoReuse: true},
	} {
		var c counter
		r, err := e.Send(context.Background(), p, &c)
		t.Logf("%+v %v n=%d %v", r, err, c.n, c.by)
		var lag, resp time.Duration
		for _, x := range c.x {
			lag += x.SendLag()
			resp += x.ResponseTime()
		}
		t.Logf("lag %v response %v", lag/time.Duration(c.n), resp/time.Duration(c.n))
	}
}
