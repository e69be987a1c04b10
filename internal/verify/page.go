package verify

import (
	_ "embed"
	"html/template"
	"io"

	"github.com/wsgibench/wsgibench/results"
)

//go:embed page.html
var pageText string

// WritePage writes the matrix as one self-contained HTML page: every cell carries its reason, and what went over the
// wire for each failure can be unfolded.
func (m Matrix) WritePage(w io.Writer) error {
	page, err := template.New("page").Funcs(template.FuncMap{
		"symbol": Symbol, "version": version, "failures": failures,
		"tally": func(r results.Conformance, group string) Tally { return Count(r, group) },
	}).Parse(pageText)
	if err != nil {
		return err
	}
	return page.Execute(w, m.pageData())
}

// A pageGroup is a group with its rows.
type pageGroup struct {
	Group
	Rows []pageRow
}

// A pageRow is a check and the answer of each server, nil where it was not put.
type pageRow struct {
	Check
	Answers []*results.CheckResult
}

type pageData struct {
	Reports, Missing []results.Conformance
	Names            []string // of the groups
	Groups           []pageGroup
}

func (m Matrix) pageData() pageData {
	d := pageData{Reports: m.examined(), Names: m.groups()}
	for _, r := range m.Reports {
		if r.Missing != "" {
			d.Missing = append(d.Missing, r)
		}
	}
	for _, g := range Groups() {
		group := pageGroup{Group: g}
		for _, c := range m.checks() {
			if c.Group != g.Name {
				continue
			}
			row := pageRow{Check: c}
			for i := range d.Reports {
				row.Answers = append(row.Answers, d.Reports[i].Check(c.ID))
			}
			group.Rows = append(group.Rows, row)
		}
		if group.Rows != nil {
			d.Groups = append(d.Groups, group)
		}
	}
	return d
}
