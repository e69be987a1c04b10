package results

import (
	"os"
	"testing"
)

// BreakTrials leaves half a line in trials.jsonl and makes writing fail until the function it returns is called: a
// disk that is full for a while.
func (d *Dir) BreakTrials(t *testing.T, half string) (restore func()) {
	t.Helper()
	if _, err := d.trials.WriteString(half); err != nil {
		t.Fatal(err)
	}
	whole := d.trials
	readOnly, err := os.Open(whole.Name())
	if err != nil {
		t.Fatal(err)
	}
	d.trials = readOnly
	return func() {
		readOnly.Close()
		d.trials = whole
	}
}

// The parts that are tested on their own.
var (
	EscapeTag   = escapeTag
	UnescapeTag = unescapeTag
	MinValues   = minValues
	BenchWord   = benchWord
	ParseRecord = parseRecord // what Open does, without a directory
)

// CheckLog parses an interval log and decodes every histogram in it.
func CheckLog(data []byte) (histograms int, err error) {
	lines, err := parseLog(data)
	if err != nil {
		return 0, err
	}
	for i := range lines {
		if err := lines[i].merge(NewHistogram()); err != nil {
			return i, err
		}
	}
	return len(lines), nil
}
