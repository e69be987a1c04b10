package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/wsgibench/wsgibench/internal/compare"
	"github.com/wsgibench/wsgibench/plots"
	"github.com/wsgibench/wsgibench/results"
)

// compareFlags are the flags of compare.
type compareFlags struct {
	baseline       string
	metrics        []string
	effect, margin string
	markdown       bool
	requests       bool
}

func compareCommand(t *terminal) *cobra.Command {
	var f compareFlags
	c := &cobra.Command{
		Use:   "compare RUN [RUN]",
		Short: "Compare the targets of a run with each other, or with those of another run",
		Long: `Compare the targets of a run with one of them, from pairs of trials of the same block (Hodges-Lehmann estimate and
exact signed-rank interval of the log ratios), and rank them; or compare the same targets in two runs, whose trials are
not paired (Mann-Whitney), so that a drift of the machine between the runs looks like a difference.

Verdicts are better, worse, equivalent (a difference that matters is excluded), inconclusive (more trials could settle
it), noisy (only very many could), invalid (the trials do not count). They are corrected for how many there are: with
fewer of them, chosen with --metric, each needs fewer trials.`,
		Example: `  wsgibench compare runs --baseline wsgiref
  wsgibench compare runs --metric p99,cpu_per_request --effect 3%
  wsgibench compare runs/20261121-113005-shop runs/latest --markdown`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 2 {
				return nil
			}
			return exactArgs("RUN")(cmd, args)
		},
		RunE: func(_ *cobra.Command, args []string) error {
			f.requests = f.requests || t.format == "json"
			c, err := f.compare(args)
			if err != nil {
				return err
			}
			switch {
			case t.format == "json":
				return t.json(c)
			case f.markdown:
				return compare.WriteMarkdown(t.out, c)
			}
			t.comparison(c)
			return nil
		},
	}
	c.Flags().StringVar(&f.baseline, "baseline", "", "label of the target to compare with (default: the first)")
	c.Flags().StringSliceVar(&f.metrics, "metric", nil, "compare in these only: goodput, p50, p90, p99, p99.9, cpu_per_request, pss, rss, errors")
	c.Flags().StringVar(&f.effect, "effect", "5%", "say how many pairs it takes to show a change of this size")
	c.Flags().StringVar(&f.margin, "margin", "2%", "the smallest change that matters")
	c.Flags().BoolVar(&f.requests, "requests", false, "show percentiles over all requests together too, with bootstrap intervals")
	c.Flags().BoolVar(&f.markdown, "markdown", false, "write Markdown, for a comment or a job summary")
	return c
}

// compare opens the runs and compares them as the flags say.
func (f *compareFlags) compare(args []string) (*compare.Comparison, error) {
	o := compare.Options{Metrics: f.metrics, Merged: f.requests}
	var err error
	if o.Effect, err = share("--effect", f.effect); err != nil {
		return nil, err
	}
	if o.Margin, err = share("--margin", f.margin); err != nil {
		return nil, err
	}
	for _, word := range f.metrics {
		if _, err := compare.MetricNamed(word); err != nil {
			return nil, usage("--metric: %w", err)
		}
	}
	if len(args) == 2 && f.baseline != "" {
		return nil, usage("--baseline: between two runs every target is compared with itself")
	}
	r, err := results.Open(args[0])
	if err != nil {
		return nil, err
	}
	if len(args) == 2 {
		head, err := results.Open(args[1])
		if err != nil {
			return nil, err
		}
		return compare.Runs(r, head, o)
	}
	if f.baseline != "" {
		if o.Baseline, err = compare.Find(r, f.baseline); err != nil {
			return nil, usage("--baseline: %w", err)
		}
	}
	return compare.Targets(r, o)
}

// share reads a percentage such as 5% or 0.5 %.
func share(flag, text string) (float64, error) {
	number, ok := strings.CutSuffix(strings.TrimSpace(text), "%")
	v, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if !ok || err != nil || !(v > 0 && v <= 1000) {
		return 0, usage("%s %q: a percentage above 0, such as 5%%", flag, text)
	}
	return v / 100, nil
}

