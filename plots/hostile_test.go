package plots

import (
	"io"
	"strings"
	"testing"

	"github.com/wsgibench/wsgibench/results"
	"github.com/wsgibench/wsgibench/results/resultstest"
	"golang.org/x/net/html"
)

// hostile is what a server or a scenario might say.
const hostile = "</script></style></title></pre></svg><script>alert(1)</script><img src=x onerror=alert(1)>\"'`]]>{{.}}\u202e\x00\x1b[31m javascript:alert(1)"

// TestReportStandsAlone checks that nothing in the page loads, runs or leads anywhere, whatever the run says.
func TestReportStandsAlone(t *testing.T) {
	r := example(t, resultstest.Options{Hostile: true})
	poison(r)
	text, doc := report(t, r, summary(hostile))
	if bad := find(doc, named("script", "img", "link", "iframe", "object", "embed", "form", "base", "audio", "video", "source", "image", "use", "i", "b")); len(bad) > 0 {
		t.Errorf("%d forbidden elements, the first: %s %v", len(bad), bad[0].Data, bad[0].Attr)
	}
	for _, n := range find(doc, func(*html.Node) bool { return true }) {
		for _, a := range n.Attr {
			v := strings.ToLower(a.Val)
			if strings.HasPrefix(a.Key, "on") || strings.Contains(v, "javascript:") && (a.Key == "href" || a.Key == "src") {
				t.Errorf("%s has %s=%q", n.Data, a.Key, a.Val)
			}
			if (a.Key == "href" || a.Key == "src") && !strings.HasPrefix(v, "#") && !strings.HasPrefix(v, "data:application/") {
				t.Errorf("%s leads to %q", n.Data, a.Val)
			}
		}
	}
	if strings.ContainsAny(text, "\u202e\x00\x1b") {
		t.Error("the page has characters that reorder or break it")
	}
	for _, n := range find(doc, named("style")) {
		if s := textOf(n); strings.Contains(s, "url(") || strings.Contains(s, "@import") || strings.Contains(s, "ZgotmplZ") {
			t.Errorf("the style loads something: %s", s)
		}
	}
	if csp := find(doc, func(n *html.Node) bool { return attr(n, "http-equiv") == "Content-Security-Policy" }); len(csp) != 1 || !strings.Contains(attr(csp[0], "content"), "default-src 'none'") {
		t.Error("the page does not forbid browsers to load anything")
	}
	// What was said is shown, not swallowed.
	if n := strings.Count(textOf(doc), "<script>alert(1)</script>"); n < 20 {
		t.Errorf("the hostile text is shown %d times, want it wherever it was said", n)
	}
}

// poison puts the hostile text wherever a server or a scenario can say something.
func poison(r *results.Record) {
	run := r.Run
	run.Scenario.Text, run.Scenario.Path, run.Scenario.Set = hostile, hostile, []string{hostile}
	run.Host.Sysctl = map[string]string{hostile: hostile}
	run.Host.Unknown = map[string]string{"governor": hostile}
	run.Missing = []results.Missing{{Target: hostile, Reason: hostile, Hint: hostile}}
	for i := range run.Cells {
		c := &run.Cells[i]
		c.Label += hostile
		c.Argv, c.Limits, c.Descriptor = []string{hostile}, []string{hostile}, hostile
		c.Settings, c.Versions = map[string]string{hostile: hostile}, map[string]string{hostile: hostile}
	}
	for _, t := range r.Trials {
		t.Obtained.Server, t.Obtained.Argv = hostile, []string{hostile}
		t.Warnings = []results.Notice{{Code: hostile, Text: hostile, Hint: hostile}}
		for i := range t.Errors {
			t.Errors[i].Example = hostile
		}
		if t.Failure != nil {
			t.Failure.Tail, t.Failure.Text = []string{hostile}, hostile
		}
	}
	r.Notes = append(r.Notes, hostile)
}

// TestReportNestsRight reads the page token by token: html.Parse mends what is wrong without a word.
func TestReportNestsRight(t *testing.T) {
	r := example(t, resultstest.Options{Hostile: true})
	poison(r)
	text, _ := report(t, r, summary(hostile))
	void := map[string]bool{"meta": true, "br": true}
	var open []string
	z := html.NewTokenizer(strings.NewReader(text))
	for {
		switch z.Next() {
		case html.ErrorToken:
			if z.Err() != io.EOF || len(open) > 0 {
				t.Errorf("at the end: %v, still open: %v", z.Err(), open)
			}
			return
		case html.StartTagToken:
			if name, _ := z.TagName(); !void[string(name)] {
				open = append(open, string(name))
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			if len(open) == 0 || open[len(open)-1] != string(name) {
				t.Fatalf("</%s> closes %v", name, open)
			}
			open = open[:len(open)-1]
		}
	}
}
