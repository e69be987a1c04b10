package scenarios

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wsgibench/wsgibench/internal/golden"
)

// testNames are words like those that the program has.
func testNames() Names {
	takes := map[string][]string{
		"wsgiref": {"backlog"}, "gunicorn-sync": {"workers", "backlog"}, "gunicorn-gthread": {"workers", "threads", "backlog"},
	}
	return Names{
		Servers: []string{"gohost-native", "gunicorn-gthread", "gunicorn-sync", "wsgiref"},
		Python:  func(server string) bool { return server != "gohost-native" },
		Apps:    []string{"flask", "reference"},
		Settings: func(server string) ([]string, error) {
			switch filepath.Base(server) {
			case "my-host.yaml":
				return []string{"workers"}, nil
			case "broken.yaml":
				return nil, errors.New("no such file")
			}
			return takes[server], nil
		},
	}
}

// Every bad file beside its golden shows everything that a person would read.
func TestProblems(t *testing.T) {
	files, _ := filepath.Glob("testdata/bad/*.yaml")
	if len(files) < 20 {
		t.Fatalf("got %d files, want at least 20", len(files))
	}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			s, err := Parse(filepath.Base(path), text, nil, testNames())
			var ps Problems
			if s != nil || !errors.As(err, &ps) {
				t.Fatalf("got %v, %v, want Problems", s, err)
			}
			golden.Check(t, strings.TrimSuffix(path, ".yaml")+".golden", err.Error()+"\n")
			checkPlaces(t, string(text), ps)
		})
	}
}

// checkPlaces holds every problem to a place that is in the file.
func checkPlaces(t *testing.T, text string, ps Problems) {
	t.Helper()
	lines := splitLines(text)
	for i, p := range ps {
		if p.Line < 1 || p.Line > len(lines)+1 || p.Column < 1 {
			t.Errorf("%d:%d is not in the file: %s", p.Line, p.Column, p.Text)
		} else if p.Line <= len(lines) && p.Source != lines[p.Line-1] {
			t.Errorf("source of line %d: got %q, want %q", p.Line, p.Source, lines[p.Line-1])
		}
		if i > 0 && (p.Line < ps[i-1].Line || p.Line == ps[i-1].Line && p.Column < ps[i-1].Column) {
			t.Errorf("problem %d stands before its predecessor: %v", i, p)
		}
	}
}

func TestCaret(t *testing.T) {
	check := func(source string, column int, want string) {
		t.Helper()
		line, caret := excerpt(source, column)
		if got := line + "\n" + caret; got != want {
			t.Errorf("excerpt(%q, %d):\ngot\n%s\nwant\n%s", source, column, got, want)
		}
	}
	check("abc", 2, "abc\n ^")
	check("a\tbc", 3, "a\tbc\n \t^")
	check("üb: c", 5, "üb: c\n    ^")
	check("abc", 9, "abc\n   ^")
	check("a\x1b[1mc", 1, "a\uFFFD[1mc\n^")
	long := strings.Repeat("x", 100) + "HERE" + strings.Repeat("y", 100)
	check(long, 101, "..."+strings.Repeat("x", 60)+"HERE"+strings.Repeat("y", 46)+"...\n"+strings.Repeat(" ", 63)+"^")
}

// The number of problems is bounded, and what is left out is said.
func TestManyProblems(t *testing.T) {
	var b strings.Builder
	for i := range 500 {
		fmt.Fprintf(&b, "unknown%d: 1\n", i)
	}
	_, err := Parse("many.yaml", []byte(b.String()), nil, Names{})
	var ps Problems
	if !errors.As(err, &ps) || len(ps) != maxProblems+1 {
		t.Fatalf("got %d problems, want %d", len(ps), maxProblems+1)
	}
	if got := ps[maxProblems].Text; !strings.HasPrefix(got, "and 4") {
		t.Errorf("got %q, want how many more there are", got)
	}
}
