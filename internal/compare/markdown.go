package compare

import (
	"fmt"
	"io"
	"strings"

	"github.com/wsgibench/wsgibench/results"
)

// WriteMarkdown writes the comparison for a pull request or a job summary: the sentence, the ranking, and a table per
// phase. Everything that a scenario or a server says is escaped.
func WriteMarkdown(w io.Writer, c *Comparison) error {
	var b strings.Builder
	esc := results.EscapeMarkdown
	fmt.Fprintf(&b, "**%s**\n", esc(c.Sentence))
	for _, caution := range c.Cautions {
		fmt.Fprintf(&b, "\n> %s\n", esc(caution))
	}
	c.markdownRanking(&b)
	for _, p := range c.phases {
		lines, notes := c.Lines(p.Name)
		fmt.Fprintf(&b, "\n### %s: %s\n\n| %s |\n|:--|:--|--:|--:|--:|--:|:--|--:|--:|\n", esc(p.Name), esc(p.Schedule), strings.Join(Header, " | "))
		for _, l := range lines {
			cells := l.Cells()
			cells[1] = esc(l.Target) // the other cells are figures and words of ours
			if l.Class != "" {
				cells[6] = "**" + cells[6] + "**"
			}
			fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | "))
		}
		for i, n := range notes {
			if i == 0 {
				b.WriteString("\n")
			}
			fmt.Fprintf(&b, "- %s\n", esc(n))
		}
	}
	fmt.Fprintf(&b, "\n%s\n", esc(c.About(c.BaselineLabel())))
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("writing Markdown: %w", err)
	}
	return nil
}

func (c *Comparison) markdownRanking(b *strings.Builder) {
	k := c.Ranking
	if k == nil || len(k.Places) < 2 {
		return
	}
	esc := results.EscapeMarkdown
	m := c.headline.metric
	fmt.Fprintf(b, "\n| rank | target | %s in %s | |\n|--:|:--|--:|:--|\n", esc(m.Title), esc(k.Phase))
	for _, p := range k.Places {
		fmt.Fprintf(b, "| %d | %s | %s | %s |\n", p.Rank, esc(p.Label), m.Format(p.Median), p.Letters)
	}
	for _, u := range k.Unranked {
		fmt.Fprintf(b, "| – | %s | – | %s |\n", esc(u.Label), esc(u.Reason))
	}
	b.WriteString("\nBetween targets that share a letter no difference was shown.\n")
}

// BaselineLabel is what people call the baseline; of two runs there is none.
func (c *Comparison) BaselineLabel() string {
	for _, r := range c.Rows {
		if r.Base == c.Baseline {
			return r.BaseLabel
		}
	}
	return c.Baseline
}

// Headline is the metric and phase of the sentence and the ranking; ok is false where nothing was measured.
func (c *Comparison) Headline() (phase string, m Metric, ok bool) {
	return c.headline.phase.Name, c.headline.metric, c.headline.ok
}
