package collect

import (
	"testing"
	"time"
)

func TestParseSchedstat(t *testing.T) {
	for text, want := range map[string]threadTime{
		"1234567 89 42\n": {1234567, 89},
		"0 0 0\n":         {},
	} {
		if got, ok := parseSchedstat([]byte(text)); !ok || got != want {
			t.Errorf("%q = %v, %v; want %v", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "1\n", "a b c\n"} {
		if got, ok := parseSchedstat([]byte(text)); ok {
			t.Errorf("%q = %v, want none", text, got)
		}
	}
}

// This thread has run, so the kernel says so.
func TestReadThreadTimes(t *testing.T) {
	before, err := readThreadTimes()
	if err != nil {
		t.Fatal(err)
	}
	for began := time.Now(); time.Since(began) < 5*time.Millisecond; {
	}
	now, err := readThreadTimes()
	if err != nil {
		t.Fatal(err)
	}
	if got := now.since(before); got.ran <= 0 {
		t.Errorf("ran %v in a busy loop, want more than nothing", got.ran)
	}
}
