// Package bars is what the programs that measure wsgibench itself have in common: a row per figure, with what was reached,
// what must be reached (its bar), and ok or short; the exit status; and the processes that a bench starts of itself.
//
// It does not measure, and it does not know what any figure means.
package bars

import (
	"fmt"
	"io"
	"unicode/utf8"
)

// A Row is one figure of the table.
type Row struct {
	What, Reached, Bar string
	OK                 bool // what was reached reaches the bar
}

func (r Row) cells() []string {
	verdict := "short"
	if r.OK {
		verdict = "ok"
	}
	return []string{r.What, r.Reached, r.Bar, verdict}
}

// A Table prints rows as they come, so that a bench that is cut short has shown what it had.
type Table struct {
	Out    io.Writer
	Widths [3]int // least widths of the columns before the verdict, in characters
	short  int
	begun  bool
}

// Add prints a row, the first one below a heading.
func (t *Table) Add(rows ...Row) {
	if !t.begun {
		t.line([]string{"figure", "reached", "bar", "verdict"})
		t.begun = true
	}
	for _, r := range rows {
		t.line(r.cells())
		if !r.OK {
			t.short++
		}
	}
}

// line goes to a terminal or a pipe: when that is gone nobody is left to tell.
func (t *Table) line(cells []string) {
	fmt.Fprintf(t.Out, "%-*s  %-*s  %-*s  %s\n", t.Widths[0], cells[0], t.Widths[1], cells[1], t.Widths[2], cells[2], cells[3])
}

// Short is a [Short] when rows that were added are, else nil.
func (t *Table) Short() error {
	if t.short == 0 {
		return nil
	}
	return Short(t.short)
}

// Print prints a whole table, its columns as wide as they need to be. The error is a [Short] or nil.
func Print(out io.Writer, rows []Row) error {
	t := Table{Out: out, Widths: [3]int{len("figure"), len("reached"), len("bar")}}
	for _, r := range rows {
		for i, cell := range r.cells()[:3] {
			t.Widths[i] = max(t.Widths[i], utf8.RuneCountInString(cell))
		}
	}
	t.Add(rows...)
	return t.Short()
}
