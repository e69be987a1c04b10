package scenarios

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Problem is one mistake in a scenario file, with its place.
type Problem struct {
	Path   string // the file, or "--set key=value" for a change made to it
	Line   int    // from 1; 0: the problem has no place in the file
	Column int    // from 1, in characters
	Source string // the line itself
	Text   string // what is wrong and what was expected
	Hint   string // what to do about it: `did you mean "targets"?`; may be empty
}

// Problems are all mistakes that were found, sorted by place.
type Problems []Problem

// maxProblems bounds how many are kept: past that, a reader starts again anyway.
const maxProblems = 100

// Error lists every problem as file:line:column: text, the line, a caret, the hint.
func (ps Problems) Error() string {
	var b strings.Builder
	for i, p := range ps {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(p.String())
	}
	return b.String()
}

// String prints one problem in the form of Problems.Error, without a final newline.
func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(printable(p.Path))
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", p.Line, p.Column)
	}
	b.WriteString(": " + p.Text)
	if p.Line > 0 && p.Source != "" {
		line, caret := excerpt(p.Source, p.Column)
		gutter := fmt.Sprintf("%5d | ", p.Line)
		b.WriteString("\n" + gutter + line + "\n" + strings.Repeat(" ", len(gutter)-2) + "| " + caret)
	}
	if p.Hint != "" {
		b.WriteString("\n        " + p.Hint)
	}
	return b.String()
}

// excerpt cuts a long line down to the part around the column and makes the line with the caret below it. Tabs are
// kept in both, so that they line up whatever a terminal makes of them.
func excerpt(source string, column int) (line, caret string) {
	const before, width = 60, 110
	runes := []rune(printable(source))
	at := min(max(column-1, 0), len(runes))
	prefix, suffix := "", ""
	if len(runes) > width {
		from := max(0, min(at-before, len(runes)-width))
		to := min(len(runes), from+width)
		if from > 0 {
			prefix = "..."
		}
		if to < len(runes) {
			suffix = "..."
		}
		runes, at = runes[from:to], at-from
	}
	lead := []rune(prefix + string(runes[:at]))
	for i, r := range lead {
		if r != '\t' {
			lead[i] = ' '
		}
	}
	return prefix + string(runes) + suffix, string(lead) + "^"
}

// printable replaces what could steer a terminal, character by character so that columns stay right.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\t' || r != utf8.RuneError && unicode.IsPrint(r) {
			return r
		}
		return '\uFFFD'
	}, s)
}

// A place is where a value stands: in the file, or in a change made on the command line.
type place struct {
	line, column int
	set          int // 1 + index of the change; 0: the file
}

// String says where a value is, for a message about another one.
func (p place) String() string {
	if p.set > 0 {
		return "in a --set"
	}
	return fmt.Sprintf("in line %d", p.line)
}

// A reporter gathers problems of one file.
type reporter struct {
	path     string
	lines    []string
	set      []string
	problems Problems
	dropped  int
}

// add records a problem; the hint may be empty.
func (r *reporter) add(at place, hint, format string, args ...any) {
	if len(r.problems) >= maxProblems {
		r.dropped++
		return
	}
	p := Problem{Path: r.path, Line: at.line, Column: at.column, Text: fmt.Sprintf(format, args...), Hint: hint}
	if at.set > 0 {
		p.Path, p.Line, p.Column = "--set "+r.set[at.set-1], 0, 0
	} else if i := at.line - 1; i >= 0 && i < len(r.lines) {
		p.Source = r.lines[i]
	}
	r.problems = append(r.problems, p)
}

// change is the index of the change that a problem is about, -1 for the file.
func (r *reporter) change(p Problem) int {
	if p.Line > 0 {
		return -1
	}
	return slices.Index(r.set, strings.TrimPrefix(p.Path, "--set "))
}

// err returns the problems, sorted by place with those of changes last, or nil.
func (r *reporter) err() error {
	if len(r.problems) == 0 {
		return nil
	}
	slices.SortStableFunc(r.problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(r.change(a), r.change(b)), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	r.problems = slices.Compact(r.problems) // what an alias repeats has one place and is said once
	if r.dropped > 0 {
		r.problems = append(r.problems, Problem{Path: r.path, Text: fmt.Sprintf("and %d more problems", r.dropped)})
	}
	return r.problems
}
