package results

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// WriteMarkdown writes the run as a table per measured phase: a row per cell with goodput, percentiles of the response
// time, errors, CPU time per request, memory and verdict; then why trials are not valid and what is missing. Rates, CPU
// and memory are medians over the valid trials with their range; percentiles come from the merged histograms.
// Everything that a scenario or a server says is escaped.
func WriteMarkdown(w io.Writer, r *Record) error {
	var b strings.Builder
	rows := r.Summaries()
	fmt.Fprintf(&b, "## %s\n\n", EscapeMarkdown(r.Run.Scenario.Name))
	fmt.Fprintf(&b, "Run %s: %d of %d trials, seed %d, wsgibench %s.\n",
		EscapeMarkdown(r.Run.ID), len(r.Trials), len(r.Planned()), r.Run.Seed, EscapeMarkdown(r.Run.Tool.Version))
	if !r.Complete {
		b.WriteString("\n**The run did not finish**: what follows is what it left behind.\n")
	}
	for _, p := range r.Tabled() {
		markdownPhase(&b, p, rows)
	}
	for _, l := range r.Ladders() {
		markdownLadder(&b, r, &l)
	}
	markdownRest(&b, r, rows)
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("writing Markdown: %w", err)
	}
	return nil
}

func markdownLadder(b *strings.Builder, r *Record, l *Ladder) {
	header, rows := l.Table(r)
	fmt.Fprintf(b, "\n### %s: p50 beside so many held clients\n\n| %s |\n|:--%s|:--|\n", EscapeMarkdown(l.Name), strings.Join(header, " | "), strings.Repeat("|--:", len(header)-2))
	for _, row := range rows {
		for i := range row {
			row[i] = EscapeMarkdown(row[i])
		}
		fmt.Fprintf(b, "| %s |\n", strings.Join(row, " | "))
	}
}

func markdownPhase(b *strings.Builder, p Phase, rows []CellSummary) {
	fmt.Fprintf(b, "\n### %s: %s (%s model) for %s\n\n", EscapeMarkdown(p.Name), EscapeMarkdown(p.Schedule),
		EscapeMarkdown(p.Model), FormatSeconds(p.Duration))
	b.WriteString("| target | goodput/s | p50 | p99 | p99.9 | errors | CPU/request | PSS | verdict |\n")
	b.WriteString("|:--|--:|--:|--:|--:|--:|--:|--:|:--|\n")
	thin := false
	for i := range rows {
		s := &rows[i]
		if s.Phase != p.Name {
			continue
		}
		cells := []string{EscapeMarkdown(s.Label), s.Goodput.show(FormatNumber)}
		for _, name := range []string{"p50", "p99", "p99.9"} {
			q := s.Quantile(name)
			cells = append(cells, q.show())
			thin = thin || q.Thin
		}
		cells = append(cells, s.Errors.show(FormatPercent), s.CPUPerRequest.show(FormatSeconds), s.PSS.show(FormatBytes), EscapeMarkdown(s.Verdict))
		fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | "))
	}
	if thin {
		b.WriteString("\n\\* fewer than 100 requests were slower: a few of them decide this figure.\n")
	}
}

// markdownRest says what the tables do not: reasons, missing targets, notes.
func markdownRest(b *strings.Builder, r *Record, rows []CellSummary) {
	var items []string
	for i := range rows {
		for _, why := range rows[i].Reasons {
			item := EscapeMarkdown(rows[i].Label) + ": " + EscapeMarkdown(why)
			if !slices.Contains(items, item) { // a row per phase, the same trials
				items = append(items, item)
			}
		}
	}
	for _, m := range r.Run.Missing {
		items = append(items, EscapeMarkdown(m.Target)+" was left out: "+EscapeMarkdown(m.Reason))
	}
	for _, n := range r.Notes {
		items = append(items, EscapeMarkdown(n))
	}
	if len(items) > 0 {
		fmt.Fprintf(b, "\n- %s\n", strings.Join(items, "\n- "))
	}
}

// show is the median with the range, or a dash.
func (s *Spread) show(text func(float64) string) string {
	if s.Median == nil {
		return "–"
	}
	low, mid, high := text(*s.Min), text(*s.Median), text(*s.Max)
	if low == high {
		return mid
	}
	return fmt.Sprintf("%s (%s–%s)", mid, low, high)
}

// show is the value, marked where it is thin, or a dash.
func (q *Quantile) show() string {
	switch {
	case q == nil || q.Value == nil:
		return "–"
	case q.Thin:
		return FormatSeconds(*q.Value) + "\\*"
	}
	return FormatSeconds(*q.Value)
}

// EscapeMarkdown makes any text show as it is, in a table, a heading or a list, and on one line: nothing in it is
// markup, HTML or a link. What is in every name (dashes, dots, "=") stays readable in the source, too.
func EscapeMarkdown(s string) string {
	var b strings.Builder
	s = oneLine(s)
	onlyDigits := true // so far: "1." begins a list
	for i, r := range s {
		switch {
		case r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069:
			continue // would turn the rest of the line around
		case strings.ContainsRune("&<>", r), r == ':' && strings.HasPrefix(s[i:], "://"):
			fmt.Fprintf(&b, "&#%d;", r)
		case strings.ContainsRune("\\`*_[]|~$", r), i == 0 && strings.ContainsRune("#+-=", r), onlyDigits && i > 0 && (r == '.' || r == ')'):
			b.WriteByte('\\')
			fallthrough
		default:
			b.WriteRune(r)
		}
		onlyDigits = onlyDigits && r >= '0' && r <= '9'
	}
	return b.String()
}
