package results_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"github.com/wsgibench/wsgibench/results"
	"pgregory.net/rapid"
)

func histogramOf(t interface{ Fatal(...any) }, values ...time.Duration) *hdrhistogram.Histogram {
	h := results.NewHistogram()
	for _, v := range values {
		if err := h.RecordValue(int64(v)); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

// logged writes histograms to the log of trial 001-a and returns the log's text and the directory.
func logged(t *testing.T, write func(w *results.HistWriter) error) (string, *results.Dir) {
	t.Helper()
	d := create(t, smallRun())
	w, err := d.Hist("001-a")
	if err != nil {
		t.Fatal(err)
	}
	w.Started = time.Date(2026, 11, 21, 11, 30, 5, 250e6, time.UTC)
	tr := smallTrial(1)
	tr.Hist = w.Path()
	add(t, d, tr)
	if err := write(w); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(d.Path("hist", "001-a.hlog"))
	if err != nil {
		t.Fatal(err)
	}
	return string(data), d
}

func TestNewHistogram(t *testing.T) {
	h := results.NewHistogram()
	if h.LowestTrackableValue() != 1000 || h.HighestTrackableValue() != 60e9 || h.SignificantFigures() != 3 {
		t.Errorf("range %d to %d with %d digits, want 1000 to 60e9 with 3", h.LowestTrackableValue(), h.HighestTrackableValue(), h.SignificantFigures())
	}
	for _, v := range []int64{1000, 60e9} {
		if err := h.RecordValue(v); err != nil {
			t.Errorf("%d ns cannot be recorded: %v", v, err)
		}
	}
}

// The text as the interval log format has it, by hand.
func TestHistLogText(t *testing.T) {
	got, _ := logged(t, func(w *results.HistWriter) error {
		if err := w.Write("steady/response", 500*time.Millisecond, time.Second, histogramOf(t, time.Millisecond)); err != nil {
			return err
		}
		return w.Write("steady/response/GET /a,b%", 1500*time.Millisecond, 2*time.Second, results.NewHistogram())
	})
	want := `^#\[wsgibench: [^\n]*\]
#\[Histogram log format version 1\.3\]
#\[StartTime: 1795260605\.250 \(seconds since epoch\), 2026-11-21T11:30:05Z\]
"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"
Tag=steady/response,0\.500000,1\.000000,1\.000447,HISTFAAA[A-Za-z0-9+/]+=*
Tag=steady/response/GET%20/a%2Cb%25,1\.500000,2\.000000,0\.000000,HISTFAAA[A-Za-z0-9+/]+=*
$`
	if !regexp.MustCompile(want).MatchString(got) {
		t.Errorf("log is\n%s\nwant a match of\n%s", got, want)
	}
}

func TestHistLogWithoutHistograms(t *testing.T) {
	got, _ := logged(t, func(*results.HistWriter) error { return nil })
	if n := strings.Count(got, "\n"); n != 4 || !strings.Contains(got, "#[StartTime: ") {
		t.Errorf("an empty log is %q, want its four lines of header", got)
	}
}

// Another reader of the format must see the same counts, times and tags.
func TestHistLogReadByOthers(t *testing.T) {
	one, two := histogramOf(t, time.Microsecond, 3*time.Millisecond, time.Minute), histogramOf(t, 20*time.Millisecond)
	text, _ := logged(t, func(w *results.HistWriter) error {
		if err := w.Write("ramp up/response", 250*time.Millisecond, time.Second, one); err != nil {
			return err
		}
		return w.Write("ramp up/service", 1250*time.Millisecond, 500*time.Millisecond, two)
	})
	reader := hdrhistogram.NewHistogramLogReader(strings.NewReader(text))
	const start = int64(1795260605250)
	for _, want := range []struct {
		h          *hdrhistogram.Histogram
		tag        string
		from, till int64
	}{{one, "ramp%20up/response", start + 250, start + 1250}, {two, "ramp%20up/service", start + 1250, start + 1750}} {
		got, err := reader.NextIntervalHistogram()
		if err != nil || got == nil {
			t.Fatalf("read %v, %v", got, err)
		}
		if !got.Equals(want.h) {
			t.Errorf("%s: another histogram was read", want.tag)
		}
		if got.Tag() != want.tag || got.StartTimeMs() != want.from || got.EndTimeMs() != want.till {
			t.Errorf("tag %q, %d to %d; want %q, %d to %d", got.Tag(), got.StartTimeMs(), got.EndTimeMs(), want.tag, want.from, want.till)
		}
	}
	if got, err := reader.NextIntervalHistogram(); got != nil || err != nil {
		t.Errorf("after the last histogram: %v, %v", got, err)
	}
}

// Whatever phases and requests are called, each finds its own histogram and no other.
func TestHistAnyNames(t *testing.T) {
	name := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"a", "a/response", "response", "a/response/b", "b/response", "%2F", "%", "a,b", " "}))
	rapid.Check(t, func(rt *rapid.T) {
		type key struct{ phase, request string }
		keys := rapid.SliceOfNDistinct(rapid.Custom(func(rt *rapid.T) key {
			return key{name.Draw(rt, "phase"), name.Draw(rt, "request")}
		}), 1, 3, rapid.ID).Draw(rt, "keys")
		text, d := logged(t, func(w *results.HistWriter) error {
			for i, k := range keys {
				h := histogramOf(rt, time.Duration(i+1)*time.Second)
				if err := w.Write(results.HistTag(k.phase, "response", k.request), 0, time.Second, h); err != nil {
					return err
				}
			}
			return nil
		})
		if n := strings.Count(text, "\n"); n != 4+len(keys) {
			rt.Fatalf("%d lines, want %d", n, 4+len(keys))
		}
		for i, k := range keys {
			got, err := open(t, d.Path()).Histogram("a", k.phase, "response", k.request)
			if err != nil || got == nil {
				rt.Fatalf("%q: %v, %v", k, got, err)
			}
			if want := histogramOf(rt, time.Duration(i+1)*time.Second); !got.Equals(want) {
				rt.Fatalf("%q: read the histogram of another: mean %.3g s, %d values", k, got.Mean()/1e9, got.TotalCount())
			}
		}
	})
}

