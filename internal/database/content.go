package database

import (
	"fmt"
	"strings"

	"github.com/wsgibench/wsgibench/pyapps"
)

// content are the statements that make the tables anew, with the rows that reference/sqlite.py writes into its file, and
// leave nothing for the server to do later.
func content() string {
	var b strings.Builder
	b.WriteString(`BEGIN;
DROP TABLE IF EXISTS world, fortune;
CREATE TABLE world (id integer PRIMARY KEY, randomnumber integer NOT NULL);
CREATE TABLE fortune (id integer PRIMARY KEY, message text NOT NULL);
COPY world FROM STDIN;
`)
	for id := 1; id <= pyapps.Worlds; id++ {
		fmt.Fprintf(&b, "%d\t%d\n", id, pyapps.WorldNumber(id))
	}
	b.WriteString("\\.\nCOPY fortune FROM STDIN;\n")
	for _, row := range pyapps.Fortunes() {
		fmt.Fprintf(&b, "%d\t%s\n", row.ID, row.Message) // no message holds a tab or a backslash
	}
	b.WriteString("\\.\nCOMMIT;\nVACUUM ANALYZE;\nCHECKPOINT;\n")
	return b.String()
}
