package scenarios

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestQuantities(t *testing.T) {
	rates := map[string]float64{"200/s": 200, "12000/min": 200, "5k/s": 5000, "7200/h": 2, "0.5/s": 0.5, "1.5 k/s": 1500, "1M/s": 1e6, "0/s": 0}
	for text, want := range rates {
		if got, err := parseRate(text); err != nil || got != want {
			t.Errorf("parseRate(%q): got %v, %v, want %v", text, got, err, want)
		}
	}
	durations := map[string]time.Duration{"10s": 10 * time.Second, "1m30s": 90 * time.Second, "2 min": 2 * time.Minute, "1.5h": 90 * time.Minute, "250us": 250 * time.Microsecond, "3µs": 3 * time.Microsecond, "0s": 0}
	for text, want := range durations {
		if got, err := parseDuration(text); err != nil || got != want {
			t.Errorf("parseDuration(%q): got %v, %v, want %v", text, got, err, want)
		}
	}
	sizes := map[string]int64{"13B": 13, "10KiB": 10240, "1MB": 1e6, "1.5kB": 1500, "0.5 GiB": 1 << 29, "0B": 0}
	for text, want := range sizes {
		if got, err := parseSize(text); err != nil || got != want {
			t.Errorf("parseSize(%q): got %v, %v, want %v", text, got, err, want)
		}
	}
	if got, err := parsePercent("0.1 %"); err != nil || got != 0.001 {
		t.Errorf("parsePercent: got %v, %v, want 0.001", got, err)
	}
	for _, text := range []string{"", "5", "-1/s", "/s", "1e3/s", "1/", "5 /S", "+1s", ".5s", "1.s", "1s1", "10kib", "1 KiBs", "NaN/s", "0x10B", "1/s\n"} {
		_, e1 := parseRate(text)
		_, e2 := parseDuration(text)
		_, e3 := parseSize(text)
		_, e4 := parsePercent(text)
		if e1 == nil || e2 == nil || e3 == nil || e4 == nil {
			t.Errorf("%q was accepted: rate %v, duration %v, size %v, percentage %v", text, e1, e2, e3, e4)
		}
	}
}

// What is written is read back as the same number.
func TestRatesReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := math.Abs(rapid.Float64Range(0, maxRate).Draw(t, "rate"))
		if got, err := parseRate(formatRate(want)); err != nil || got != want {
			t.Errorf("%s: got %v, %v, want %v", formatRate(want), got, err, want)
		}
		d := time.Duration(rapid.Int64Range(0, int64(maxPhase)).Draw(t, "duration"))
		if got, err := parseDuration(d.String()); err != nil || got != d {
			t.Errorf("%v: got %v, %v", d, got, err)
		}
	})
}

func TestRateInWords(t *testing.T) {
	for want, r := range map[string]Rate{
		"500/s":                    {From: 500, To: 500, Arrivals: "constant"},
		"0.5/s poisson":            {From: 0.5, To: 0.5, Arrivals: "poisson"},
		"100/s to 2000/s":          {From: 100, To: 2000},
		"1/s, 2/s each 3s poisson": {Steps: []float64{1, 2}, Each: 3 * time.Second, Arrivals: "poisson"},
		"5/s ± 4/s in 1m0s":        {Sine: &Sine{Mean: 5, Amplitude: 4, Period: time.Minute}},
		"50 at once every 2s":      {Burst: 50, Every: 2 * time.Second, Arrivals: "constant"},
		"0/s to 1000000/s poisson": {To: 1e6, Arrivals: "poisson"},
	} {
		if got := r.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestThresholds(t *testing.T) {
	for text, want := range map[string]Threshold{
		"p99(response) < 50ms":          {Metric: "response_p99", Op: "<", Limit: 0.05},
		"p99.9(service)<=1s":            {Metric: "service_p99.9", Op: "<=", Limit: 1},
		"p50.0(first_byte) < 1ms":       {Metric: "first_byte_p50", Op: "<", Limit: 0.001},
		"p100(send_lag) < 1us":          {Metric: "send_lag_max", Op: "<", Limit: 1e-6},
		"mean(response) > 1 ms":         {Metric: "response_mean", Op: ">", Limit: 0.001},
		" max(response) >= 1m30s ":      {Metric: "response_max", Op: ">=", Limit: 90},
		"errors < 0.1%":                 {Metric: "errors", Op: "<", Limit: 0.001},
		"steady: goodput > 400/s":       {Metric: "goodput", Phase: "steady", Op: ">", Limit: 400},
		"phase-1 : throughput > 6k/min": {Metric: "throughput", Phase: "phase-1", Op: ">", Limit: 100},
		"cpu_per_request < 2ms":         {Metric: "cpu_per_request", Op: "<", Limit: 0.002},
		"pss < 200MiB":                  {Metric: "pss", Op: "<", Limit: 200 << 20},
		"rss < 1GB":                     {Metric: "rss", Op: "<", Limit: 1e9},
	} {
		got, err := ParseThreshold(text)
		want.Text = text
		if err != nil {
			t.Errorf("%q: %v", text, err)
		} else if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

// No text panics; what is accepted is what the schema's pattern accepts, save percentile 0 and limits out of range.
func FuzzParseThreshold(f *testing.F) {
	for _, text := range []string{"p99(response) < 50ms", "steady: errors <= 0.1%", "p0(service) > 1s", "pss<1.5B", "a:b:goodput>1/s", "p1e5(response) < 1s", "(", "p99.(response) < 1h1m"} {
		f.Add(text)
	}
	pattern := whole(thresholdPattern)
	f.Fuzz(func(t *testing.T, text string) {
		got, err := ParseThreshold(text)
		if err != nil {
			return
		}
		if !pattern.MatchString(text) {
			t.Errorf("%q is accepted, and the schema refuses it", text)
		}
		if got.Metric == "" || got.Op == "" || math.IsNaN(got.Limit) || math.IsInf(got.Limit, 0) || got.Limit < 0 {
			t.Errorf("%q: got %+v", text, got)
		}
	})
}
