package truth

import (
	"bufio"
	"context"
	"io"
	"math"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// sample asks a law for n answers, with arrivals at equal distances.
func sample(l Law, n int, every time.Duration) []float64 {
	xs := make([]float64, n)
	for i := range xs {
		at := time.Duration(i) * every
		xs[i] = (l.Answer(at) - at).Seconds()
	}
	slices.Sort(xs)
	return xs
}

func TestLaws(t *testing.T) {
	const n = 100_000
	tests := []struct {
		law  Law
		q    float64
		want float64 // seconds
	}{
		{Null{}, 0.5, 0},
		{Constant(5 * time.Millisecond), 0.5, 0.005},
		{Lognormal(10*time.Millisecond, 0.5, 1), 0.5, 0.010},
		{Lognormal(10*time.Millisecond, 0.5, 1), 0.99, 0.010 * math.Exp(0.5*2.326)},
		{Bimodal(time.Millisecond, 200*time.Millisecond, 0.01, 1), 0.98, 0.001},
		{Bimodal(time.Millisecond, 200*time.Millisecond, 0.01, 1), 0.995, 0.200},
		{Stalls{10 * time.Second, time.Second, 0}, 0.99, 0.9},
		{Stalls{10 * time.Second, time.Second, time.Millisecond}, 0.5, 0.001},
	}
	for _, tt := range tests {
		got := sample(tt.law, n, 10*time.Millisecond)[int(tt.q*n)]
		if math.Abs(got-tt.want) > 0.02*tt.want {
			t.Errorf("%s: %g quantile %.5f s, want %.5f s", tt.law, tt.q, got, tt.want)
		}
		if s, ok := tt.law.(Stalls); ok && math.Abs(s.Quantile(tt.q).Seconds()-tt.want) > 1e-6 {
			t.Errorf("%s: %g quantile by the formula %v, want %.5f s", s, tt.q, s.Quantile(tt.q), tt.want)
		}
		if again, err := Parse(tt.law.String(), 1); err != nil || again.String() != tt.law.String() {
			t.Errorf("%q is read as %v, %v", tt.law, again, err)
		}
	}
}

// TestQueue: the share that waits and the mean wait are those of M/M/c.
func TestQueue(t *testing.T) {
	const servers, mean, rate, n = 4, 0.010, 300.0, 400_000
	q := Queue(servers, 10*time.Millisecond, 1)
	gaps := newDrawn(2, nil, "")
	var at time.Duration
	var inSystem float64
	for range n {
		at += time.Duration(gaps.rng.ExpFloat64() / rate * 1e9)
		inSystem += (q.Answer(at) - at).Seconds()
	}
	want := mean + ErlangC(servers, rate*mean)*mean/(servers-rate*mean)
	if got := inSystem / n; math.Abs(got-want) > 0.03*want {
		t.Errorf("mean time in the system %.5f s, by Erlang's formula %.5f s", got, want)
	}
	if got := ErlangC(1, 0.5); math.Abs(got-0.5) > 1e-12 {
		t.Errorf("ErlangC(1, 0.5) = %g, want 0.5: with one server, the share that waits is the load", got)
	}
}

// TestQueueNeverEarly: nobody is answered before he arrived, and no more than c are served at once.
func TestQueueNeverEarly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		servers := rapid.IntRange(1, 5).Draw(t, "servers")
		q := Queue(servers, time.Millisecond, rapid.Uint64().Draw(t, "seed"))
		var at time.Duration
		for _, gap := range rapid.SliceOf(rapid.Int64Range(0, 1e6)).Draw(t, "gaps") {
			at += time.Duration(gap)
			if leave := q.Answer(at); leave < at {
				t.Fatalf("arrived %v, answered %v", at, leave)
			}
		}
	})
}

func TestParseErrors(t *testing.T) {
	for _, text := range []string{"", "fast", "constant", "constant soon", "constant 1ms 2ms", "stalls 1s 2s 0s", "stalls 0s 0s 0s", "queue 0 1ms", "bimodal 1ms 2ms -1"} {
		if _, err := Parse(text, 1); err == nil || !strings.Contains(err.Error(), "want one of") {
			t.Errorf("%q: error %v, want one that lists the laws", text, err)
		}
	}
}

// TestServe: the server answers as the law says, keeps connections, closes where it is asked to, and logs all of it.
func TestServe(t *testing.T) {
	for _, network := range []string{"tcp", "unix"} {
		addr := "127.0.0.1:0"
		if network == "unix" {
			addr = t.TempDir() + "/s"
		}
		ln, err := net.Listen(network, addr)
		if err != nil {
			t.Fatal(err)
		}
		s := &Server{Law: Constant(5 * time.Millisecond), Body: []byte("hello"), Log: NewLog(10)}
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error)
		go func() { done <- s.Serve(ctx, ln) }()
		c, err := net.Dial(network, ln.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		r := bufio.NewReader(c)
		// Two at once, then one in two pieces, then the last.
		for _, text := range []string{"GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n", "GET / HT", "TP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nConnection: close\r\n\r\n"} {
			io.WriteString(c, text)
		}
		for i := range 4 {
			res, err := http.ReadResponse(r, nil)
			if err != nil {
				t.Fatalf("%s: response %d: %v", network, i, err)
			}
			if b, err := io.ReadAll(res.Body); string(b) != "hello" || err != nil {
				t.Errorf("%s: response %d: %q, %v", network, i, b, err)
			}
		}
		if _, err := r.ReadByte(); err != io.EOF {
			t.Errorf("%s: after the last response: %v, want the end", network, err)
		}
		cancel()
		if err := <-done; err != nil {
			t.Errorf("%s: %v", network, err)
		}
		log := s.Log.Take()
		if len(log) != 4 || s.Requests() != 4 || s.Log.Arrived() != 4 || len(s.Log.Take()) != 0 {
			t.Fatalf("%s: %d entries, %d requests, %d arrivals; want 4", network, len(log), s.Requests(), s.Log.Arrived())
		}
		for _, e := range log {
			// The kernel stamps arrivals: the first can come while the socket listens and Serve has not begun.
			if e.Sojourn() < 5*time.Millisecond || e.Arrived < -time.Minute || e.Answered <= 0 {
				t.Errorf("%s: entry %+v; want 5 ms in the server at least", network, e)
			}
		}
	}
}
