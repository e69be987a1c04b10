package nearest

import (
	"strings"
	"testing"
)

func TestWord(t *testing.T) {
	known := []string{"targets", "traffic", "trials", "gunicorn-gthread", "gunicorn-sync"}
	for word, want := range map[string]string{
		"tagets": "targets", "Traffic": "traffic", "trails": "trials", "gthread": "gunicorn-gthread", "gunicorn-": "gunicorn-gthread",
		"matrix": "", "": "", "x": "", strings.Repeat("targets", 20): "",
	} {
		if got := Word(word, known); got != want {
			t.Errorf("Word(%q): got %q, want %q", word, got, want)
		}
	}
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "abc", 3}, {"abc", "abc", 0}, {"abc", "acb", 1}, {"kitten", "sitting", 3}, {"ca", "abc", 3}, {"workers", "worker", 1}, {"theards", "threads", 2}, {"abdc", "abcd", 1}} {
		if got := distance(c.a, c.b); got != c.want {
			t.Errorf("distance(%q, %q): got %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
