package verify

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/wsgibench/wsgibench/results"
)

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }

// WriteMarkdown writes the matrix as a document: a row per server, then a table per group with the servers as columns,
// then every reason.
func (m Matrix) WriteMarkdown(w io.Writer) error {
	var b strings.Builder
	b.WriteString("# Which server answers correctly\n\n" + introduction + "\n")
	m.markdownSummary(&b)
	for _, g := range Groups() {
		m.markdownGroup(&b, g)
	}
	b.WriteString("\n## What came instead\n")
	for _, r := range m.examined() {
		markdownReasons(&b, r)
	}
	m.markdownMissing(&b)
	_, err := io.WriteString(w, b.String())
	return err
}

const introduction = `Made by ` + "`wsgibench verify --markdown`" + `, from the answers of exactly these versions; nothing here is written by hand.
Each check is one question, put to the server over raw sockets while it hosts an application that does what the check
asks for. ` + "`wsgibench verify --explain CHECK`" + ` says what is sent, what must come back, and who is hurt otherwise.

✓ pass · ✗ fail · – not offered · ? could not be tested. The severities: **wrong bytes** (lost, doubled, added, mixed up, or
somebody waits for ever), **wrong head** (status, header or variable), **deviation** (against the letter, without effect on what is
exchanged), **note** (allowed, and worth knowing).
`

func (m Matrix) markdownSummary(b *strings.Builder) {
	groups := m.groups()
	fmt.Fprintf(b, "## Summary\n\nPassed of all, by group of checks.\n\n| server | versions | %s | worst failure |\n|---|---|%s---|\n", strings.Join(groups, " | "), strings.Repeat("---|", len(groups)))
	for _, r := range m.examined() {
		fmt.Fprintf(b, "| %s | %s ", cell(r.Label), cell(strings.Trim(version(r), " ()")))
		for _, g := range groups {
			fmt.Fprintf(b, "| %s ", Count(r, g))
		}
		all := Count(r, "")
		worst := "none"
		if all.Failed > 0 {
			worst = all.Worst.String()
		}
		fmt.Fprintf(b, "| %s |\n", worst)
	}
}

func (m Matrix) markdownGroup(b *strings.Builder, g Group) {
	checks := slices.DeleteFunc(m.checks(), func(c Check) bool { return c.Group != g.Name })
	if len(checks) == 0 {
		return
	}
	reports := m.examined()
	fmt.Fprintf(b, "\n## %s: %s\n\n| check | what a correct server does | if not |", g.Name, cell(g.Doc))
	for _, r := range reports {
		fmt.Fprintf(b, " %s |", cell(r.Label))
	}
	fmt.Fprintf(b, "\n|---|---|---|%s\n", strings.Repeat(":-:|", len(reports)))
	for _, c := range checks {
		fmt.Fprintf(b, "| `%s` | %s | %s |", c.ID, cell(c.Doc), c.Severity)
		for _, r := range reports {
			symbol := ""
			if a := r.Check(c.ID); a != nil {
				symbol = Symbol(a.Outcome)
			}
			fmt.Fprintf(b, " %s |", symbol)
		}
		b.WriteString("\n")
	}
}

func markdownReasons(b *strings.Builder, r results.Conformance) {
	open := failures(r)
	if len(open) == 0 {
		fmt.Fprintf(b, "\n### %s\n\nPasses every check.\n", r.Label)
		return
	}
	fmt.Fprintf(b, "\n### %s\n\n| check | | what came |\n|---|---|---|\n", r.Label)
	for _, c := range open {
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", c.ID, words(&c), code(c.Reason))
	}
}

func (m Matrix) markdownMissing(b *strings.Builder) {
	first := true
	for _, r := range m.Reports {
		if r.Missing == "" {
			continue
		}
		if first {
			b.WriteString("\n## Not examined\n\n| server | why |\n|---|---|\n")
			first = false
		}
		fmt.Fprintf(b, "| %s | %s |\n", cell(r.Label), cell(oneLine(r.Missing)))
	}
}

// cell keeps a text from ending its cell, or from being read as markup.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ", "<", "&lt;", "*", `\*`, "_", `\_`).Replace(text)
}

// code sets a text as code. Within a table even there a bar has to be escaped.
func code(text string) string {
	fence := "`"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	if len(fence) > 1 {
		text = " " + text + " "
	}
	return fence + strings.ReplaceAll(text, "|", `\|`) + fence
}