func TestTagEscapes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		tag := string(rapid.SliceOf(rapid.Byte()).Draw(rt, "tag"))
		escaped := results.EscapeTag(tag)
		if strings.ContainsAny(escaped, ", \t\r\n\"") {
			rt.Fatalf("%q has what splits a line", escaped)
		}
		if got := results.UnescapeTag(escaped); got != tag {
			rt.Fatalf("%q became %q and then %q", tag, escaped, got)
		}
	})
}

func TestHistogramMergesValidTrials(t *testing.T) {
	d := create(t, smallRun())
	for i, verdict := range []string{results.Valid, results.Invalid, results.Valid} {
		tr := smallTrial(i + 1)
		tr.Verdict = verdict
		w, err := d.Hist(tr.ID)
		if err != nil {
			t.Fatal(err)
		}
		tr.Hist = w.Path()
		for s := range 2 {
			v := time.Duration(10*(i+1)+s) * time.Millisecond
			if err := w.Write("steady/response", time.Duration(2-s)*time.Second, time.Second, histogramOf(t, v)); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		add(t, d, tr)
	}
	r := open(t, d.Path())
	got, err := r.Histogram("a", "steady", "response", "")
	if err != nil {
		t.Fatal(err)
	}
	ms := time.Millisecond
	if !got.Equals(histogramOf(t, 10*ms, 11*ms, 30*ms, 31*ms)) {
		t.Errorf("merged histogram has %d values from %d to %d, want those of the valid trials", got.TotalCount(), got.Min(), got.Max())
	}
	one, err := r.TrialHistogram("002-a", "steady", "response", "")
	if err != nil || !one.Equals(histogramOf(t, 20*ms, 21*ms)) {
		t.Errorf("the histogram of the invalid trial is %v, %v", one, err)
	}
	is, err := r.Intervals("002-a", "steady", "response")
	if err != nil || len(is) != 2 || is[0].Start != time.Second || is[1].Start != 2*time.Second || is[0].Length != time.Second || !is[0].Hist.Equals(histogramOf(t, 21*ms)) {
		t.Errorf("intervals %v, %v; want two in order of time", is, err)
	}
	for _, ask := range [][4]string{{"b", "steady", "response", ""}, {"a", "other", "response", ""}, {"a", "steady", "service", ""}, {"a", "steady", "response", "GET /"}} {
		if h, err := r.Histogram(ask[0], ask[1], ask[2], ask[3]); h != nil || err != nil {
			t.Errorf("%q: %v, %v; want nothing", ask, h, err)
		}
	}
}

// A merged percentile is that of all values, which no mean of the trials' percentiles is.
func TestExampleMerged(t *testing.T) {
	for name, r := range examples() {
		for _, c := range r.Run.Cells {
			for _, p := range r.Measured() {
				want := results.NewHistogram()
				for _, tr := range r.Of(c.ID) {
					is, err := r.Intervals(tr.ID, p.Name, "service")
					if err != nil {
						t.Fatal(err)
					}
					for _, i := range is {
						if tr.Verdict == results.Valid {
							want.Merge(i.Hist)
						}
					}
				}
				got, err := r.Histogram(c.ID, p.Name, "service", "")
				if err != nil || got == nil || !got.Equals(want) {
					t.Errorf("%s, %s, %s: merged histogram differs from its intervals (%v)", name, c.ID, p.Name, err)
				}
			}
		}
	}
}

func TestHistLogDamaged(t *testing.T) {
	text, d := logged(t, func(w *results.HistWriter) error {
		return w.Write("steady/response", 0, time.Second, histogramOf(t, time.Second))
	})
	line := text[strings.Index(text, "Tag="):]
	for name, c := range map[string]struct {
		text, err string
		count     int64
	}{
		"whole":         {text, "", 1},
		"torn":          {text + line[:len(line)-9], "", 1},
		"other tool":    {strings.ReplaceAll(text, "\n", "\r\n"), "", 1},
		"no header":     {line, "", 1},
		"bad payload":   {strings.Replace(text, "HISTF", "XISTF", 1), "001-a.hlog: line 5", 0},
		"bad time":      {strings.Replace(text, ",0.000000,", ",NaN,", 1), "hlog: line 5: \"NaN\"", 0},
		"negative time": {strings.Replace(text, ",0.000000,", ",-1,", 1), "line 5", 0},
		"fields":        {text + "Tag=x,1,2\n", "line 6: 2 fields", 0},
		"tag only":      {text + "Tag=x\n", "line 6", 0},
	} {
		if err := os.WriteFile(d.Path("hist", "001-a.hlog"), []byte(c.text), 0o644); err != nil {
			t.Fatal(err)
		}
		r := open(t, d.Path())
		h, err := r.Histogram("a", "steady", "response", "")
		switch {
		case c.err == "" && (err != nil || h.TotalCount() != c.count):
			t.Errorf("%s: %v, %v; want %d values", name, h, err, c.count)
		case c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)):
			t.Errorf("%s: error %v, want %q", name, err, c.err)
		}
		q := r.Summaries()[0].Quantile("p50")
		if c.err != "" && (q.Value != nil || !strings.Contains(q.Reason, "line ")) {
			t.Errorf("%s: summary has %v because %q", name, q.Value, q.Reason)
		}
	}
}
