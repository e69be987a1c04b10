package plots

import (
	"fmt"
	"image/color"
	"math"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/image/font"
	"gonum.org/v1/plot"
	plotfont "gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Font sizes in points. A figure is 600 pt wide and shown at 800 px, so 8 pt are 10.7 px on the screen.
const (
	titleSize = vg.Length(13)
	textSize  = vg.Length(9)
	smallSize = vg.Length(8)
)

var (
	ink   = color.NRGBA{R: 0x22, G: 0x22, B: 0x22, A: 0xff}
	muted = color.NRGBA{R: 0x5c, G: 0x5c, B: 0x5c, A: 0xff}
)

// lettering returns a text style of the sans-serif face that comes with gonum/plot.
func lettering(size vg.Length, c color.Color) text.Style {
	return text.Style{
		Color:   c,
		Font:    plotfont.Font{Typeface: "Liberation", Variant: "Sans", Size: size},
		XAlign:  draw.XLeft,
		YAlign:  draw.YBottom,
		Handler: plot.DefaultTextHandler,
	}
}

func bold(s text.Style) text.Style {
	s.Font.Weight = font.WeightBold
	return s
}

func italic(s text.Style) text.Style {
	s.Font.Style = font.StyleItalic
	return s
}

// write puts one line of text with its baseline at y; align is where x lies in the text: draw.XLeft, XCenter, XRight.
// gonum's own vertical alignment leaves the baseline to the font's metrics, which does not line columns up.
func write(c draw.Canvas, s text.Style, x, y vg.Length, align text.XAlignment, txt string) {
	s.XAlign, s.YAlign = align, draw.YBottom
	c.FillText(s, vg.Point{X: x, Y: y + s.FontExtents().Ascent - s.Font.Size}, txt)
}

// writeUp puts a line of text that reads upwards, centred on y, with its baseline at x.
func writeUp(c draw.Canvas, s text.Style, x, y vg.Length, txt string) {
	c.Push()
	c.Translate(vg.Point{X: x, Y: y})
	c.Rotate(math.Pi / 2)
	write(c, s, 0, 0, draw.XCenter, txt)
	c.Pop()
}

// Clean makes a text from outside fit for one line of a picture or a page: what XML forbids, control characters, and
// marks that reorder the text around them become the replacement character; runs of white space become one space.
func Clean(s string) string {
	return clip(strings.Join(strings.Fields(shown(s)), " "), 4000)
}

// clip cuts a text to at most most bytes, and shows that it did.
func clip(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + " … (cut here)"
}

// visible keeps line breaks and tabs and replaces what cannot or must not be shown.
func visible(r rune) rune {
	switch {
	case r == '\n' || r == '\t':
		return r
	case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == 0xFFFE, r == 0xFFFF:
		return utf8.RuneError
	}
	return r
}

// fit shortens a text to a width by leaving out its middle: labels of cells differ at either end.
func fit(s text.Style, width vg.Length, txt string) string {
	if s.Width(txt) <= width {
		return txt
	}
	runes := []rune(txt)
	for keep := len(runes) - 1; keep > 0; keep-- {
		head := (keep + 1) / 2
		short := strings.TrimSpace(string(runes[:head])) + "…" + strings.TrimSpace(string(runes[len(runes)-(keep-head):]))
		if s.Width(short) <= width {
			return short
		}
	}
	return "…"
}

// fitAll shortens labels to a width and keeps different ones different, by a number where they would become the same.
func fitAll(s text.Style, width vg.Length, labels []string) []string {
	short := make([]string, len(labels))
	uses := map[string]int{}
	for i, l := range labels {
		short[i] = fit(s, width, Clean(l))
		uses[short[i]]++
	}
	for i, l := range labels {
		if uses[short[i]] > 1 {
			number := fmt.Sprintf(" (%d)", i+1)
			short[i] = fit(s, width-s.Width(number), Clean(l)) + number
		}
	}
	return short
}

// fold breaks a text into lines of a width at spaces; a word that is too long is shortened.
func fold(s text.Style, width vg.Length, txt string) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(txt) {
		word = fit(s, width, word)
		switch longer := line + " " + word; {
		case line == "":
			line = word
		case s.Width(longer) <= width:
			line = longer
		default:
			lines, line = append(lines, line), word
		}
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// foldAll breaks labels into one to three lines of a width each, and keeps different ones different.
func foldAll(s text.Style, width vg.Length, labels []string) [][]string {
	folded := make([][]string, len(labels))
	whole := map[string]int{}
	for i, l := range labels {
		folded[i] = fold(s, width, Clean(l))
		whole[strings.Join(folded[i], "\n")]++
	}
	short := fitAll(s, width, labels)
	for i, lines := range folded {
		if n := len(lines); n == 0 || n > 3 || whole[strings.Join(lines, "\n")] > 1 {
			folded[i] = []string{short[i]}
		}
	}
	return folded
}

// escapes are the colours and cursor movements that programs print for terminals.
var escapes = regexp.MustCompile("\x1b\\[[0-9;?]*[ -/]*[@-~]|\x1b[@-Z\\\\-_]")

// shown makes a text of several lines from outside fit to be shown as it is: line breaks stay, and what cannot be seen
// or reorders the text around it becomes the replacement character.
func shown(s string) string {
	s = strings.ReplaceAll(escapes.ReplaceAllString(s, ""), "\r\n", "\n")
	return strings.Map(visible, strings.ToValidUTF8(s, "\uFFFD"))
}
