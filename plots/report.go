package plots

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"io"
	"regexp"
	"strings"

	"github.com/wsgibench/wsgibench/results"
)

// A Summary is what others found out about a run, for the top of the report: this package concludes nothing.
type Summary struct {
	Sentence   string // the result in one sentence, with its uncertainty
	Command    string // that makes the run again
	Thresholds []ThresholdLine
	Comparison *Comparison // nil: nothing to compare
	Streams    Streams
	Explained  []Explanation
	Notes      []string // what a reader must know, in sentences
}

// An Explanation names a known artefact that was found behind figures, with its evidence and what to do.
type Explanation struct {
	Where string // target, phase, and in how many trials
	Text  string
	Hint  string
}

// A ThresholdLine is a threshold of the scenario and what became of it.
type ThresholdLine struct {
	Text   string // as it stands in the scenario: "p99(response) < 50ms"
	Met    bool
	Detail string // by how much, and where
}

// What a report may weigh, in bytes. Figures and then the data give way, and the page says so.
const (
	maxPage    = 1_000_000
	maxFigures = 600_000
)

var (
	//go:embed page/report.html
	pageText string
	//go:embed page/report.css
	pageCSS string

	page = template.Must(template.New("report").Parse(pageText))
)

// A pageView is everything that the page says, ready to be shown. Texts in it are plain: the template escapes them.
type pageView struct {
	CSS           template.CSS
	Name          string
	Sentence      string
	ID, Started   string
	Trials        string
	Seed          uint64
	Tool          string
	Validity      validityView
	Missing       []results.Missing
	Thresholds    []ThresholdLine
	Comparison    *Comparison
	Streams       *Streams
	Explained     []Explanation
	Phases        []phaseView
	Figures       []figureView
	NotDrawn      []string
	Targets       []targetView
	Environment   []factView
	Scenario      string
	ScenarioAbout string
	Command       string
	Data          template.URL
	DataName      string
	DataSize      string
}

// A figureView is a picture in the page.
type figureView struct {
	Title, Caption string
	SVG            template.HTML
	Table          Table
}

// WriteReport writes a run as one self-contained HTML page of less than a megabyte: it loads nothing, needs no scripts
// and works from a file. What a server or a scenario says is shown as text, whatever it is. A run of which nothing can
// be drawn gives a page that says why.
func WriteReport(w io.Writer, r *results.Record, s Summary) error {
	v := newPageView(r, s)
	figures(&v, r)
	var buf bytes.Buffer
	if err := page.Execute(&buf, v); err != nil {
		return fmt.Errorf("writing report of run %s: %w", r.Run.ID, err)
	}
	if err := attach(&v, r, maxPage-buf.Len()-1000); err != nil {
		return err
	}
	buf.Reset()
	if err := page.Execute(&buf, v); err != nil {
		return fmt.Errorf("writing report of run %s: %w", r.Run.ID, err)
	}
	if _, err := w.Write(buf.Bytes()); err != nil {
		return fmt.Errorf("writing report of run %s: %w", r.Run.ID, err)
	}
	return nil
}

// figures draws all figures into the page, as many as its size allows. One that cannot be drawn is no reason to
// withhold the others.
func figures(v *pageView, r *results.Record) {
	if err := drawable(r); err != nil {
		v.NotDrawn = append(v.NotDrawn, sentence(err))
		return
	}
	styles := newStylesheet()
	size := 0
	for _, f := range Figures() {
		pictures, err := f.Draw(r)
		if err != nil {
			v.NotDrawn = append(v.NotDrawn, f.Title+" could not be drawn: "+Clean(err.Error())+".")
		}
		for _, p := range pictures {
			svg := styles.share(p.inline())
			if size += len(svg); size > maxFigures {
				size -= len(svg)
				v.NotDrawn = append(v.NotDrawn, Clean(p.Title)+" is left out to keep this page small; the plots folder of the run has it, or `wsgibench plot` draws it.")
				continue
			}
			v.Figures = append(v.Figures, figureView{Clean(p.Title), f.Caption, template.HTML(svg), p.Table})
		}
	}
	v.CSS += template.CSS(styles.css())
}

// sentence turns an error of drawable into words for readers.
func sentence(err error) string {
	text := Clean(err.Error())
	if errors.Is(err, ErrNothing) {
		text = strings.Replace(text, ErrNothing.Error(), "There is nothing to draw", 1)
	}
	return text + "."
}

// A stylesheet replaces the style attributes that gonum repeats on every element by classes, which takes a third of
// the room.
type stylesheet struct {
	names  map[string]string
	styles []string
}

func newStylesheet() *stylesheet { return &stylesheet{names: map[string]string{}} }

// Text in a picture cannot match: quotes in it are escaped.
var styleAttribute = regexp.MustCompile(`style="([^"]*)"`)

func (s *stylesheet) share(svg string) string {
	return styleAttribute.ReplaceAllStringFunc(svg, func(attr string) string {
		style := attr[len(`style="`) : len(attr)-1]
		if _, known := s.names[style]; !known {
			s.names[style] = fmt.Sprintf("g%d", len(s.styles))
			s.styles = append(s.styles, style)
		}
		return `class="` + s.names[style] + `"`
	})
}

func (s *stylesheet) css() string {
	var b strings.Builder
	for i, style := range s.styles {
		fmt.Fprintf(&b, "svg .g%d{%s}\n", i, style)
	}
	return b.String()
}

// attach puts all data of the run into the page as a link, packed if it does not fit otherwise, or not at all.
func attach(v *pageView, r *results.Record, room int) error {
	var plain, packed bytes.Buffer
	if err := results.WriteJSON(&plain, r); err != nil {
		return fmt.Errorf("writing report of run %s: %w", r.Run.ID, err)
	}
	data, kind, name := plain.Bytes(), "application/json", r.Run.ID+".json"
	if base64.StdEncoding.EncodedLen(len(data)) > room {
		z := gzip.NewWriter(&packed)
		_, err := z.Write(data)
		if err := errors.Join(err, z.Close()); err != nil {
			return fmt.Errorf("writing report of run %s: %w", r.Run.ID, err)
		}
		data, kind, name = packed.Bytes(), "application/gzip", name+".gz"
	}
	if base64.StdEncoding.EncodedLen(len(data)) > room {
		return nil
	}
	v.Data = template.URL("data:" + kind + ";base64," + base64.StdEncoding.EncodeToString(data))
	v.DataName, v.DataSize = name, results.FormatBytes(float64(len(data)))
	return nil
}
