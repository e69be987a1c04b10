package collect

import (
	"runtime"
	"testing"
	"time"

	"github.com/wsgibench/wsgibench/results"
)

// Ten stalls of 90 ms in a second, as of a process that gets a tenth of a CPU.
func TestHiccups(t *testing.T) {
	m := &hiccupMeter{late: results.NewHistogram()}
	for range 10 {
		m.woke(50 * time.Microsecond)
		m.woke(1900 * time.Microsecond)
		m.woke(90 * time.Millisecond)
	}
	ms := m.metrics(time.Second)
	check(t, ms, "generator_stalled", 0.9)
	check(t, ms, "generator_hiccup_max", 0.09)
	// 10 × (90, 86, …, 6 ms) and 20 short ones are 240 values: the 99th percentile is among the ten longest.
	check(t, ms, "generator_hiccup_p99", 0.09)
}

func TestHiccupsOfAShortPhase(t *testing.T) {
	m := &hiccupMeter{late: results.NewHistogram()}
	for _, name := range []string{"generator_stalled", "generator_hiccup_max", "generator_hiccup_p99"} {
		if got := metric(t, m.metrics(time.Millisecond), name, ""); got.Value != nil || got.Reason == "" {
			t.Errorf("%s without a wake-up = %+v, want unknown with a reason", name, got)
		}
	}
	m.woke(time.Millisecond)
	check(t, m.metrics(5*time.Millisecond), "generator_stalled", 0)
	if got := metric(t, m.metrics(5*time.Millisecond), "generator_hiccup_p99", ""); got.Value != nil {
		t.Errorf("99th percentile of one wake-up = %v, want unknown", *got.Value)
	}
}

// The meter leaves Go's settings as they were, and its own figures add up.
func TestHiccupMeterRuns(t *testing.T) {
	before := runtime.GOMAXPROCS(0)
	m := startHiccupMeter()
	for began := time.Now(); time.Since(began) < 10*hiccupEvery; {
		runtime.Gosched()
	}
	ms := m.finish()
	if after := runtime.GOMAXPROCS(0); after != before {
		t.Errorf("GOMAXPROCS = %d, want %d as before", after, before)
	}
	if m.late.TotalCount() == 0 {
		t.Errorf("no wake-up in ten times the sleep")
	}
	if v := *metric(t, ms, "generator_stalled", "").Value; v < 0 || v > 1 {
		t.Errorf("generator_stalled = %v, want a share", v)
	}
}

func TestThreadTimes(t *testing.T) {
	before := threadTimes{1: {ran: 10, waited: 5}, 2: {ran: 100, waited: 50}}
	now := threadTimes{1: {ran: 30, waited: 6}, 3: {ran: 7, waited: 8}}
	if got, want := now.since(before), (threadTime{ran: 27, waited: 9}); got != want {
		t.Errorf("since = %+v, want %+v", got, want)
	}
}
