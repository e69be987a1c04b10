package traffic

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestShapedSchedules(t *testing.T) {
	const ms = time.Millisecond
	for _, c := range []struct {
		s     Schedule
		words string
		at    map[uint64]time.Duration
		count uint64
	}{
		{Steps([]float64{100, 200, 400}, time.Second, 3*time.Second), "100/s, 200/s, 400/s for 1s each",
			map[uint64]time.Duration{0: 0, 99: 990 * ms, 100: time.Second, 101: 1005 * ms, 300: 2 * time.Second, 302: 2005 * ms}, 700},
		{Steps([]float64{10}, time.Second, 3*time.Second), "10/s for 1s each", map[uint64]time.Duration{10: time.Second, 29: 2900 * ms}, 30},
		{Steps([]float64{10, 0, 20}, time.Second, 4*time.Second), "10/s, 0/s, 20/s for 1s each", map[uint64]time.Duration{9: 900 * ms, 10: 2 * time.Second, 11: 2050 * ms}, 50},
		{Steps([]float64{0, 5}, time.Second, 2*time.Second), "0/s, 5/s for 1s each", map[uint64]time.Duration{0: time.Second}, 5},
		{Steps([]float64{5, 0}, time.Second, 9*time.Second), "5/s, 0/s for 1s each", map[uint64]time.Duration{4: 800 * ms}, 5},
		{Sine(100, 50, 2*time.Second, 4*time.Second), "100/s ± 50/s every 2s", map[uint64]time.Duration{0: 0, 200: 2 * time.Second}, 400},
		{Sine(100, 0, time.Second, time.Second), "100/s ± 0/s every 1s", map[uint64]time.Duration{50: 500 * ms}, 100},
		{Sine(0, 0, time.Second, time.Second), "0/s ± 0/s every 1s", nil, 0},
		{Bursts(50, 500*ms, time.Second), "50 at once every 500ms", map[uint64]time.Duration{0: 0, 49: 0, 50: 500 * ms, 99: 500 * ms}, 100},
		{Bursts(3, 400*ms, time.Second), "3 at once every 400ms", map[uint64]time.Duration{8: 800 * ms}, 9},
		{Bursts(0, time.Second, time.Second), "0 at once every 1s", nil, 0},
		{Bursts(1, 0, time.Second), "1 at once every 0s", nil, 0},
	} {
		if got := c.s.String(); got != c.words {
			t.Errorf("got words %q, want %q", got, c.words)
		}
		for n, want := range c.at {
			if got, ok := c.s.At(n); !ok || (got-want).Abs() > 1 {
				t.Errorf("%s: arrival %d at %v, %v, want %v", c.words, n, got, ok, want)
			}
		}
		if got := countOf(c.s); got != c.count {
			t.Errorf("%s: got %d arrivals, want %d", c.words, got, c.count)
		}
	}
	if _, ok := Bursts(1, 1, time.Hour).At(math.MaxUint64); ok {
		t.Error("got an arrival after the end")
	}
}

// Whatever the shape: arrivals never go back, and as many are due at each as its number says, by the integral of the
// rate over thin slices.
func TestShapesFollowTheirRate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const length = 2 * time.Second
		span := time.Duration(rapid.Int64Range(int64(50*time.Millisecond), int64(3*time.Second)).Draw(t, "span"))
		var s Schedule
		var rate func(t float64) float64
		if rapid.Bool().Draw(t, "sine") {
			mean := rapid.Float64Range(1, 2000).Draw(t, "mean")
			amplitude := mean * rapid.Float64Range(0, 1).Draw(t, "amplitude")
			s = Sine(mean, amplitude, span, length)
			rate = func(t float64) float64 { return mean + amplitude*math.Sin(2*math.Pi*t/span.Seconds()) }
		} else {
			rates := rapid.SliceOfN(rapid.OneOf(rapid.Just(0.0), rapid.Float64Range(0, 2000)), 1, 6).Draw(t, "rates")
			s = Steps(rates, span, length)
			rate = func(t float64) float64 { return rates[min(int(t/span.Seconds()), len(rates)-1)] }
		}
		const slices = 100_000
		var due float64
		var before time.Duration
		n, at, more := uint64(0), time.Duration(0), false
		at, more = s.At(0)
		for i := range slices {
			from := length.Seconds() * float64(i) / slices
			due += rate(from+length.Seconds()/slices/2) * length.Seconds() / slices
			for more && at.Seconds() < from+length.Seconds()/slices {
				if at < before {
					t.Fatalf("%s: arrival %d at %v, before its predecessor at %v", s, n, at, before)
				}
				if math.Abs(float64(n)-due) > 1.2 {
					t.Fatalf("%s: arrival %d at %v, when %.2f are due", s, n, at, due)
				}
				before = at
				n++
				at, more = s.At(n)
			}
		}
		if more || math.Abs(float64(n)-due) > 1.2 {
			t.Errorf("%s: got %d arrivals, more %v, want %.2f", s, n, more, due)
		}
	})
}

// A randomised schedule has as many arrivals as its rate has in the mean, within five standard deviations, and is the
// same for the same seed; one with instants of its own stays as it is.
func TestRandomised(t *testing.T) {
	base := Sine(5000, 4000, time.Second, 2*time.Second)
	s := Randomised(base, 7)
	if s.String() != base.String()+" poisson" {
		t.Errorf("got %q", s)
	}
	if got := countOf(s); got < 9500 || got > 10500 {
		t.Errorf("got %d arrivals, want about 10000", got)
	}
	a, _ := s.At(500)
	b, _ := Randomised(base, 7).At(500)
	c, _ := Randomised(base, 8).At(500)
	if a != b || a == c {
		t.Errorf("arrival 500: %v and %v of the same seed, %v of another", a, b, c)
	}
	if burst := Bursts(5, time.Second, time.Minute); Randomised(burst, 1) != burst {
		t.Errorf("got %v of bursts", Randomised(burst, 1))
	}
}
