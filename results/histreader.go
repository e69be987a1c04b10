package results

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// A logLine is one histogram of an interval log, still encoded: a run has thousands, a figure needs few of them.
type logLine struct {
	tag           string // unescaped
	start, length time.Duration
	payload       string
	number        int
}

// maxLogSeconds bounds the times that are believed: about 30 years.
const maxLogSeconds = 1e9

// parseLog reads an interval log. Comments, the legend and a last line that was cut off are passed over. The start of
// an interval is taken as it stands: relative to the start of the trial, as HistWriter writes it.
func parseLog(data []byte) (all []logLine, err error) {
	for n, l := range lines(data) {
		text := strings.TrimRight(string(l.text), "\r")
		if l.torn || text == "" || text[0] == '#' || text[0] == '"' {
			continue // a line without its end is not trusted
		}
		parsed, err := parseLogLine(text)
		if err != nil {
			return all, fmt.Errorf("line %d: %w", n, err)
		}
		parsed.number = n
		all = append(all, parsed)
	}
	return all, nil
}

func parseLogLine(text string) (logLine, error) {
	var l logLine
	if rest, ok := strings.CutPrefix(text, "Tag="); ok {
		tag, fields, ok := strings.Cut(rest, ",")
		if !ok {
			return l, errors.New("a tag and nothing else")
		}
		l.tag, text = unescapeTag(tag), fields
	}
	f := strings.Split(text, ",")
	if len(f) != 4 {
		return l, fmt.Errorf("%d fields, want start, length, max and a histogram", len(f))
	}
	for i, to := range []*time.Duration{&l.start, &l.length} {
		s, err := strconv.ParseFloat(f[i], 64)
		if err != nil || !(s >= 0 && s <= maxLogSeconds) {
			return l, fmt.Errorf("%q is not a time in seconds", f[i])
		}
		*to = time.Duration(s*1e9 + 0.5)
	}
	l.payload = f[3]
	return l, nil
}

func (l *logLine) decode() (*hdrhistogram.Histogram, error) {
	h, err := hdrhistogram.Decode([]byte(l.payload))
	if err != nil {
		return nil, fmt.Errorf("line %d: %w", l.number, err)
	}
	return h, nil
}

// log returns the lines of a trial's interval log; none, without an error, where the trial has no log or it is gone.
func (r *Record) log(t *Trial) ([]logLine, error) {
	name := r.slashPath(t.Hist)
	if name == "" {
		return nil, nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if lines, ok := r.logs[name]; ok {
		return lines, nil
	}
	data, err := os.ReadFile(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("reading histograms: %w", err)
	}
	lines, err := parseLog(data)
	if err != nil {
		return nil, fmt.Errorf("reading histograms: %s: %w", name, err)
	}
	if r.logs == nil {
		r.logs = map[string][]logLine{}
	}
	r.logs[name] = lines
	return lines, nil
}

// merge adds a decoded line to a histogram of NewHistogram's range. Values outside the range are an error, not lost.
func (l *logLine) merge(into *hdrhistogram.Histogram) error {
	h, err := l.decode()
	if err != nil {
		return err
	}
	if dropped := into.Merge(h); dropped > 0 {
		return fmt.Errorf("line %d: %d values are outside 1 µs to 60 s", l.number, dropped)
	}
	return nil
}

// An Interval is the histogram of one stretch of a trial.
type Interval struct {
	Start  time.Duration // since the start of the trial
	Length time.Duration
	Hist   *hdrhistogram.Histogram // ns
}

// Histogram merges the histograms of a metric ("response", "service", "first_byte", "send_lag") in a phase over the
// valid trials of a cell; an empty request means all requests. It returns nil, without an error, where nothing was
// recorded. Percentiles of trials must never be averaged: this is where they come from.
func (r *Record) Histogram(cell, phase, metric, request string) (*hdrhistogram.Histogram, error) {
	h, _, err := r.histogram(cell, phase, metric, request)
	return h, err
}

// histogram is Histogram, and says how many trials are in it.
func (r *Record) histogram(cell, phase, metric, request string) (h *hdrhistogram.Histogram, trials int, err error) {
	for _, t := range r.Of(cell) {
		if t.Verdict != Valid {
			continue
		}
		one, err := r.TrialHistogram(t.ID, phase, metric, request)
		if err != nil {
			return nil, 0, err
		}
		if one == nil {
			continue
		}
		trials++
		if h == nil {
			h = one
		} else if dropped := h.Merge(one); dropped > 0 {
			return nil, 0, fmt.Errorf("cell %s: %d values too many for one histogram", cell, dropped)
		}
	}
	return h, trials, nil
}

// TrialHistogram merges the histograms of a metric in a phase of one trial, whatever its verdict; nil, without an
// error, where nothing was recorded.
func (r *Record) TrialHistogram(trialID, phase, metric, request string) (*hdrhistogram.Histogram, error) {
	var h *hdrhistogram.Histogram
	err := r.eachLine(trialID, phase, metric, request, func(l *logLine) error {
		if h == nil {
			h = NewHistogram()
		}
		return l.merge(h)
	})
	if err != nil || h == nil || h.TotalCount() == 0 {
		return nil, err
	}
	return h, nil
}

// Intervals returns the one-second histograms of a metric over all requests of a phase of one trial, in order of time;
// nil, without an error, where nothing was recorded.
func (r *Record) Intervals(trialID, phase, metric string) ([]Interval, error) {
	var out []Interval
	err := r.eachLine(trialID, phase, metric, "", func(l *logLine) error {
		h := NewHistogram()
		if err := l.merge(h); err != nil {
			return err
		}
		out = append(out, Interval{Start: l.start, Length: l.length, Hist: h})
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(out, func(a, b Interval) int { return cmp.Compare(a.Start, b.Start) })
	return out, nil
}

func (r *Record) eachLine(trialID, phase, metric, request string, do func(*logLine) error) error {
	t := r.Trial(trialID)
	if t == nil {
		return nil
	}
	lines, err := r.log(t)
	if err != nil {
		return err
	}
	for i := range lines {
		if !tagMatches(lines[i].tag, phase, metric, request) {
			continue
		}
		if err := do(&lines[i]); err != nil {
			return fmt.Errorf("%s: %w", t.Hist, err)
		}
	}
	return nil
}