// comparison shows a table per phase, the ranking and the sentence.
func (t *terminal) comparison(c *compare.Comparison) {
	fmt.Fprintln(t.out, c.About(c.BaselineLabel()))
	for _, phase := range c.Phases() {
		fmt.Fprintf(t.out, "\n%s  %s\n", t.paint(t.out, bold, phase.Name), phase.Schedule)
		t.comparisonTable(c, phase.Name)
	}
	t.ranking(c)
	for _, caution := range c.Cautions {
		fmt.Fprintf(t.out, "\n%s", t.paint(t.out, yellow, caution))
	}
	if len(c.Cautions) > 0 {
		fmt.Fprintln(t.out)
	}
	fmt.Fprintf(t.out, "\n%s\n", t.paint(t.out, bold, c.Sentence))
}

func (t *terminal) comparisonTable(c *compare.Comparison, phase string) {
	lines, notes := c.Lines(phase)
	if len(lines) > 0 {
		var figures []int
		for i, h := range compare.Header {
			if h != "metric" && h != "target" && h != "verdict" {
				figures = append(figures, i+1)
			}
		}
		w := newTable(compare.Header, figures...)
		last := ""
		for _, l := range lines {
			row := cellsOf(l.Cells())
			if l.Metric == last {
				row[0] = ""
			}
			last = l.Metric
			if colour := map[string]string{"better": green, "worse": red, "invalid": yellow}[l.Class]; colour != "" {
				row[6] = t.paint(t.out, colour, l.Verdict)
			}
			w.AppendRow(row)
		}
		fmt.Fprintln(t.out, w.Render())
	}
	for _, n := range notes {
		fmt.Fprintln(t.out, t.paint(t.out, dim, n))
	}
	t.mergedTable(c.MergedLines(phase))
}

// mergedTable shows percentiles over all requests together.
func (t *terminal) mergedTable(lines [][]string) {
	if len(lines) == 0 {
		return
	}
	w := newTable(compare.MergedHeader)
	for _, line := range lines {
		w.AppendRow(cellsOf(line))
	}
	fmt.Fprintf(t.out, "\nall requests together; intervals from a bootstrap over trials, without a verdict\n%s\n", w.Render())
}

// ranking shows who is better than whom, as far as that is certain.
func (t *terminal) ranking(c *compare.Comparison) {
	k := c.Ranking
	if k == nil || len(k.Places) < 2 {
		return
	}
	_, m, _ := c.Headline()
	w := newTable([]string{"rank", "target", m.Title, "letters"}, 1, 3)
	for _, p := range k.Places {
		w.AppendRow(table.Row{p.Rank, p.Label, m.Format(p.Median), p.Letters})
	}
	fmt.Fprintf(t.out, "\n%s  by %s in %s; between targets that share a letter no difference was shown\n%s\n", t.paint(t.out, bold, "ranking"), m.Title, k.Phase, w.Render())
	for _, u := range k.Unranked {
		fmt.Fprintln(t.out, t.paint(t.out, yellow, u.Label+" has no rank: "+u.Reason))
	}
}

// compared is the comparison of a run's targets with the first one, for the report; nil where there is only one.
func compared(r *results.Record) *plots.Comparison {
	c, err := compare.Targets(r, compare.Options{})
	if err != nil || len(r.Run.Cells) < 2 {
		return nil
	}
	v := &plots.Comparison{About: c.About(c.BaselineLabel())}
	for _, p := range c.Phases() {
		lines, notes := c.Lines(p.Name)
		phase := plots.ComparedPhase{Name: p.Name, Table: plots.Table{Header: compare.Header}, Notes: notes}
		for _, l := range lines {
			phase.Table.Rows = append(phase.Table.Rows, l.Cells())
		}
		v.Phases = append(v.Phases, phase)
	}
	if k := c.Ranking; k != nil && len(k.Places) > 1 {
		_, m, _ := c.Headline()
		v.Ranking = &plots.Table{Header: []string{"rank", "target", m.Title, "letters"}}
		for _, p := range k.Places {
			v.Ranking.Rows = append(v.Ranking.Rows, []string{strconv.Itoa(p.Rank), p.Label, m.Format(p.Median), p.Letters})
		}
		for _, u := range k.Unranked {
			v.Ranking.Rows = append(v.Ranking.Rows, []string{"–", u.Label, "–", u.Reason})
		}
		v.Ranked = "By " + m.Title + " in phase " + k.Phase + ". Between targets that share a letter no difference was shown."
	}
	return v
}

// endOf says why a run that could stop by itself did; empty when it had a fixed number of blocks and ran them all.
func endOf(r *results.Record) string {
	if r.End == nil || r.End.Stop == results.StopComplete {
		return ""
	}
	return fmt.Sprintf("The run stopped (%s): %s.", r.End.Stop, r.End.Text)
}
