package results

import (
	"fmt"
	"strings"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// The range and the precision of every histogram. Values are in ns.
const (
	histLowest  = int64(time.Microsecond)
	histHighest = int64(time.Minute)
	histDigits  = 3
)

// NewHistogram returns an empty histogram of durations in ns, from 1 µs to 60 s with 3 significant digits. It is the
// one place that fixes range and digits, so that any two histograms of any two runs can be merged.
func NewHistogram() *hdrhistogram.Histogram {
	return hdrhistogram.New(histLowest, histHighest, histDigits)
}

// HistTag is the tag under which the histogram of a metric is written: "<phase>/<metric>" for all requests,
// "<phase>/<metric>/<request>" for one. It differs from joining the parts only where a phase name contains "/" or "%",
// which would otherwise be taken for another phase, metric and request.
func HistTag(phase, metric, request string) string {
	phase = strings.ReplaceAll(strings.ReplaceAll(phase, "%", "%25"), "/", "%2F")
	if request == "" {
		return phase + "/" + metric
	}
	return phase + "/" + metric + "/" + request
}

// tagMatches says whether a tag that was read is that of phase, metric and request: made by HistTag, or by joining.
func tagMatches(tag, phase, metric, request string) bool {
	if tag == HistTag(phase, metric, request) {
		return true
	}
	plain := phase + "/" + metric
	if request != "" {
		plain += "/" + request
	}
	return tag == plain
}

// escapeTag makes a tag that an interval log can hold: readers split lines at commas, spaces and line ends. It keeps
// printable ASCII and writes every other byte, and "%" itself, as %XX.
func escapeTag(tag string) string {
	var b strings.Builder
	for i := range len(tag) {
		switch c := tag[i]; {
		case c <= ' ' || c >= 0x7f || c == ',' || c == '%' || c == '"':
			fmt.Fprintf(&b, "%%%02X", c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// unescapeTag undoes escapeTag; "%" that no escape follows stays as it is, for logs that others wrote.
func unescapeTag(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			hi, lo := hexDigit(s[i+1]), hexDigit(s[i+2])
			if hi >= 0 && lo >= 0 {
				b.WriteByte(byte(hi<<4 | lo))
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func hexDigit(c byte) int { return strings.IndexByte("0123456789ABCDEF", c) }
