package verify

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/wsgibench/wsgibench/results"
)

// A Matrix is what several servers answered to the same checks.
type Matrix struct {
	Reports []results.Conformance // in the order in which they are shown; one with Missing has no answers
}

// manyTargets is how many servers still stand side by side as columns of a terminal.
const manyTargets = 5

// examined are the reports of servers that could be had.
func (m Matrix) examined() []results.Conformance {
	return slices.DeleteFunc(slices.Clone(m.Reports), func(r results.Conformance) bool { return r.Missing != "" })
}

// checks are those that were put to any of the servers, in their order.
func (m Matrix) checks() []Check {
	return slices.DeleteFunc(Checks(), func(c Check) bool {
		return !slices.ContainsFunc(m.Reports, func(r results.Conformance) bool { return r.Check(c.ID) != nil })
	})
}

// Symbol is an outcome as one character. It never stands for itself alone in a place where it could be misread: a legend
// or the words are beside it.
func Symbol(outcome string) string {
	switch Outcome(outcome) {
	case Pass:
		return "✓"
	case Fail:
		return "✗"
	case NotOffered:
		return "–"
	}
	return "?"
}

// words are an outcome with its symbol; a failure says how bad it is.
func words(r *results.CheckResult) string {
	switch {
	case r == nil:
		return ""
	case r.Outcome == string(Fail):
		return Symbol(r.Outcome) + " " + r.Severity
	}
	return Symbol(r.Outcome) + " " + r.Outcome
}

// A Tally counts the answers of one server, of one group or of all.
type Tally struct {
	Passed, Failed, NotOffered, Unknown int
	Worst                               Severity // of the failures, where there are any
}

// Count tallies the answers of a server; group "" stands for all groups.
func Count(r results.Conformance, group string) Tally {
	var t Tally
	for _, c := range r.Checks {
		if group != "" && c.Group != group {
			continue
		}
		switch Outcome(c.Outcome) {
		case Pass:
			t.Passed++
		case Fail:
			t.Failed++
			t.Worst = max(t.Worst, severityOf(c.Severity))
		case NotOffered:
			t.NotOffered++
		default:
			t.Unknown++
		}
	}
	return t
}

func severityOf(name string) Severity {
	for severity, text := range severities {
		if text == name {
			return severity
		}
	}
	return Note
}

// String is "✓ 12/12", or "✗ 11/12": passed, of those that could fail.
func (t Tally) String() string {
	outcome := Pass
	switch {
	case t.Failed > 0:
		outcome = Fail
	case t.Unknown > 0:
		outcome = Unknown
	case t.Passed == 0 && t.NotOffered > 0:
		return Symbol(string(NotOffered))
	case t.Passed == 0:
		return ""
	}
	return fmt.Sprintf("%s %d/%d", Symbol(string(outcome)), t.Passed, t.Passed+t.Failed+t.Unknown)
}

// verdict says how a server did in words.
func (t Tally) verdict() string {
	if t.Failed == 0 {
		return "passes"
	}
	return fmt.Sprintf("%d failed, worst: %s", t.Failed, t.Worst)
}

// WriteText writes the matrix for a terminal: servers as columns where they are few, else as rows with the checks
// gathered in their groups. Below it stands every failure's reason, and what could not be had.
func (m Matrix) WriteText(w io.Writer) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if len(m.examined()) > manyTargets {
		m.rows(tw)
	} else {
		m.columns(tw)
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	return m.writeReasons(w)
}

func (m Matrix) columns(w io.Writer) {
	reports := m.examined()
	if len(reports) == 0 {
		return
	}
	fmt.Fprint(w, "check")
	for _, r := range reports {
		fmt.Fprintf(w, "\t%s", r.Label)
	}
	fmt.Fprintln(w)
	group := ""
	for _, c := range m.checks() {
		if c.Group != group {
			group = c.Group
			fmt.Fprintf(w, "%s%s\n", group, strings.Repeat("\t", len(reports)))
		}
		fmt.Fprintf(w, "  %s", c.ID)
		for _, r := range reports {
			fmt.Fprintf(w, "\t%s", words(r.Check(c.ID)))
		}
		fmt.Fprintln(w)
	}
	fmt.Fprint(w, "passed")
	for _, r := range reports {
		fmt.Fprintf(w, "\t%s", Count(r, ""))
	}
	fmt.Fprintln(w)
}

func (m Matrix) rows(w io.Writer) {
	groups := m.groups()
	fmt.Fprintf(w, "target\t%s\tall\tverdict\n", strings.Join(groups, "\t"))
	for _, r := range m.examined() {
		fmt.Fprint(w, r.Label)
		for _, g := range groups {
			fmt.Fprintf(w, "\t%s", Count(r, g))
		}
		fmt.Fprintf(w, "\t%s\t%s\n", Count(r, ""), Count(r, "").verdict())
	}
}

// groups are the names of those of which a check was put.
func (m Matrix) groups() []string {
	var names []string
	for _, c := range m.checks() {
		if !slices.Contains(names, c.Group) {
			names = append(names, c.Group)
		}
	}
	return names
}

// writeReasons writes a line for each answer that is no pass, the worst first.
func (m Matrix) writeReasons(w io.Writer) error {
	var b strings.Builder
	for _, r := range m.Reports {
		if r.Missing != "" {
			fmt.Fprintf(&b, "\n%s could not be examined: %s\n", r.Label, r.Missing)
			continue
		}
		open := failures(r)
		if len(open) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n%s%s\n", r.Label, version(r))
		for _, c := range open {
			fmt.Fprintf(&b, "  %s  %s: %s\n", words(&c), c.ID, c.Reason)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// failures are the answers that are no pass: failures before what could not be tested or is not offered, the worst first.
func failures(r results.Conformance) []results.CheckResult {
	open := slices.DeleteFunc(slices.Clone(r.Checks), func(c results.CheckResult) bool { return c.Outcome == string(Pass) })
	rank := func(c results.CheckResult) int {
		switch Outcome(c.Outcome) {
		case Fail:
			return -int(severityOf(c.Severity)) - 2
		case Unknown:
			return -1
		}
		return 0
	}
	slices.SortStableFunc(open, func(a, b results.CheckResult) int { return rank(a) - rank(b) })
	return open
}

// version is what is known of a server's own version and its Python's, in brackets.
func version(r results.Conformance) string {
	var parts []string
	for _, name := range sortedKeys(r.Versions) {
		if name == "python" || strings.Contains(r.Server, name) {
			parts = append(parts, name+" "+r.Versions[name])
		}
	}
	if parts == nil {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}
