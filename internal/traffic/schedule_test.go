package traffic

import (
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestSchedules(t *testing.T) {
	const ms = time.Millisecond
	tests := []struct {
		s     Schedule
		words string
		at    []time.Duration // of the first arrivals
		count uint64          // of all
	}{
		{Constant(500, time.Second), "500/s", []time.Duration{0, 2 * ms, 4 * ms}, 500},
		{Constant(3, time.Second), "3/s", []time.Duration{0, 333333333, 666666667}, 3},
		{Constant(0.5, 3*time.Second), "0.5/s", []time.Duration{0, 2 * time.Second}, 2},
		{Constant(0, time.Second), "0/s", nil, 0},
		{Constant(1e6, ms), "1e+06/s", []time.Duration{0, 1000, 2000}, 1000},
		{Ramp(0, 100, 2*time.Second), "0/s → 100/s", []time.Duration{0, 200 * ms, 282842712}, 100},
		{Ramp(100, 0, 2*time.Second), "100/s → 0/s", []time.Duration{0, 10025126, 20101013}, 100},
		{Ramp(100, 300, time.Second), "100/s → 300/s", []time.Duration{0, 9901951, 19615242}, 200},
		{Ramp(50, 50, time.Second), "50/s → 50/s", []time.Duration{0, 20 * ms, 40 * ms}, 50},
	}
	for _, tt := range tests {
		if got := tt.s.String(); got != tt.words {
			t.Errorf("words %q, want %q", got, tt.words)
		}
		for n, want := range tt.at {
			if got, ok := tt.s.At(uint64(n)); !ok || (got-want).Abs() > 1 {
				t.Errorf("%s: arrival %d at %v, %v; want %v", tt.words, n, got, ok, want)
			}
		}
		if got := countOf(tt.s); got != tt.count {
			t.Errorf("%s: %d arrivals, want %d", tt.words, got, tt.count)
		}
	}
}

func countOf(s Schedule) (n uint64) {
	for {
		if _, ok := s.At(n); !ok {
			return n
		}
		n++
	}
}

// TestRegularInOrder: arrivals never go back in time, and there are as many as the rate says.
func TestRegularInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from, to := rapid.Float64Range(0, 2000).Draw(t, "from"), rapid.Float64Range(0, 2000).Draw(t, "to")
		s := Ramp(from, to, time.Second)
		var before time.Duration
		n := uint64(0)
		for ; ; n++ {
			at, ok := s.At(n)
			if !ok {
				break
			}
			if at < before {
				t.Fatalf("arrival %d at %v, after one at %v", n, at, before)
			}
			before = at
		}
		if want := (from + to) / 2; math.Abs(float64(n)-want) > 1.001 {
			t.Fatalf("%d arrivals, want %.1f", n, want)
		}
	})
}

func TestPoisson(t *testing.T) {
	const n = 20_000
	s := Poisson(1000, time.Hour, 7)
	at := make([]time.Duration, n)
	var u []float64
	for i := range at {
		at[i], _ = s.At(uint64(i))
		gap := at[i]
		if i > 0 {
			gap -= at[i-1]
		}
		u = append(u, 1-math.Exp(-1000*gap.Seconds()))
	}
	if d := distance(u); d > 1.63/math.Sqrt(n) {
		t.Errorf("distances of arrivals are not exponential: Kolmogorov–Smirnov distance %.4f, at most %.4f at 1 %%", d, 1.63/math.Sqrt(n))
	}
	again := Poisson(1000, time.Hour, 7)
	for _, i := range []uint64{n - 1, 0, 5, 4, n / 2, n/2 - 1} {
		if got, _ := again.At(i); got != at[i] {
			t.Errorf("arrival %d at %v when asked out of order, want %v", i, got, at[i])
		}
	}
	if other, _ := Poisson(1000, time.Hour, 8).At(0); other == at[0] {
		t.Errorf("another seed gives the same first arrival %v", other)
	}
	if got, want := s.String(), "1000/s poisson"; got != want {
		t.Errorf("words %q, want %q", got, want)
	}
	if got := countOf(Poisson(1000, time.Second, 7)); got < 900 || got > 1100 {
		t.Errorf("%d arrivals in a second at 1000/s", got)
	}
}

// distance is the Kolmogorov–Smirnov distance from the uniform distribution.
func distance(u []float64) (d float64) {
	slices.Sort(u)
	n := float64(len(u))
	for i, x := range u {
		d = max(d, x-float64(i)/n, float64(i+1)/n-x)
	}
	return d
}
