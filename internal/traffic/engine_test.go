package traffic

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/wsgibench/wsgibench/collect"
	"github.com/wsgibench/wsgibench/internal/traffic/truth"
)

// TestAccounted: what the observer saw, the report, the schedule and the server's own count are the same number.
func TestAccounted(t *testing.T) {
	const length = 200 * time.Millisecond
	tests := []struct {
		name  string
		phase Phase
		due   int64 // 0: whatever the clients manage
	}{
		{"constant", Phase{Schedule: Constant(1000, length)}, 200},
		{"ramp", Phase{Schedule: Ramp(0, 2000, length)}, 200},
		{"poisson", Phase{Schedule: Poisson(1000, length, 3)}, int64(countOf(Poisson(1000, length, 3)))},
		{"new connections", Phase{Schedule: Constant(400, length), NoReuse: true}, 80},
		{"few in flight", Phase{Schedule: Constant(400, length), InFlight: 2}, 80},
		{"closed", Phase{Clients: 4}, 0},
		{"closed, new connections", Phase{Clients: 4, NoReuse: true}, 0},
		{"closed, three per connection", Phase{Clients: 4, Reuse: 3}, 0},
		{"closed, thinking", Phase{Clients: 4, Think: ThinkExponential(5 * time.Millisecond)}, 0},
	}
	for _, network := range []string{"tcp", "unix"} {
		for _, tt := range tests {
			s, addr := serve(t, network, truth.Constant(time.Millisecond))
			e := New(addr)
			tt.phase.For, tt.phase.Timeout = length, 20*time.Second
			r, o := send(t, e, tt.phase)
			e.Close()
			name := network + ", " + tt.name
			if n := int64(len(o.xs)); r.Due != n || r.Sent != s.Requests() || r.Sent+r.Unsent != n || n == 0 || tt.due > 0 && n != tt.due {
				t.Errorf("%s: due %d, sent %d, unsent %d, observed %d, server answered %d; want %d", name, r.Due, r.Sent, r.Unsent, n, s.Requests(), tt.due)
			}
			for kind, n := range o.errors() {
				if kind != "" && kind != collect.Unsent {
					t.Errorf("%s: %d × %s", name, n, kind)
				}
			}
			checkConnections(t, name, tt.phase, r)
			for i := range o.xs {
				if x := &o.xs[i]; x.Error == "" && (x.Sent < x.Intended || x.FirstByte < x.Sent || x.FirstBody < x.FirstByte || x.End < x.FirstBody) {
					t.Fatalf("%s: impossible timeline %+v", name, *x)
				}
			}
		}
	}
}

func checkConnections(t *testing.T, name string, p Phase, r Report) {
	t.Helper()
	if r.Opened+r.Reused != r.Sent {
		t.Errorf("%s: %d connections opened, %d requests on used ones; %d sent", name, r.Opened, r.Reused, r.Sent)
	}
	if p.NoReuse && r.Reused != 0 {
		t.Errorf("%s: %d requests on used connections, want none", name, r.Reused)
	}
	if p.Reuse > 0 && r.Opened < r.Sent/int64(p.Reuse) {
		t.Errorf("%s: %d connections for %d requests, want %d requests on each at most", name, r.Opened, r.Sent, p.Reuse)
	}
	if limit := max(int64(p.InFlight), int64(p.Clients)); limit > 0 && r.InFlight > limit {
		t.Errorf("%s: %d in flight, at most %d are allowed", name, r.InFlight, limit)
	}
}

// TestCoordinatedOmission: what a stall makes wait is all there, from the intended start, although nobody waits for it
// to send. Compared with the formula, as ratios.
func TestCoordinatedOmission(t *testing.T) {
	law := truth.Stalls{Every: time.Second, For: 200 * time.Millisecond}
	_, addr := serve(t, "tcp", law)
	e := New(addr)
	defer e.Close()
	_, o := send(t, e, Phase{Schedule: Constant(500, 2*time.Second), For: 2 * time.Second, Timeout: 20 * time.Second})
	for _, q := range []float64{0.9, 0.95, 0.99} {
		want := law.Quantile(q)
		got := o.quantile(q, (*collect.Exchange).ResponseTime)
		if ratio := got.Seconds() / want.Seconds(); ratio < 0.9 || ratio > 1.5 {
			t.Errorf("response time, %g quantile: %v, by the formula %v: ratio %.2f", q, got, want, ratio)
		}
	}
}

