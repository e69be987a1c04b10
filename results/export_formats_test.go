package results_test

import (
	"bytes"
	"encoding/csv"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/wsgibench/wsgibench/internal/golden"
	"github.com/wsgibench/wsgibench/results"
	"github.com/wsgibench/wsgibench/results/resultstest"
)

var writers = map[string]func(io.Writer, *results.Record) error{
	"bench": results.WriteBench, "csv": results.WriteCSV, "json": results.WriteJSON, "markdown": results.WriteMarkdown,
}

func write(t *testing.T, format string, r *results.Record) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := writers[format](&b, r); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// An export is a function of the directory: nothing of when, where or how often it is made.
func TestExportsAreReproducible(t *testing.T) {
	elsewhere, err := resultstest.Example(t.TempDir(), resultstest.Options{Hostile: true})
	if err != nil {
		t.Fatal(err)
	}
	for format := range writers {
		first := write(t, format, hostile)
		if !bytes.Equal(first, write(t, format, open(t, hostile.Dir))) {
			t.Errorf("%s: two exports of one directory differ", format)
		}
		if !bytes.Equal(first, write(t, format, elsewhere)) {
			t.Errorf("%s: exports of two directories with the same run differ", format)
		}
	}
}

func TestMarkdownGolden(t *testing.T) {
	for name, r := range examples() {
		golden.Check(t, filepath.Join("testdata", name+".md"), string(write(t, "markdown", r)))
	}
}

func TestMarkdownEscapes(t *testing.T) {
	for text, want := range map[string]string{
		"gunicorn-gthread workers=2": "gunicorn-gthread workers=2",
		"a|b\nc":                     `a\|b c`,
		"<script>&amp;":              "&#60;script&#62;&#38;amp;",
		"`x` *y* _z_ [a](b) ~c~ $d$": "\\`x\\` \\*y\\* \\_z\\_ \\[a\\](b) \\~c\\~ \\$d\\$",
		"# head":                     `\# head`,
		"- item":                     `\- item`,
		"12. item":                   `12\. item`,
		"v1.2":                       "v1.2",
		"http://x":                   "http&#58;//x",
		"a\u202eb\x00c\x1b[31m":      `ab c \[31m`,
		"日本語 ☃":                      "日本語 ☃",
	} {
		if got := results.EscapeMarkdown(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// Every line of a table has as many columns as its head, whatever the names are.
func TestMarkdownTables(t *testing.T) {
	for _, line := range strings.Split(string(write(t, "markdown", hostile)), "\n") {
		if !strings.HasPrefix(line, "|") {
			continue
		}
		if n := strings.Count(strings.ReplaceAll(line, `\|`, ""), "|"); n != 10 {
			t.Errorf("%d column marks, want 10: %s", n, line)
		}
	}
}

func TestCSV(t *testing.T) {
	for name, r := range examples() {
		rows, err := csv.NewReader(bytes.NewReader(write(t, "csv", r))).ReadAll()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got, want := strings.Join(rows[0], " "), "run cell target block trial verdict phase request metric unit value reason"; got != want {
			t.Errorf("head %q, want %q", got, want)
		}
		rows = rows[1:]
		for _, tr := range r.Trials {
			for _, m := range tr.Metrics {
				row := rows[0]
				rows = rows[1:]
				got, err := strconv.ParseFloat(row[10], 64)
				if m.Value == nil && (row[10] != "" || row[11] != m.Reason) || m.Value != nil && (err != nil || got != *m.Value) {
					t.Fatalf("%s: row %q does not read back as %+v", name, row, m)
				}
				if row[4] != tr.ID || row[1] != tr.Cell || row[3] != strconv.Itoa(tr.Block) || row[6] != m.Phase || row[8] != m.Name || row[9] != m.Unit {
					t.Fatalf("%s: row %q is not that of %+v of trial %s", name, row, m, tr.ID)
				}
			}
			if len(tr.Metrics) == 0 {
				if row := rows[0]; row[4] != tr.ID || row[5] != results.Failed || !strings.Contains(row[11], "ended with status 1") {
					t.Fatalf("%s: the failed trial %s has the row %q", name, tr.ID, row)
				}
				rows = rows[1:]
			}
		}
		if len(rows) > 0 {
			t.Errorf("%s: %d rows too many", name, len(rows))
		}
	}
}
