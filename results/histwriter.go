package results

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// A HistWriter writes the histograms of one trial as an HdrHistogram interval log, version 1.3: a header of comments,
// then a line "Tag=<tag>,<start s>,<length s>,<max ms>,<base64 of the compressed V2 histogram>" per histogram, with
// starts counted from #[StartTime]. Any HdrHistogram tool reads it.
//
// hdrhistogram-go's own log writer is not used: it cuts StartTime to whole seconds, lets a comma at the end of a tag
// through, and takes interval times only in whole milliseconds.
type HistWriter struct {
	// Started is the instant from which starts are counted, for the header; it can be set until the first Write.
	Started time.Time

	mu     sync.Mutex
	out    io.Writer
	close  func() error
	path   string
	headed bool
}

// Path is the path of the log inside the run directory, with slashes: what Trial.Hist holds.
func (w *HistWriter) Path() string { return w.path }

// Write appends one histogram of values in ns. Start and length are counted from the start of the trial. A tag, best
// made by HistTag, may be any string: what the format cannot hold is escaped. An empty histogram is written too: it
// says that nothing happened in the interval. Write can be called from many goroutines.
func (w *HistWriter) Write(tag string, start, length time.Duration, h *hdrhistogram.Histogram) error {
	payload, err := h.Encode(hdrhistogram.V2CompressedEncodingCookieBase)
	if err != nil {
		return fmt.Errorf("encoding histogram %q: %w", tag, err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	var line []byte
	if !w.headed {
		line = w.header()
	}
	maxMS := 0.0
	if h.TotalCount() > 0 { // Max of an empty histogram is the width of its first bucket
		maxMS = float64(h.Max()) / float64(time.Millisecond)
	}
	line = fmt.Appendf(line, "Tag=%s,%.6f,%.6f,%.6f,%s\n", escapeTag(tag), start.Seconds(), length.Seconds(), maxMS, payload)
	if _, err := w.out.Write(line); err != nil {
		return fmt.Errorf("writing histogram %q: %w", tag, err)
	}
	w.headed = true
	return nil
}

func (w *HistWriter) header() []byte {
	start := w.Started.UTC()
	var b []byte
	b = fmt.Appendf(b, "#[wsgibench: values in ns; tags are phase/metric or phase/metric/request; see %s]\n", Schema)
	b = fmt.Appendf(b, "#[Histogram log format version 1.3]\n")
	b = fmt.Appendf(b, "#[StartTime: %d.%03d (seconds since epoch), %s]\n", start.Unix(), start.Nanosecond()/1e6, start.Format(time.RFC3339))
	return fmt.Appendf(b, "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"\n")
}

// Close writes the header if there was no histogram, brings the log to disk and closes it.
func (w *HistWriter) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	var err error
	if !w.headed {
		_, err = w.out.Write(w.header())
		w.headed = true
	}
	return errors.Join(err, w.close())
}

// syncClose brings a file to disk and closes it, whatever happens.
func syncClose(f *os.File) error { return errors.Join(f.Sync(), f.Close()) }
