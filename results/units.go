package results

import (
	"math"
	"strconv"
)

// Quantities are scaled only here, when they are shown: three significant digits, and the unit that keeps the number
// between 1 and 1000.

// FormatNumber shows a count, a rate or a ratio: 0.912, 14.2, 1 234, 98 700.
func FormatNumber(v float64) string {
	if math.IsInf(v, 0) || math.IsNaN(v) {
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	s := significant(v)
	if math.Abs(v) < 9995 {
		return s
	}
	return groups(s)
}

// FormatSeconds shows a duration in seconds: "81 µs", "1.25 ms", "3.2 s".
func FormatSeconds(v float64) string {
	switch a := math.Abs(v); {
	case a == 0:
		return "0 s"
	case a < 999.5e-9:
		return significant(v*1e9) + " ns"
	case a < 999.5e-6:
		return significant(v*1e6) + " µs"
	case a < 0.9995:
		return significant(v*1e3) + " ms"
	}
	return significant(v) + " s"
}

// FormatBytes shows a size in bytes: "512 B", "23.4 MiB".
func FormatBytes(v float64) string {
	unit := 0
	names := []string{" B", " KiB", " MiB", " GiB", " TiB"}
	for math.Abs(v) >= 1023.5 && unit < len(names)-1 {
		v /= 1024
		unit++
	}
	return significant(v) + names[unit]
}

// FormatPercent shows a ratio in percent: "0 %", "0.31 %", "12 %".
func FormatPercent(v float64) string { return significant(100*v) + " %" }

// significant rounds to three significant digits, without an exponent.
func significant(v float64) string {
	if v == 0 {
		return "0"
	}
	v, _ = strconv.ParseFloat(strconv.FormatFloat(v, 'e', 2, 64), 64) // first: 9.996 has the digits of 10.0
	digits := 2 - int(math.Floor(math.Log10(math.Abs(v))))
	if digits <= 0 {
		p := math.Pow(10, float64(-digits))
		return strconv.FormatFloat(math.Round(v/p)*p, 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'f', digits, 64)
}

// groups sets the thousands of a whole number apart.
func groups(s string) string {
	start := 0
	if s[0] == '-' {
		start = 1
	}
	for i := len(s) - 3; i > start; i -= 3 {
		s = s[:i] + " " + s[i:]
	}
	return s
}
