package plots

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/wsgibench/wsgibench/results"
	"github.com/wsgibench/wsgibench/results/resultstest"
	"golang.org/x/net/html"
)

func report(t *testing.T, r *results.Record, s Summary) (string, *html.Node) {
	t.Helper()
	var buf bytes.Buffer
	if err := WriteReport(&buf, r, s); err != nil {
		t.Fatal(err)
	}
	if buf.Len() >= 1_000_000 {
		t.Errorf("the page has %d bytes, want less than a megabyte", buf.Len())
	}
	doc, err := html.Parse(bytes.NewReader(buf.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	return buf.String(), doc
}

// find returns the elements for which is holds, in document order.
func find(n *html.Node, is func(*html.Node) bool) []*html.Node {
	var found []*html.Node
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && is(d) {
			found = append(found, d)
		}
	}
	return found
}

func named(names ...string) func(*html.Node) bool {
	return func(n *html.Node) bool {
		for _, name := range names {
			if n.Data == name {
				return true
			}
		}
		return false
	}
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

func summary(text string) Summary {
	return Summary{
		Sentence: "gohost wins. " + text, Command: "wsgibench run x.yaml --seed 1 " + text,
		Thresholds: []ThresholdLine{{"p99(response) < 50ms" + text, true, "by 30 ms" + text}, {"errors < 0.1%", false, "0.4 %"}},
		Comparison: &Comparison{
			About: "ratios to wsgiref" + text, Ranked: "by goodput" + text, Ranking: &Table{[]string{"rank", "target"}, [][]string{{"1", "gohost" + text}}},
			Phases: []ComparedPhase{{"steady" + text, Table{[]string{"metric", "verdict"}, [][]string{{"p99" + text, "better (a)" + text}}}, []string{"(a) certain" + text}}},
		},
		Streams: Streams{
			Words:  []string{"slow holds back: no block came" + text},
			Phases: []StreamPhase{{"events" + text, Table{[]string{"target", "delivery p50"}, [][]string{{"slow" + text, "≈84 µs" + text}}}, []string{"≈ the floor" + text}}},
		},
		Explained: []Explanation{{Where: "slow" + text, Text: "Nagle" + text, Hint: "TCP_NODELAY" + text}},
		Notes:     []string{"a note " + text},
	}
}

func TestReportOrder(t *testing.T) {
	_, doc := report(t, example(t, resultstest.Options{}), summary(""))
	var got []string
	for _, n := range find(doc, named("h1", "h2")) {
		got = append(got, textOf(n))
	}
	want := "hello-shootout|Some trials do not count|Thresholds|What lies behind some figures|Results|Streams|Comparison|Figures|Targets in detail|Environment|Scenario|Run it again"
	if strings.Join(got, "|") != want {
		t.Errorf("headings %q, want %q", strings.Join(got, "|"), want)
	}
	for _, want := range []string{
		"gohost wins.", "14 valid, 1 invalid, 1 failed, of 16 trials planned.", "a note", "Address already in use", "the load generator used 97 % of its CPU",
		"give it another CPU with `cpus`, or lower the rate", "3 of 4 valid; 1 failed", "errors < 0.1%", "Example CPU @ 2.00GHz",
		"unknown: no cpufreq in this virtual machine", "waitress", "ratios to wsgiref", "by goodput", "better (a)", "(a) certain", "slow holds back: no block came", "≈84 µs", "≈ the floor", "wsgibench run x.yaml --seed 1", "python3 -m gunicorn-gthread -b {bind}",
	} {
		if !strings.Contains(textOf(doc), want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

func TestReportNumbers(t *testing.T) {
	r := example(t, resultstest.Options{})
	_, doc := report(t, r, summary(""))
	tables := find(doc, func(n *html.Node) bool { return n.Data == "table" && attr(n, "class") == "numbers" })
	if len(tables) != 2 {
		t.Fatalf("%d tables of results, want one per measured phase", len(tables))
	}
	row := results.Row(r.Summaries(), "gunicorn-gthread", "saturate")
	want := []string{
		"gunicorn-gthread", significant(*row.Goodput.Median), significant(*row.Quantile("p50").Value * 1e3), significant(*row.Quantile("p99").Value * 1e3),
		significant(*row.Quantile("p99.9").Value*1e3) + "*", significant(*row.Errors.Median * 100),
		significant(*row.CPUPerRequest.Median * 1e3), significant(*row.PSS.Median / (1 << 20)), "valid",
	}
	cells := find(find(tables[1], named("tr"))[3], named("th", "td"))
	if len(cells) != len(want) {
		t.Fatalf("%d cells in a row, want %d", len(cells), len(want))
	}
	for i, c := range cells {
		if got := strings.TrimSpace(textOf(c)); !strings.HasPrefix(got, want[i]) {
			t.Errorf("column %d shows %q, want %q", i, got, want[i])
		}
	}
	if got, want := textOf(cells[1]), significant(*row.Goodput.Min)+"–"+significant(*row.Goodput.Max); !strings.HasSuffix(got, want) {
		t.Errorf("goodput %q does not show its spread %q", got, want)
	}
}

func TestReportIsAccessible(t *testing.T) {
	_, doc := report(t, example(t, resultstest.Options{Streams: true}), summary(""))
	figures := find(doc, named("figure"))
	if len(figures) != 2*figuresOfPhases {
		t.Errorf("%d figures, want %d", len(figures), 2*figuresOfPhases)
	}
	for _, f := range figures {
		svg, tables := find(f, named("svg")), find(f, named("table"))
		if len(svg) != 1 || attr(svg[0], "role") != "img" || len(find(svg[0], named("title"))) != 1 || len(textOf(find(svg[0], named("desc"))[0])) < 40 {
			t.Errorf("figure %q: the picture has no words", textOf(find(f, named("figcaption"))[0]))
		}
		if len(tables) != 1 || len(find(tables[0], named("tr"))) != 5 {
			t.Error("a figure has no table of its four targets")
		}
	}
	ids := map[string]bool{}
	for _, n := range find(doc, func(n *html.Node) bool { return attr(n, "id") != "" }) {
		if ids[attr(n, "id")] {
			t.Errorf("id %q stands twice", attr(n, "id"))
		}
		ids[attr(n, "id")] = true
	}
	for _, n := range find(doc, func(n *html.Node) bool { return attr(n, "aria-labelledby") != "" }) {
		if !ids[attr(n, "aria-labelledby")] {
			t.Errorf("nothing has the id %q", attr(n, "aria-labelledby"))
		}
	}
	for _, n := range find(doc, named("th")) {
		if attr(n, "scope") == "" {
			t.Errorf("heading %q of a table has no scope", textOf(n))
		}
	}
	if h := find(doc, named("html")); attr(h[0], "lang") != "en" {
		t.Error("the page does not say its language")
	}
}

func TestReportData(t *testing.T) {
	for name, r := range map[string]*results.Record{"small": manyCells(t, 1), "large": heavy(t)} {
		_, doc := report(t, r, summary(""))
		if left := strings.Contains(textOf(doc), "is left out to keep this page small"); left != (name == "large") {
			t.Errorf("%s: the page says that it leaves figures out: %v", name, left)
		}
		if n := len(find(doc, named("figure"))); n < 5 {
			t.Errorf("%s: %d figures are left, want as many as there is room for", name, n)
		}
		links := find(doc, func(n *html.Node) bool { return n.Data == "a" && attr(n, "download") != "" })
		if len(links) != 1 {
			t.Fatalf("%s: %d downloads, want 1", name, len(links))
		}
		head, body, _ := strings.Cut(attr(links[0], "href"), ",")
		data, err := base64.StdEncoding.DecodeString(body)
		if err != nil {
			t.Fatal(err)
		}
		if packed := strings.HasSuffix(attr(links[0], "download"), ".json.gz"); packed != (name == "large") || packed != strings.Contains(head, "gzip") {
			t.Errorf("%s: %s is called %s", name, head, attr(links[0], "download"))
		} else if packed {
			z, err := gzip.NewReader(bytes.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			if data, err = io.ReadAll(z); err != nil {
				t.Fatal(err)
			}
		}
		var got results.Document
		if err := json.Unmarshal(data, &got); err != nil {
			t.Fatal(err)
		}
		if got.Run.ID != r.Run.ID || len(got.Trials) != len(r.Trials) {
			t.Errorf("%s: the data has run %s with %d trials, want %s with %d", name, got.Run.ID, len(got.Trials), r.Run.ID, len(r.Trials))
		}
	}
}

// heavy is a run of 35 cells, three phases and talkative servers: figures and data weigh more than a page may.
func heavy(t *testing.T) *results.Record {
	t.Helper()
	r := manyCells(t, 35)
	for range 2 {
		r.Run.Phases = append(r.Run.Phases, r.Run.Phases[0])
	}
	r.Run.Scenario.Text = strings.Repeat("# a long scenario\n", 50_000)
	for _, tr := range r.Trials {
		tr.Statuses = make([]results.Count, 1000)
		if tr.Failure != nil {
			tr.Failure.Tail = strings.Split(strings.Repeat("a line of a log\n", 5000), "\n")
		}
	}
	return r
}

func TestReportOfWhatIsLeft(t *testing.T) {
	none := example(t, resultstest.Options{})
	none.Trials, none.Complete = nil, false
	failed := example(t, resultstest.Options{})
	for _, tr := range failed.Trials {
		tr.Verdict, tr.Reasons, tr.Failure = results.Failed, nil, &results.Failure{Stage: "start", Text: "no such file: gunicorn"}
	}
	for _, c := range []struct {
		r    *results.Record
		want []string
	}{
		{example(t, resultstest.Options{Interrupted: true}), []string{"The run did not finish", "7 not recorded", "was cut off"}},
		{none, []string{"No trial is valid: there is no result", "16 not recorded", "There is nothing to draw: no trial of the run was finished."}},
		{failed, []string{"16 failed", "no such file: gunicorn", "There is nothing to draw: no trial is valid: 16 failed (start).", "no valid trial"}},
		{&results.Record{Run: &results.Run{}}, []string{"no cells", "The scenario has no measured phase."}},
	} {
		_, doc := report(t, c.r, Summary{})
		for _, want := range c.want {
			if !strings.Contains(textOf(doc), want) {
				t.Errorf("the page does not say %q", want)
			}
		}
	}
}

func TestReportIsTheSameTwice(t *testing.T) {
	a, _ := report(t, example(t, resultstest.Options{}), summary(""))
	b, _ := report(t, example(t, resultstest.Options{}), summary(""))
	if a != b {
		t.Error("the same run gives two different pages")
	}
}
