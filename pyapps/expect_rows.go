package pyapps

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Rows of the table World, and their numbers: 1 to Worlds.
const Worlds = 10000

// A Fortune is a row of the table Fortune.
type Fortune struct {
	ID      int
	Message string
}

// Fortunes returns the rows of the table Fortune, as TechEmpower defines them.
func Fortunes() []Fortune {
	return []Fortune{
		{1, "fortune: No such file or directory"},
		{2, "A computer scientist is someone who fixes things that aren't broken."},
		{3, "After enough decimal places, nobody gives a damn."},
		{4, "A bad random number generator: 1, 1, 1, 1, 1, 4.33e+67, 1, 1, 1"},
		{5, "A computer program does what you tell it to do, not what you want it to do."},
		{6, "Emacs is a nice operating system, but I prefer UNIX. — Tom Christaensen"},
		{7, "Any program that runs right is obsolete."},
		{8, "A list is only as strong as its weakest link. — Donald Knuth"},
		{9, "Feature: A bug with seniority."},
		{10, "Computers make very fast, very accurate mistakes."},
		{11, `<script>alert("This should not be displayed in a browser alert box.");</script>`},
		{12, "フレームワークのベンチマーク"},
	}
}

// WorldNumber is the number that a row of World has at first.
func WorldNumber(id int) int { return 1 + (id*id*31+id*7919)%Worlds }

const simplePage = "<!DOCTYPE html><html><head><title>wsgibench</title></head><body><b>HTML OK</b></body></html>\n"

// escaper does what Python's html.escape does.
var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#x27;")

// fortunesHTML is the page of all fortunes and the one that is added at request time, by message.
var fortunesHTML = sync.OnceValue(func() string {
	rows := append(Fortunes(), Fortune{0, "Additional fortune added at request time."})
	slices.SortFunc(rows, func(a, b Fortune) int { return cmp.Compare(a.Message, b.Message) })
	var page strings.Builder
	page.WriteString("<!DOCTYPE html><html><head><title>Fortunes</title></head><body><table><tr><th>id</th><th>message</th></tr>")
	for _, row := range rows {
		fmt.Fprintf(&page, "<tr><td>%d</td><td>%s</td></tr>", row.ID, escaper.Replace(row.Message))
	}
	page.WriteString("</table></body></html>")
	return page.String()
})

func simple() string { return simplePage }

func page(content func() string) func(call) (answer, error) {
	return func(call) (answer, error) {
		return answer{status: 200, mime: inHTML, body: []byte(content())}, nil
	}
}

// oneRow and rowsAsked are TechEmpower's rules, and stricter: also the blanks, of which there are none, are checked.
func oneRow(call) Rule {
	return func(body []byte) error {
		rest, err := row(body)
		if err == nil && len(rest) > 0 {
			err = errors.New("more than a row")
		}
		return err
	}
}

func rowsAsked(name string) func(call) Rule {
	return func(c call) Rule {
		text, _ := parameter(c.query, name)
		want := clamped(text)
		return func(body []byte) error { return rows(body, want) }
	}
}

// clamped is how many rows are asked for: 1 to 500, and 1 for what is no number.
func clamped(text string) int {
	if text == "" || strings.Trim(text, "0123456789") != "" {
		return 1
	}
	n, _ := strconv.Atoi(text[:min(len(text), 9)])
	return min(max(n, 1), 500)
}

func rows(body []byte, want int) error {
	if len(body) < 2 || body[0] != '[' || body[len(body)-1] != ']' {
		return errors.New("not a JSON array")
	}
	rest, have := body[1:len(body)-1], 0
	for ; ; have++ {
		var err error
		if rest, err = row(rest); err != nil {
			return fmt.Errorf("row %d: %w", have+1, err)
		}
		if len(rest) == 0 {
			break
		}
		if rest[0] != ',' {
			return fmt.Errorf("row %d: want a comma behind it", have+1)
		}
		rest = rest[1:]
	}
	if have++; have != want {
		return fmt.Errorf("%d rows, want %d", have, want)
	}
	return nil
}

// row takes {"id":N,"randomNumber":N} off the beginning of JSON.
func row(b []byte) (rest []byte, err error) {
	for _, key := range [...]string{`{"id":`, `,"randomNumber":`} {
		var found bool
		if b, found = bytes.CutPrefix(b, []byte(key)); !found {
			return b, fmt.Errorf("want %s", key)
		}
		digits := 0
		for digits < len(b) && '0' <= b[digits] && b[digits] <= '9' {
			digits++
		}
		n, err := strconv.Atoi(string(b[:digits]))
		if err != nil || n < 1 || n > Worlds || b[0] == '0' {
			return b, fmt.Errorf("want a number from 1 to %d behind %s", Worlds, key)
		}
		b = b[digits:]
	}
	rest, found := bytes.CutPrefix(b, []byte("}"))
	if !found {
		return b, errors.New("want nothing but id and randomNumber")
	}
	return rest, nil
}
