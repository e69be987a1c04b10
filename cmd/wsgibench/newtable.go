package main

import (
	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// plain is a table without lines but one below its head.
var plain = func() table.Style {
	s := table.StyleLight
	s.Options = table.Options{SeparateHeader: true}
	s.Box.PaddingLeft, s.Box.PaddingRight = "", "  "
	s.Format.Header = text.FormatDefault
	return s
}()

// newTable begins a table. The columns of figures, counted from 1, stand on the right.
func newTable(header []string, figures ...int) table.Writer {
	w := table.NewWriter()
	w.SetStyle(plain)
	w.AppendHeader(cellsOf(header))
	var right []table.ColumnConfig
	for _, n := range figures {
		right = append(right, table.ColumnConfig{Number: n, Align: text.AlignRight, AlignHeader: text.AlignRight})
	}
	w.SetColumnConfigs(right)
	return w
}

// columns are those from first to last.
func columns(first, last int) (all []int) {
	for n := first; n <= last; n++ {
		all = append(all, n)
	}
	return all
}

func cellsOf(texts []string) table.Row {
	var row table.Row
	for _, s := range texts {
		row = append(row, s)
	}
	return row
}
