package gate

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// The shape of a JUnit report as CI systems read it.
type junitSuites struct {
	XMLName xml.Name   `xml:"testsuites"`
	Suite   junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Time     string      `xml:"time,attr"` // s
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string     `xml:"classname,attr"`
	Name    string     `xml:"name,attr"`
	Failure *junitNote `xml:"failure"`
	Error   *junitNote `xml:"error"`
	Skipped *junitNote `xml:"skipped"`
	Out     string     `xml:"system-out,omitempty"`
}

type junitNote struct {
	Message string `xml:"message,attr"`
}

// WriteJUnit writes a test case for every gated metric: a regression is a failure, what is inconclusive is skipped,
// what is invalid is an error.
func WriteJUnit(w io.Writer, r *Report) error {
	s := junitSuite{Name: clean("wsgibench gate " + r.Scenario), Tests: len(r.Metrics), Time: fmt.Sprintf("%.1f", r.Seconds)}
	for i := range r.Metrics {
		m := &r.Metrics[i]
		text := clean(fmt.Sprintf("%s, margin %s", m.Change(), share(m.Margin)))
		note := &junitNote{Message: text}
		if m.Reason != "" {
			note.Message += "; " + clean(m.Reason)
		}
		c := junitCase{Class: clean(r.Scenario + "." + r.Target), Name: clean(m.Word + " in " + m.Phase), Out: text}
		switch m.Verdict {
		case Regression:
			c.Failure = note
			s.Failures++
		case Invalid:
			c.Error = note
			s.Errors++
		case Inconclusive:
			c.Skipped = note
			s.Skipped++
		}
		s.Cases = append(s.Cases, c)
	}
	data, err := xml.MarshalIndent(junitSuites{Suite: s}, "", "  ")
	if err != nil {
		return fmt.Errorf("write JUnit XML: %w", err)
	}
	_, err = io.WriteString(w, xml.Header+string(data)+"\n")
	return err
}

// clean leaves out what XML 1.0 has no way to write.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' || r == '\uFFFE' || r == '\uFFFF' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}