// TestWaitsCount: with one request in flight at most, arrivals wait for it, and their wait is in the response time and
// is not the engine's fault.
func TestWaitsCount(t *testing.T) {
	_, addr := serve(t, "tcp", truth.Constant(40*time.Millisecond))
	e := New(addr)
	defer e.Close()
	const length = 600 * time.Millisecond
	r, o := send(t, e, Phase{Schedule: Constant(200, length), For: length, InFlight: 1, Timeout: 20 * time.Second})
	if r.Due != 120 || r.Sent+r.Unsent != 120 || r.Sent > 16 || r.Sent < 2 || r.Unsent != int64(o.errors()[collect.Unsent]) || r.InFlight != 1 {
		t.Errorf("report %+v; want 120 due, and one sent every 40 ms or more", r)
	}
	if r.Blocked < r.Unsent {
		t.Errorf("%d blocked, %d unsent; those that were not sent were blocked", r.Blocked, r.Unsent)
	}
	var waits int
	for _, x := range o.xs {
		if x.Error == collect.Unsent && (x.Sent != 0 || x.End != length || x.ResponseTime() != length-x.Intended) {
			t.Fatalf("unsent exchange %+v; want its wait until the end of the phase", x)
		}
		if x.Error == "" && x.Waited > x.EngineLag() {
			waits++
		}
	}
	if waits < int(r.Sent)/2 {
		t.Errorf("%d of %d requests waited for the one before, by their own account", waits, r.Sent)
	}
}

// TestConnectionsKept: the second phase goes on with the connections of the first.
func TestConnectionsKept(t *testing.T) {
	_, addr := serve(t, "tcp", truth.Null{})
	e := New(addr)
	defer e.Close()
	first, _ := send(t, e, Phase{Clients: 4, For: 50 * time.Millisecond})
	second, _ := send(t, e, Phase{Schedule: Constant(100, 200*time.Millisecond), For: 200 * time.Millisecond, InFlight: 4})
	if first.Opened != 4 || second.Opened != 0 || second.Reused != second.Sent {
		t.Errorf("opened %d, then %d with %d of %d requests on used ones; want 4, then 0 with all", first.Opened, second.Opened, second.Reused, second.Sent)
	}
}

// TestNeverRetried: a server that closes without a word after every answer costs an error where the client could not
// know, and none where it could.
func TestNeverRetried(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	var requests atomic.Int64
	go func() {
		b := make([]byte, 4096)
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			if _, err := c.Read(b); err == nil {
				requests.Add(1)
				c.Write([]byte("HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n" + greeting))
			}
			c.Close()
		}
	}()
	e := New(Address{Network: "tcp", Addr: ln.Addr().String()})
	defer e.Close()
	r, o := send(t, e, Phase{Schedule: Constant(50, 400*time.Millisecond), For: 400 * time.Millisecond, Timeout: 20 * time.Second})
	n := o.errors()
	if answered := int64(n[""]); answered != requests.Load() || r.StaleClosed == 0 || n[""]+n[collect.IdleClosed] != 20 {
		t.Errorf("open: errors %v, %d found closed; the server answered %d", n, r.StaleClosed, requests.Load())
	}
	requests.Store(0)
	r, o = send(t, e, Phase{Clients: 1, For: 100 * time.Millisecond, Timeout: 20 * time.Second})
	n = o.errors()
	if n[collect.IdleClosed] == 0 || int64(n[""]) != requests.Load() || len(n) != 2 {
		t.Errorf("closed: errors %v; the server answered %d; want idle-closed ones, and no request twice", n, requests.Load())
	}
	if r.Due != int64(len(o.xs)) {
		t.Errorf("closed: %d begun, %d observed", r.Due, len(o.xs))
	}
}

// TestAtMostClients: the server itself never sees more requests at once than there are clients: neither while all of them
// wait and others come and go, nor when they are answered at once.
func TestAtMostClients(t *testing.T) {
	var now, most atomic.Int64
	three, release, over := make(chan struct{}), make(chan struct{}), make(chan struct{})
	full := sync.OnceFunc(func() { close(three) })
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/beside" {
			return
		}
		n := now.Add(1)
		for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
		}
		if n == 3 {
			full()
		}
		select {
		case <-release:
		case <-r.Context().Done(): // fewer than three clients wait here until they give up
		}
		now.Add(-1)
		w.Write([]byte(greeting))
	}))
	defer s.Close()
	defer close(over)
	go func() {
		select {
		case <-three:
		case <-over:
			return
		}
		for range 100 { // time enough for a fourth
			if r, err := s.Client().Get(s.URL + "/beside"); err == nil {
				r.Body.Close()
			}
		}
		close(release)
	}()
	e := New(Address{Network: "tcp", Addr: s.Listener.Addr().String()})
	defer e.Close()
	send(t, e, Phase{Clients: 3, For: 200 * time.Millisecond, Timeout: 20 * time.Second})
	if most.Load() != 3 {
		t.Errorf("%d requests at once, want 3", most.Load())
	}
}

