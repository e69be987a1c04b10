package scenarios

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Patterns of quantities with their units, shared by the parsers and by the JSON Schema.
const (
	numberPattern   = `[0-9]+(\.[0-9]+)?`
	ratePattern     = numberPattern + ` ?[kM]?/(s|min|h)`
	durationPattern = `(` + numberPattern + ` ?(h|min|m|s|ms|us|µs|ns))+`
	sizePattern     = numberPattern + ` ?(B|kB|KB|MB|GB|KiB|MiB|GiB)`
	percentPattern  = numberPattern + ` ?%`
)

// A unit is a kind of quantity: how it is called, and how it is written, for messages.
type unit struct {
	name, example, units string
	match                *regexp.Regexp
}

var (
	rateUnit     = unit{"rate", "200/s", "/s, /min, /h, with k or M before them (5k/s)", whole(ratePattern)}
	durationUnit = unit{"duration", "10s", "ns, us, ms, s, min (or m), h", whole(durationPattern)}
	sizeUnit     = unit{"size", "10KiB", "B, kB, MB, GB (powers of 1000), KiB, MiB, GiB (powers of 1024)", whole(sizePattern)}
	byteRateUnit = unit{"rate of bytes", "64KiB/s", "a size and /s (64KiB/s, 1MB/s)", whole(sizePattern + `/s`)}
	percentUnit  = unit{"percentage", "0.1%", "%", whole(percentPattern)}

	plainNumber = whole(`[-+]?[0-9._]+([eE][-+]?[0-9]+)?`)
	digits      = regexp.MustCompile(numberPattern)
)

// whole anchors a pattern at both ends.
func whole(pattern string) *regexp.Regexp { return regexp.MustCompile(`^(` + pattern + `)$`) }

// check says how to write the quantity when text is not one.
func (u unit) check(text string) error {
	switch {
	case u.match.MatchString(text):
		return nil
	case plainNumber.MatchString(text) && u.units == "%":
		return fmt.Errorf("%s has no unit: a %s is written %s", text, u.name, u.example)
	case plainNumber.MatchString(text):
		return fmt.Errorf("%s has no unit: a %s is written %s; the units are %s", text, u.name, u.example, u.units)
	}
	return fmt.Errorf("%q is not a %s: expected something like %s; the units are %s", printable(text), u.name, u.example, u.units)
}

// number reads the leading number of a quantity, and returns what follows it without spaces.
func number(text string) (float64, string, error) {
	n := digits.FindString(text)
	f, err := strconv.ParseFloat(n, 64)
	if err != nil || math.IsInf(f, 0) {
		return 0, "", fmt.Errorf("the number %.20s... is too large", n)
	}
	return f, strings.TrimSpace(text[len(n):]), nil
}

// parseRate reads "200/s", "12000/min" or "5k/s" into arrivals per second.
func parseRate(text string) (float64, error) {
	if err := rateUnit.check(text); err != nil {
		return 0, err
	}
	f, rest, err := number(text)
	if err != nil {
		return 0, err
	}
	scale := map[byte]float64{'k': 1e3, 'M': 1e6, '/': 1}[rest[0]]
	_, per, _ := strings.Cut(rest, "/")
	return f * scale / map[string]float64{"s": 1, "min": 60, "h": 3600}[per], nil
}

// formatRate writes arrivals per second so that parseRate reads the same number back.
func formatRate(perSecond float64) string {
	return strconv.FormatFloat(perSecond, 'f', -1, 64) + "/s"
}

// parseDuration reads what time.ParseDuration reads, without sign, and "min" for minutes.
func parseDuration(text string) (time.Duration, error) {
	if err := durationUnit.check(text); err != nil {
		return 0, err
	}
	d, err := time.ParseDuration(strings.NewReplacer("min", "m", " ", "").Replace(text))
	if err != nil {
		return 0, fmt.Errorf("the duration %.40q is too long", text)
	}
	return d, nil
}

// parseSize reads "10KiB" or "1MB" into bytes; a fraction of a byte is an error.
func parseSize(text string) (int64, error) {
	if err := sizeUnit.check(text); err != nil {
		return 0, err
	}
	f, rest, err := number(text)
	if err != nil {
		return 0, err
	}
	f *= map[string]float64{
		"B": 1, "kB": 1e3, "KB": 1e3, "MB": 1e6, "GB": 1e9, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30,
	}[rest]
	if f > 1<<52 {
		return 0, fmt.Errorf("the size %.40s is too large", text)
	}
	if f != math.Trunc(f) {
		return 0, fmt.Errorf("the size %s is not a whole number of bytes", text)
	}
	return int64(f), nil
}

// parseByteRate reads "64KiB/s" into bytes per second.
func parseByteRate(text string) (float64, error) {
	if err := byteRateUnit.check(text); err != nil {
		return 0, err
	}
	n, err := parseSize(strings.TrimSuffix(text, "/s"))
	return float64(n), err
}

// parsePercent reads "0.1%" into a ratio (0.001).
func parsePercent(text string) (float64, error) {
	if err := percentUnit.check(text); err != nil {
		return 0, err
	}
	f, _, err := number(text)
	return f / 100, err
}
