package results_test

import (
	"testing"

	"github.com/wsgibench/wsgibench/results"
)

func TestFormat(t *testing.T) {
	for _, c := range []struct {
		show func(float64) string
		v    float64
		want string
	}{
		{results.FormatNumber, 0, "0"}, {results.FormatNumber, 0.9123, "0.912"}, {results.FormatNumber, 14.16, "14.2"},
		{results.FormatNumber, 9.996, "10.0"}, {results.FormatNumber, 9994, "9990"}, {results.FormatNumber, 9996, "10 000"}, {results.FormatNumber, 98712, "98 700"}, {results.FormatNumber, -1234567, "-1 230 000"},
		{results.FormatSeconds, 0, "0 s"}, {results.FormatSeconds, 81e-6, "81.0 µs"}, {results.FormatSeconds, 0.00125, "1.25 ms"},
		{results.FormatSeconds, 3.2, "3.20 s"}, {results.FormatSeconds, 250e-9, "250 ns"}, {results.FormatSeconds, 0.9996, "1.00 s"},
		{results.FormatBytes, 512, "512 B"}, {results.FormatBytes, 23.4 * (1 << 20), "23.4 MiB"},
		{results.FormatPercent, 0, "0 %"}, {results.FormatPercent, 0.0031, "0.310 %"}, {results.FormatPercent, 0.000004, "0.000400 %"},
	} {
		if got := c.show(c.v); got != c.want {
			t.Errorf("%g: %q, want %q", c.v, got, c.want)
		}
	}
}
