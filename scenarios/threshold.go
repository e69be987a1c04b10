package scenarios

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// What a threshold can be about: latencies take a statistic, measures stand alone.
var latencies = []string{
	"response", "service", "first_byte", "send_lag",
	"first_block", "second_block", "block_gap", "jitter", "stream_gap_p99", "block_time", "delivery", "lateness", "close_delay",
}

// measures are grouped by the unit of their limits.
var measures = []struct {
	names   []string
	unit    string
	pattern string
	parse   func(string) (float64, error)
}{
	{[]string{"errors", "streams_whole", "stall_share", "blocks_merged"}, "%", percentPattern, parsePercent},
	{[]string{"goodput", "throughput", "stream_goodput", "block_rate"}, "1/s", ratePattern, parseRate},
	{[]string{"cpu_per_request", "stall_longest"}, "s", durationPattern, parseSeconds},
	{[]string{"pss", "rss", "run_ahead", "held_pss"}, "B", sizePattern, parseBytes},
	{[]string{"body_rate", "wire_rate", "stream_rate"}, "B/s", sizePattern + `/s`, parseByteRate},
	{[]string{"blocks_lost", "blocks_repeated", "blocks_swapped", "blocks_damaged", "blocks_after_leave", "blocks_per_read", "stalls", "fairness", "streams_open"}, "1", numberPattern, parsePlain},
}

// measureNames are the names of all measures.
func measureNames() (all []string) {
	for _, m := range measures {
		all = append(all, m.names...)
	}
	return all
}

// UnitOf is the unit in which a threshold's metric is written: "s", "B", "B/s", "1/s", "%" (of a ratio) or "1".
func UnitOf(metric string) string {
	for _, m := range measures {
		if slices.Contains(m.names, metric) {
			return m.unit
		}
	}
	return "s"
}

// IsLatency says whether a metric with this name has percentiles.
func IsLatency(name string) bool { return slices.Contains(latencies, name) }

const (
	namePattern       = `[A-Za-z0-9][A-Za-z0-9._-]*`
	percentilePattern = `p(100|[1-9]?[0-9](\.[0-9]+)?)`
	operatorPattern   = `(<=|>=|<|>)`
)

// heldSuffix is what the name of a phase gets for the clients that are held beside it.
const heldSuffix = " held"

// thresholdPattern is the grammar: [phase:] metric operator limit, the limit in the unit of the metric.
var thresholdPattern = ` *(` + namePattern + `(` + heldSuffix + `)? *: *)?(` + strings.Join(append(measurePatterns(),
	`(`+percentilePattern+`|mean|max)\((`+strings.Join(latencies, "|")+`)\) *`+operatorPattern+` *`+durationPattern,
), "|") + `) *`

func measurePatterns() (all []string) {
	for _, m := range measures {
		all = append(all, `(`+strings.Join(m.names, "|")+`) *`+operatorPattern+` *`+m.pattern)
	}
	return all
}

var (
	thresholdParts = regexp.MustCompile(`^(?:([^:<>=()]*[^:<>=() ]) *: *)?([^<>=:]*[^<>=: ]) *(<=|>=|<|>) *([^<>=]+)$`)
	statistic      = regexp.MustCompile(`^([^()]*)\(([^()]*)\)$`)
	percentile     = whole(percentilePattern)
	nameMatch      = whole(namePattern)
)

// A hinted error carries what to do about it.
type hinted struct {
	error
	hint string
}

// ParseThreshold reads a condition on a metric: "p99(response) < 50ms", "errors < 0.1%", "steady: goodput > 400/s".
// Limits become base units (s, B, 1/s, ratio). Percentile metrics are named after the number: "response_p99.9".
func ParseThreshold(text string) (Threshold, error) {
	m := thresholdParts.FindStringSubmatch(strings.Trim(text, " "))
	if m == nil {
		return Threshold{}, hinted{fmt.Errorf("%q is not a threshold", printable(text)), `write "p99(response) < 50ms", "errors < 0.1%" or "steady: goodput > 400/s"`}
	}
	t := Threshold{Text: text, Phase: m[1], Op: m[3]}
	if t.Phase != "" && !nameMatch.MatchString(strings.TrimSuffix(t.Phase, heldSuffix)) {
		return Threshold{}, fmt.Errorf("%q is not the name of a phase", printable(t.Phase))
	}
	var err error
	if t.Metric, err = metricName(m[2]); err != nil {
		return Threshold{}, err
	}
	if t.Limit, err = limit(t.Metric, m[4]); err != nil {
		return Threshold{}, err
	}
	return t, nil
}

// metricName turns "p99(response)" into "response_p99", and leaves "errors" as it is.
func metricName(text string) (string, error) {
	call := statistic.FindStringSubmatch(text)
	if call == nil {
		switch {
		case slices.Contains(measureNames(), text):
			return text, nil
		case slices.Contains(latencies, text):
			return "", hinted{fmt.Errorf("%s needs a statistic", text), fmt.Sprintf("write p99(%s), mean(%s) or max(%s)", text, text, text)}
		}
		return "", hinted{fmt.Errorf("unknown metric %q", printable(text)), didYouMean(text, append(measureNames(), "p99(response)", "p99(service)", "mean(response)"))}
	}
	stat, of := strings.TrimSpace(call[1]), strings.TrimSpace(call[2])
	if stat != call[1] || of != call[2] {
		return "", fmt.Errorf("%q: write it without spaces, %s(%s)", printable(text), printable(stat), printable(of))
	}
	if !slices.Contains(latencies, of) {
		if slices.Contains(measureNames(), of) {
			return "", hinted{fmt.Errorf("%s is one number for a whole phase and has no statistic", of), fmt.Sprintf("write %s alone", of)}
		}
		return "", hinted{fmt.Errorf("unknown latency %q", printable(of)), didYouMean(of, latencies)}
	}
	if stat == "mean" || stat == "max" {
		return of + "_" + stat, nil
	}
	if !percentile.MatchString(stat) {
		return "", hinted{fmt.Errorf("unknown statistic %q: expected p and a number up to 100, mean or max", printable(stat)), didYouMean(stat, []string{"mean", "max", "p50", "p99", "p99.9"})}
	}
	p, err := strconv.ParseFloat(stat[1:], 64)
	if err != nil || p <= 0 || p > 100 {
		return "", fmt.Errorf("there is no percentile %s: expected more than 0 and at most 100", stat)
	}
	if p == 100 {
		return of + "_max", nil // the same by definition; no count of values makes it more than that
	}
	return of + "_p" + strconv.FormatFloat(p, 'f', -1, 64), nil
}

// limit reads the right side of a threshold in the unit of its metric.
func limit(metric, text string) (float64, error) {
	for _, m := range measures {
		if slices.Contains(m.names, metric) {
			return m.parse(text)
		}
	}
	return parseSeconds(text)
}

func parseSeconds(text string) (float64, error) {
	d, err := parseDuration(text)
	return d.Seconds(), err
}

func parseBytes(text string) (float64, error) {
	n, err := parseSize(text)
	return float64(n), err
}

// parsePlain reads a count or a ratio, which have no unit.
func parsePlain(text string) (float64, error) {
	if !plainCount.MatchString(text) {
		return 0, fmt.Errorf("%q is not a plain number such as 0 or 1.5", printable(text))
	}
	f, _, err := number(text)
	return f, err
}

var plainCount = whole(numberPattern)

// hintOf returns the hint that an error carries, or "".
func hintOf(err error) string {
	var h hinted
	if errors.As(err, &h) {
		return h.hint
	}
	return ""
}
