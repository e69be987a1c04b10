package gate

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/wsgibench/wsgibench/internal/golden"
)

// example has a metric of every verdict, with names that every format must escape.
func example() *Report {
	p := func(v float64) *float64 { return &v }
	return &Report{
		Schema: Schema, Scenario: `shop "a|b" <x>`, Target: "gunicorn", Base: "main 0123456789", Head: "it's, 100%: `new`",
		Mode: "duet", Verdict: Regression, Pairs: 12, Fresh: 8, Seconds: 61.2,
		Metrics: []MetricReport{
			{Word: "cpu_per_request", Phase: "steady", Margin: 0.03, Verdict: Regression, Ratio: p(1.051), Low: p(1.042), High: p(1.06), SD: p(0.01), Base: p(3.5e-4), Head: p(3.68e-4), Unit: "s"},
			{Word: "goodput", Phase: "steady", Margin: 0.05, Verdict: Improvement, Ratio: p(1.2), Low: p(1.15), High: p(1.25), Base: p(1000), Head: p(1200), Unit: "1/s", Higher: true},
			{Word: "p99", Phase: "steady", Margin: 0.1, Verdict: Inconclusive, Ratio: p(1.02), Low: p(0.8), Base: p(0.01), Head: p(0.0102), Unit: "s", Reason: "may be 30 % worse\nor not"},
			{Word: "rss", Phase: "steady", Margin: 0.05, Verdict: OK, Ratio: p(1), Low: p(0.99), High: p(1.01), Base: p(5e7), Head: p(5e7), Unit: "B"},
			{Word: "errors", Phase: "steady", Verdict: Invalid, Unit: "1", Share: true, Reason: "unknown in 3 of 12 pairs: \x00, [x](y)"},
		},
		Cautions: []string{"the generator was busy"},
	}
}

var writers = []struct {
	name  string
	write func(io.Writer, *Report) error
}{
	{"summary.md", WriteSummary}, {"annotations.txt", WriteAnnotations}, {"junit.xml", WriteJUnit},
	{"gitlab.txt", WriteGitLab}, {"action.json", WriteActionBenchmark},
}

func TestWriters(t *testing.T) {
	for _, w := range writers {
		var got bytes.Buffer
		if err := w.write(&got, example()); err != nil {
			t.Errorf("%s: %v", w.name, err)
			continue
		}
		golden.Check(t, "testdata/"+w.name, got.String())
	}
}

// Whatever a report holds, the formats stay well-formed and within their limits.
func TestWritersUnderStress(t *testing.T) {
	r := example()
	for i := range 20_000 {
		m := r.Metrics[i%5]
		m.Word, m.Reason = fmt.Sprint("m", i), strings.Repeat("é\x01<&", 20)
		r.Metrics = append(r.Metrics, m)
	}
	out := map[string][]byte{}
	for _, w := range writers {
		var b bytes.Buffer
		if err := w.write(&b, r); err != nil {
			t.Fatalf("%s: %v", w.name, err)
		}
		out[w.name] = b.Bytes()
	}
	if n := len(out["summary.md"]); n > 1<<20 {
		t.Errorf("the summary has %d bytes, more than 1 MiB", n)
	}
	if n := bytes.Count(out["annotations.txt"], []byte("\n")); n != 10 {
		t.Errorf("got %d annotations, want 10", n)
	}
	var suites junitSuites
	if err := xml.Unmarshal(out["junit.xml"], &suites); err != nil || suites.Suite.Tests != len(r.Metrics) {
		t.Errorf("JUnit: %d tests, %v; want %d", suites.Suite.Tests, err, len(r.Metrics))
	}
	if !json.Valid(out["action.json"]) {
		t.Error("the JSON of github-action-benchmark is not valid")
	}
	r.Scenario = strings.Repeat("x", 2<<20)
	var b bytes.Buffer
	if err := WriteSummary(&b, r); err != nil || b.Len() > 1<<20 {
		t.Errorf("a scenario with a name of 2 MiB: a summary of %d bytes, %v", b.Len(), err)
	}
}

func TestExitCodes(t *testing.T) {
	for v, want := range map[Verdict][2]int{OK: {0, 0}, Improvement: {0, 0}, Inconclusive: {0, 11}, Regression: {10, 10}, Invalid: {4, 4}} {
		r := &Report{Verdict: v}
		if got := [2]int{r.ExitCode(false), r.ExitCode(true)}; got != want {
			t.Errorf("%s: got %v without and with strict, want %v", v, got, want)
		}
	}
}

func TestSentences(t *testing.T) {
	r := example()
	for v, want := range map[Verdict]string{
		Regression:   "Regression: cpu_per_request +5.10 % (+4.20 to +6.00), confirmed by fresh pairs.",
		Improvement:  "Improvement: goodput +20.00 % (+15.00 to +25.00), confirmed by fresh pairs; nothing is worse than its margin.",
		Inconclusive: "Inconclusive: no regression is shown, and none is ruled out for p99 +2.00 %.",
		OK:           "OK: no gated metric is worse than its margin.",
	} {
		if r.Verdict = v; r.Sentence() != want {
			t.Errorf("got  %s\nwant %s", r.Sentence(), want)
		}
	}
}

func TestOverall(t *testing.T) {
	r := example()
	for i, want := range []Verdict{Regression, Invalid, Invalid, Invalid, Invalid} {
		if got := overall(r.Metrics[i:]); got != want {
			t.Errorf("from metric %d on: got %s, want %s", i, got, want)
		}
	}
	if got := overall(r.Metrics[3:4]); got != OK {
		t.Errorf("got %s, want ok", got)
	}
}
