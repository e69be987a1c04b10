package plots

import (
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"
	"pgregory.net/rapid"
)

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"plain":                   "plain",
		" a\r\n\tb  c ":           "a b c",
		"\x1b[31mred\x1b[0m":      "red",
		"x\x00y\xff":              "x\uFFFDy\uFFFD",
		"user\u202egnp.exe":       "user\uFFFDgnp.exe",
		"日本語 <b> \"q\" ]]> &amp;": "日本語 <b> \"q\" ]]> &amp;",
	} {
		if got := Clean(in); got != want {
			t.Errorf("Clean(%q) = %q, want %q", in, got, want)
		}
	}
	if got := len(Clean(strings.Repeat("é", 10_000))); got > 4100 {
		t.Errorf("a text of 20 000 bytes is cleaned to %d", got)
	}
}

// TestFitAll shortens labels as matrices make them: the same at both ends.
func TestFitAll(t *testing.T) {
	style := lettering(textSize, ink)
	rapid.Check(t, func(t *rapid.T) {
		width := vg.Length(rapid.Float64Range(60, 300).Draw(t, "width"))
		labels := rapid.SliceOfNDistinct(rapid.StringMatching(`gunicorn(-[a-z]{0,30})? python3\.[0-9]{1,40} workers=[0-9]`), 1, 30, rapid.ID).Draw(t, "labels")
		seen := map[string]string{}
		for i, short := range fitAll(style, width, labels) {
			if w := style.Width(short); w > width+0.01 {
				t.Fatalf("%q is %v wide, want at most %v", short, w, width)
			}
			if other, ok := seen[short]; ok {
				t.Fatalf("%q and %q both became %q", other, labels[i], short)
			}
			seen[short] = labels[i]
		}
	})
}

func TestFoldAll(t *testing.T) {
	style := lettering(smallSize, ink)
	rapid.Check(t, func(t *rapid.T) {
		width := vg.Length(rapid.Float64Range(80, 300).Draw(t, "width"))
		labels := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z]{1,60}( [a-z=0-9]{1,12}){0,6}`), 1, 20, rapid.ID).Draw(t, "labels")
		seen := map[string]string{}
		for i, lines := range foldAll(style, width, labels) {
			if len(lines) < 1 || len(lines) > 3 {
				t.Fatalf("%q has %d lines", labels[i], len(lines))
			}
			for _, l := range lines {
				if w := style.Width(l); w > width+0.01 {
					t.Fatalf("line %q is %v wide, want at most %v", l, w, width)
				}
			}
			whole := strings.Join(lines, "\n")
			if other, ok := seen[whole]; ok {
				t.Fatalf("%q and %q both became %q", other, labels[i], whole)
			}
			seen[whole] = labels[i]
		}
	})
}
