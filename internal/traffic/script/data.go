package script

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
)

// A Table is a set of variables: one row for each session.
type Table struct {
	Columns []string
	Rows    [][]string // each as long as Columns
}

// maxCSV bounds what is read of a CSV file, in bytes: it is kept in memory.
const maxCSV = 256 << 20

// ReadCSV reads a CSV file (RFC 4180) whose first line names the columns. Every row must have all of them, and there
// must be at least one. A byte order mark is skipped.
func ReadCSV(r io.Reader) (Table, error) {
	limited := &io.LimitedReader{R: r, N: maxCSV + 1}
	c := csv.NewReader(limited)
	all, err := c.ReadAll()
	switch {
	case limited.N <= 0:
		return Table{}, fmt.Errorf("more than %d MiB of CSV: give the sessions fewer rows", maxCSV>>20)
	case err != nil:
		return Table{}, err
	case len(all) == 0:
		return Table{}, errors.New("there is nothing in it: want a line with the names of the columns, then one for each session")
	case len(all) == 1:
		return Table{}, errors.New("there is no row below the names of the columns")
	}
	t := Table{Columns: all[0], Rows: all[1:]}
	t.Columns[0] = strings.TrimPrefix(t.Columns[0], "\ufeff")
	for i, name := range t.Columns {
		name = strings.TrimSpace(name)
		t.Columns[i] = name
		switch {
		case name == "" || strings.ContainsAny(name, "|}"):
			return Table{}, fmt.Errorf("column %d is called %q: it needs a name without | and }", i+1, name)
		case slices.Contains(t.Columns[:i], name):
			return Table{}, fmt.Errorf("two columns are called %q", name)
		}
	}
	return t, nil
}

// The ways to pick a row for a session.
const (
	Sequential = "sequential" // the next, beginning again after the last
	Random     = "random"     // any
	Unique     = "unique"     // the next, each once
)

// A Feeder hands out the rows of a table, from any goroutine.
type Feeder struct {
	table *Table
	pick  string
	next  atomic.Uint64
}

// NewFeeder returns a feeder that begins with the first row.
func NewFeeder(t *Table, pick string) (*Feeder, error) {
	if !slices.Contains([]string{Sequential, Random, Unique}, pick) {
		return nil, fmt.Errorf("pick %q: want %s, %s or %s", pick, Sequential, Random, Unique)
	}
	if len(t.Rows) == 0 {
		return nil, errors.New("no rows to pick from")
	}
	return &Feeder{table: t, pick: pick}, nil
}

// Row hands out one; false: all were handed out, and each is to be used only once.
func (f *Feeder) Row(rng *rand.Rand) (row []string, ok bool) {
	n := uint64(len(f.table.Rows))
	if f.pick == Random {
		return f.table.Rows[rng.Uint64N(n)], true
	}
	i := f.next.Add(1) - 1
	if f.pick == Unique && i >= n {
		return nil, false
	}
	return f.table.Rows[i%n], true
}