// TestMix: requests come by their weights, the same ones for the same seed.
func TestMix(t *testing.T) {
	_, addr := serve(t, "tcp", truth.Null{})
	e := New(addr)
	defer e.Close()
	p := Phase{Schedule: Constant(2000, 500*time.Millisecond), For: 500 * time.Millisecond, Seed: 5, Requests: []Request{
		{Name: "a", Path: "/a", Weight: 9, Expect: Expect{Length: -1}},
		{Name: "b", Path: "/b", Weight: 1, Expect: Expect{Length: -1}},
	}}
	count := func() (n int) {
		_, o := send(t, e, p)
		for _, x := range o.xs {
			n += x.Request
		}
		return n
	}
	if a, b := count(), count(); a != b || a < 60 || a > 140 {
		t.Errorf("%d and %d of 1000 requests with a weight of 1 in 10; want the same number, near 100", a, b)
	}
}

// A telling law says that requests have arrived, until nobody listens any more.
type telling struct {
	truth.Law
	arrived chan<- struct{}
}

func (l telling) Answer(at time.Duration) time.Duration {
	select {
	case l.arrived <- struct{}{}:
	default:
	}
	return l.Law.Answer(at)
}

// TestCancel: a phase that is cancelled ends what is under way, and says all that was done.
func TestCancel(t *testing.T) {
	for _, p := range []Phase{
		{Clients: 3},
		{Schedule: Constant(100, time.Hour)},
		{Schedule: Constant(1000, time.Hour), InFlight: 2},
		{Clients: 2, Think: ThinkConstant(time.Hour)},
	} {
		var law truth.Law = truth.Constant(time.Hour)
		if p.Think != nil {
			law = truth.Null{}
		}
		arrived := make(chan struct{}, 2)
		_, addr := serve(t, "tcp", telling{law, arrived})
		e := New(addr)
		why := errors.New("enough")
		ctx, cancel := context.WithCancelCause(context.Background())
		go func() {
			<-arrived
			<-arrived
			cancel(why)
		}()
		var o observed
		p.For, p.Requests = time.Hour, hello
		r, err := e.Send(ctx, p, &o)
		e.Close()
		if !errors.Is(err, why) || r.Due != int64(len(o.xs)) || r.Due == 0 || r.Elapsed > time.Hour/2 {
			t.Errorf("%+v: error %v, report %+v, %d observed", p, err, r, len(o.xs))
		}
		if n := o.errors(); p.Think == nil && n[collect.Cancelled] < 2 || n[""] > 0 && p.Think == nil {
			t.Errorf("%+v: errors %v; want those under way cancelled", p, n)
		}
	}
}

func TestBadPhases(t *testing.T) {
	e := New(Address{Network: "tcp", Addr: "127.0.0.1:1"})
	tests := []struct {
		phase Phase
		want  string
	}{
		{Phase{Clients: 1, For: 1}, "no requests"},
		{Phase{Requests: hello, For: 1}, "neither a schedule nor clients"},
		{Phase{Requests: hello, Clients: 1}, "a phase must have one"},
		{Phase{Requests: []Request{{Name: "x", Path: "y"}}, Clients: 1, For: 1}, `request "x": path "y"`},
	}
	for _, tt := range tests {
		if _, err := e.Send(context.Background(), tt.phase, &observed{}); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%+v: error %v, want %q in it", tt.phase, err, tt.want)
		}
	}
}

// TestNobodyListens: refused connections are counted, and not asked for a hundred thousand times.
func TestNobodyListens(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ln.Close()
	e := New(Address{Network: "tcp", Addr: ln.Addr().String()})
	for _, p := range []Phase{{Clients: 2, For: 100 * time.Millisecond}, {Schedule: Constant(100, 100*time.Millisecond), For: 100 * time.Millisecond}} {
		r, o := send(t, e, p)
		if n := o.errors(); n[collect.ConnectRefused] != len(o.xs) || len(o.xs) == 0 || len(o.xs) > 40 || r.Sent != 0 || r.Due != int64(len(o.xs)) {
			t.Errorf("errors %v, report %+v; want only refused ones, none sent", n, r)
		}
	}
}
