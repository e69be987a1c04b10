package verify

import (
	"fmt"
	"strings"
	"testing"

	"github.com/wsgibench/wsgibench/internal/golden"
	"github.com/wsgibench/wsgibench/results"
)

// invented is a report over three real checks and one of each outcome.
func invented(label string, failing ...string) results.Conformance {
	r := results.Conformance{Server: label, Label: label, Versions: map[string]string{"python": "3.13.0", label: "1.2", "other": "9"}, Argv: []string{"python", "-m", label}}
	for _, id := range []string{"path-decoded", "head-date", "body-exact", "pipelining"} {
		c, err := Lookup(id)
		if err != nil {
			panic(err)
		}
		a := results.CheckResult{ID: id, Group: c.Group, Severity: c.Severity.String(), Outcome: string(Pass)}
		for _, f := range failing {
			name, outcome, _ := strings.Cut(f, "=")
			if name == id {
				a.Outcome, a.Reason, a.Sent, a.Got = outcome, "got <b>|x|`y` & co", "GET /<", "HTTP/1.1 200 OK"
			}
		}
		r.Checks = append(r.Checks, a)
	}
	return r
}

func inventedMatrix(n int) Matrix {
	m := Matrix{Reports: []results.Conformance{invented("good")}}
	for i := range n - 1 {
		m.Reports = append(m.Reports, invented(fmt.Sprintf("bad%d", i), "head-date=fail", "body-exact=fail", "pipelining=n/a", "path-decoded=unknown"))
	}
	return Matrix{Reports: append(m.Reports, results.Conformance{Server: "gone", Label: "gone", Missing: "does not compile"})}
}

func TestMatrixText(t *testing.T) {
	for name, n := range map[string]int{"few.golden": 2, "many.golden": 6} {
		var b strings.Builder
		if err := inventedMatrix(n).WriteText(&b); err != nil {
			t.Fatal(err)
		}
		golden.Check(t, "testdata/"+name, b.String())
	}
}

func TestMatrixMarkdown(t *testing.T) {
	var b strings.Builder
	if err := inventedMatrix(2).WriteMarkdown(&b); err != nil {
		t.Fatal(err)
	}
	golden.Check(t, "testdata/matrix.golden.md", b.String())
}

// The page is whole, carries every reason, and takes nothing from a server for markup.
func TestMatrixPage(t *testing.T) {
	var b strings.Builder
	if err := inventedMatrix(2).WritePage(&b); err != nil {
		t.Fatal(err)
	}
	got := b.String()
	for _, want := range []string{"path-decoded", "body-exact", "bad0", "good", "got &lt;b&gt;|x|`y` &amp; co", "GET /&lt;", "does not compile", "wrong bytes", "✓ 4/4", "✗ 0/3"} {
		if !strings.Contains(got, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, never := range []string{"<b>", "src=", "href=", "http://"} {
		if strings.Contains(got, never) {
			t.Errorf("the page contains %q", never)
		}
	}
}

func TestTally(t *testing.T) {
	r := invented("x", "head-date=fail", "body-exact=fail", "pipelining=n/a")
	if got, want := Count(r, ""), (Tally{Passed: 1, Failed: 2, NotOffered: 1, Worst: WrongBytes}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got, want := Count(r, "head"), (Tally{Failed: 1, Worst: Note}); got != want {
		t.Errorf("head: got %+v, want %+v", got, want)
	}
}
