package compare

import (
	"strings"
	"testing"
)

// What a scenario calls its targets is shown as it is, and is no markup.
func TestMarkdownEscapes(t *testing.T) {
	r := record(map[string][]float64{"a": steady(1, 8), "b": steady(2, 8)}, "a", "b")
	r.Run.Cells[0].Label, r.Run.Cells[1].Label = "<b>|a", "![x](http://y)"
	r.Run.Phases[1].Schedule = "4 <i>clients</i>"
	var b strings.Builder
	if err := WriteMarkdown(&b, targets(t, r, Options{})); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"<b>", "<i>", "![x]", "(http://"} {
		if strings.Contains(b.String(), bad) {
			t.Errorf("%q stands unescaped in\n%s", bad, b.String())
		}
	}
	for n, line := range strings.Split(b.String(), "\n") {
		if cells := strings.Count(strings.ReplaceAll(line, `\|`, ""), "|"); strings.HasPrefix(line, "| ") && cells != len(Header)+1 && cells != 5 {
			t.Errorf("line %d has %d bars: %s", n+1, cells, line)
		}
	}
}
