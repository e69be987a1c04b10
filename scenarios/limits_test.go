package scenarios

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What would cost too much is refused with a problem: alias bombs, depth, size.
func TestLimits(t *testing.T) {
	bomb := "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
	for i := 1; i < 30; i++ {
		bomb += fmt.Sprintf("a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d,", i-1), 10), ","))
	}
	merges := "m0: &m0 {k: v}\n"
	for i := 1; i < 30; i++ {
		merges += fmt.Sprintf("m%d: &m%d {<<: [%s]}\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*m%d,", i-1), 10), ","))
	}
	for _, c := range []struct{ name, text, want string }{
		{"aliases", bomb, "too many values"},
		{"merges", merges, "too many values"},
		{"list", "[" + strings.Repeat("a,", maxValues) + "a]", "too many values"},
		{"depth", strings.Repeat("[", 5000) + strings.Repeat("]", 5000), "nested deeper"},
		{"mappings", strings.Repeat("{a: ", 100) + strings.Repeat("}", 100), "nested deeper"},
		{"size", strings.Repeat("#", maxBytes+1), "more than 1048576 bytes"},
	} {
		_, err := Parse("x.yaml", []byte(c.text), nil, Names{})
		if err == nil || !strings.Contains(err.Error(), c.want) || len(err.Error()) > 10_000 {
			t.Errorf("%s: got %.200v, want %q in it", c.name, err, c.want)
		}
	}
}

// No input panics; what is accepted makes cells, and every problem has a place.
func FuzzParse(f *testing.F) {
	for _, pattern := range []string{"testdata/*/*.yaml", "*.yaml"} {
		paths, _ := filepath.Glob(pattern)
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(string(text), "trials.blocks=2")
		}
	}
	f.Add("a: &a {<<: *a}", "targets.0.workers=2")
	f.Add("a: &a [*a]\n", "matrix.workers=[1,2]")
	f.Add("? {a: b}\n: c\n", "a.b.c.0=*x")
	f.Fuzz(func(t *testing.T, text, set string) {
		s, err := Parse("fuzz.yaml", []byte(text), []string{set}, testNames())
		ps, ok := err.(Problems)
		switch {
		case err == nil:
			checkCells(t, s)
		case !ok || s != nil || len(ps) == 0:
			t.Fatalf("got %v, %T %v, want Problems", s, err, err)
		}
		for _, p := range ps {
			if p.Text == "" || p.Line < 0 || p.Line > 0 && p.Column < 1 {
				t.Errorf("got a problem without text or place: %+v", p)
			}
		}
	})
}
