package gate

import (
	"fmt"
	"io"
	"strings"
	"unicode"
)

// Limits of GitHub Actions: a step's summary beyond 1 MiB is refused as a whole, and of each kind of annotation a step
// shows ten.
const (
	summaryLimit    = 1 << 20
	annotationLimit = 10
)

// WriteSummary writes the report as Markdown, for $GITHUB_STEP_SUMMARY or a comment. It stays under GitHub's limit.
func WriteSummary(w io.Writer, r *Report) error {
	var b strings.Builder
	fmt.Fprintf(&b, "### wsgibench gate: %s\n\n%s\n\n", r.Verdict, markdown(r.Sentence()))
	b.WriteString("| metric | phase | base | head | change (interval) | margin | verdict |\n|:--|:--|--:|--:|--:|--:|:--|\n")
	tail := fmt.Sprintf("\n%s on %s, base %s, head %s; %d pairs and %d fresh ones in %.0f s, %s.\n", markdown(r.Scenario), markdown(r.Target),
		markdown(r.Base), markdown(r.Head), r.Pairs, r.Fresh, r.Seconds, markdown(r.Mode))
	for _, c := range r.Cautions {
		tail += "\n- " + markdown(c)
	}
	left := 0
	for i := range r.Metrics {
		m := &r.Metrics[i]
		verdict := string(m.Verdict)
		if m.Reason != "" {
			verdict += ": " + m.Reason
		}
		row := fmt.Sprintf("| %s | %s | %s | %s | %s | %s | %s |\n", markdown(m.Word), markdown(m.Phase), m.Show(m.Base), m.Show(m.Head),
			markdown(m.Change()), share(m.Margin), markdown(verdict))
		if b.Len()+len(row)+len(tail) > summaryLimit-100 {
			left = len(r.Metrics) - i
			break
		}
		b.WriteString(row)
	}
	if left > 0 {
		fmt.Fprintf(&b, "\n%d more metrics did not fit.\n", left)
	}
	text := b.String() + tail
	if len(text) > summaryLimit {
		text = strings.ToValidUTF8(text[:summaryLimit-4], "") + "…"
	}
	_, err := io.WriteString(w, text)
	return err
}

// WriteAnnotations writes workflow commands that GitHub shows beside the change: an error for each regression and for
// an invalid gate, a warning for what is inconclusive, at most ten in all.
func WriteAnnotations(w io.Writer, r *Report) error {
	var lines []string
	if r.Verdict == Invalid {
		lines = append(lines, annotation("error", "wsgibench: invalid", r.Reason))
	}
	for _, v := range []Verdict{Regression, Inconclusive} {
		kind := "error"
		if v == Inconclusive {
			kind = "warning"
		}
		for i := range r.Metrics {
			if m := &r.Metrics[i]; m.Verdict == v {
				text := fmt.Sprintf("%s in phase %s: %s, margin %s", m.Word, m.Phase, m.Change(), share(m.Margin))
				if m.Reason != "" {
					text += "; " + m.Reason
				}
				lines = append(lines, annotation(kind, "wsgibench: "+string(v), text))
			}
		}
	}
	if len(lines) > annotationLimit {
		rest := len(lines) - annotationLimit + 1
		lines = append(lines[:annotationLimit-1], annotation("warning", "wsgibench", fmt.Sprintf("%d more are in the summary", rest)))
	}
	_, err := io.WriteString(w, strings.Join(lines, ""))
	return err
}

// annotation is one workflow command. In its message % and line ends are escaped, in its properties also : and , as
// GitHub's toolkit does (actions/toolkit, packages/core/src/command.ts).
func annotation(kind, title, message string) string {
	data := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	return fmt.Sprintf("::%s title=%s::%s\n", kind, property.Replace(title), data.Replace(message))
}

// markdown makes any text show as it is, on one line of a table.
func markdown(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case unicode.IsControl(r):
			b.WriteByte(' ')
		case strings.ContainsRune("&<>", r):
			fmt.Fprintf(&b, "&#%d;", r)
		case strings.ContainsRune("\\`*_[]|~$#@", r):
			b.WriteByte('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
