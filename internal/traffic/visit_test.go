package traffic

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/wsgibench/wsgibench/collect"
)

// shop is a server where one logs in, and then asks with the token that one got; it counts.
type shop struct {
	logins, orders, strangers atomic.Int64
	tokens                    sync.Map
	status                    int // of an order
}

func (s *shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch token := r.Header.Get("Token"); {
	case r.URL.Path == "/login":
		token = fmt.Sprint("t", s.logins.Add(1))
		s.tokens.Store(token, true)
		w.Header().Set("Token", token)
		io.WriteString(w, strings.Repeat("x", 10)+token)
	default:
		if _, known := s.tokens.LoadAndDelete(token); !known {
			s.strangers.Add(1)
		}
		s.orders.Add(1)
		w.WriteHeader(s.status)
		io.WriteString(w, "thanks")
	}
}

// buyers log in, take the token out of header and body, and order.
type buyers struct {
	left  atomic.Int64
	pause time.Duration
}

func (b *buyers) Start(*rand.Rand) (Session, error) {
	if b.left.Add(-1) < 0 {
		return nil, errors.New("no buyers left")
	}
	return &buyer{pause: b.pause}, nil
}

type buyer struct {
	pause time.Duration
	step  int
	token string
}

func (b *buyer) Next(time.Time) (*Step, error) {
	switch b.step {
	case 0:
		return &Step{Index: 0, KeepBody: true, Request: Request{Path: "/login", Expect: Expect{Length: -1}}}, nil
	case 1:
		return &Step{Index: 1, Request: Request{Method: "POST", Path: "/order", Body: []byte("1"), Header: [][2]string{{"Token", b.token}}, Expect: Expect{Status: 200, Length: 6}}}, nil
	}
	return nil, nil
}

func (b *buyer) Answered(a *Answer, _ time.Time) (collect.ErrorKind, string, time.Duration) {
	if b.step++; b.step != 1 {
		return "", "", 0
	}
	for _, h := range a.Header {
		if h[0] == "Token" {
			b.token = h[1]
		}
	}
	if string(a.Body) != strings.Repeat("x", 10)+b.token || a.Cut || b.token == "" {
		return collect.WrongBody, "no token", 0
	}
	return "", "", b.pause
}

func (b *buyer) Failed() { b.step = 2 }

func TestSessions(t *testing.T) {
	const length = 300 * time.Millisecond
	for _, p := range []Phase{
		{Schedule: Constant(200, length), For: length},
		{Schedule: Constant(200, length), For: length, NoReuse: true},
		{Schedule: Constant(200, length), For: length, InFlight: 2},
		{Clients: 3, For: length},
		{Clients: 3, For: length, Think: ThinkConstant(time.Millisecond)},
	} {
		s := &shop{status: 200}
		server := httptest.NewServer(s)
		e := New(Address{Network: "tcp", Addr: server.Listener.Addr().String()})
		crowd := &buyers{pause: 5 * time.Millisecond}
		crowd.left.Store(1 << 30)
		p.Sessions, p.Timeout = crowd, 20*time.Second
		var o observed
		r, err := e.Send(context.Background(), p, &o)
		e.Close()
		server.Close()
		if err != nil {
			t.Fatal(err)
		}
		n := [2]int64{}
		for _, x := range o.xs {
			if x.Error == "" {
				n[x.Request]++
			}
		}
		if bad := len(o.xs) - int(n[0]+n[1]) - o.errors()[collect.Unsent]; bad != 0 || n[0] != s.logins.Load() || n[1] != s.orders.Load() || s.strangers.Load() != 0 || n[1] == 0 {
			t.Errorf("%+v: %v answered, errors %v; the server saw %d logins, %d orders, %d from strangers", p, n, o.errors(), s.logins.Load(), s.orders.Load(), s.strangers.Load())
		}
		if r.Sessions != n[0] || r.Due != int64(len(o.xs)) || p.Schedule != nil && n[0]+r.Unsent != 60 {
			t.Errorf("%+v: report %+v with %d logins", p, r, n[0])
		}
	}
}

// TestSessionEnds: after a wrong answer nothing more is asked, and where there is no data left that is said.
func TestSessionEnds(t *testing.T) {
	s := &shop{status: 500}
	server := httptest.NewServer(s)
	defer server.Close()
	e := New(Address{Network: "tcp", Addr: server.Listener.Addr().String()})
	defer e.Close()
	crowd := &buyers{}
	crowd.left.Store(5)
	var o observed
	r, err := e.Send(context.Background(), Phase{Schedule: Constant(100, 100*time.Millisecond), For: time.Second, Sessions: crowd}, &o)
	if err != nil {
		t.Fatal(err)
	}
	if n := o.errors(); n[""] != 5 || n[collect.WrongStatus] != 5 || n[collect.NoData] != 5 || r.Sessions != 5 || s.orders.Load() != 5 {
		t.Errorf("errors %v, %d sessions, %d orders; want 5 right logins, 5 wrong orders, 5 without data", n, r.Sessions, s.orders.Load())
	}
}

// TestSessionCancelled: a user who pauses is not waited for.
func TestSessionCancelled(t *testing.T) {
	s := &shop{status: 200}
	server := httptest.NewServer(s)
	defer server.Close()
	for _, p := range []Phase{{Clients: 1}, {Schedule: Constant(100, time.Hour)}} {
		e := New(Address{Network: "tcp", Addr: server.Listener.Addr().String()})
		crowd := &buyers{pause: time.Hour}
		crowd.left.Store(1 << 30)
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		p.For, p.Sessions = time.Hour, crowd
		seen := make(chan struct{}, 1)
		r, err := e.Send(ctx, p, observeFunc(func(*collect.Exchange) {
			select {
			case seen <- struct{}{}:
				cancel()
			default:
			}
		}))
		e.Close()
		if !errors.Is(err, context.Canceled) || r.Sessions == 0 || r.Elapsed > time.Minute {
			t.Errorf("%+v: error %v, report %+v", p, err, r)
		}
	}
}

type observeFunc func(*collect.Exchange)

func (f observeFunc) Observe(x *collect.Exchange) { f(x) }
