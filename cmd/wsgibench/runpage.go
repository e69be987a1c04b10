package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wsgibench/wsgibench/internal/bench"
	"github.com/wsgibench/wsgibench/internal/compare"
	"github.com/wsgibench/wsgibench/internal/streaming"
	"github.com/wsgibench/wsgibench/plots"
	"github.com/wsgibench/wsgibench/results"
	"github.com/wsgibench/wsgibench/scenarios"
)

// A runPage is several runs as one Markdown page, with figures as files beside it.
type runPage struct {
	path      string   // of the page; its figures are named after it
	figures   []string // names of figures or of single pictures; empty: all
	files     map[string]plots.Picture
	captioned map[string]bool
	used      map[string]bool // of figures
	b         strings.Builder
}

// writeRunPage writes the page and its figures.
func (t *terminal) writeRunPage(path, title string, figures []string, records []*results.Record) error {
	p := &runPage{path: path, figures: figures, files: map[string]plots.Picture{}, captioned: map[string]bool{}, used: map[string]bool{}}
	fmt.Fprintf(&p.b, "# %s\n\nMade by `wsgibench report --markdown` from recorded runs; nothing here is written by hand.\n", results.EscapeMarkdown(title))
	p.conditions(records)
	p.servers(records)
	for _, r := range records {
		if err := p.run(r); err != nil {
			return err
		}
	}
	for _, name := range figures {
		if !p.used[name] {
			t.note("none of the runs has a picture of %s", name)
		}
	}
	for name, picture := range p.files {
		if err := writeFile(filepath.Join(filepath.Dir(path), name), picture.SVG); err != nil {
			return err
		}
	}
	return writeFile(path, func(w io.Writer) error {
		_, err := io.WriteString(w, strings.ReplaceAll(p.b.String(), "\n\n\n", "\n\n"))
		return err
	})
}

// conditions says on what the runs were made; runs on different machines each get their line.
func (p *runPage) conditions(records []*results.Record) {
	p.b.WriteString("\n")
	seen := map[string]bool{}
	for _, r := range records {
		if line := machine(r.Run); !seen[line] {
			seen[line] = true
			fmt.Fprintf(&p.b, "- %s\n", results.EscapeMarkdown(line))
		}
	}
}

func machine(run *results.Run) string {
	known := func(v *string) string {
		if v == nil {
			return "unknown"
		}
		return *v
	}
	h, pinned := run.Host, fmt.Sprintf("server on processor %s, load generator on %s", run.CPUs.Server, run.CPUs.Load)
	if run.CPUs.Server == "" || run.CPUs.Load == "" {
		pinned = "not pinned: " + cmp.Or(run.CPUs.Reason, "no reason was recorded")
	}
	return fmt.Sprintf("%s, %s, kernel %s, processor %s × %d; %s; wsgibench %s; %s",
		run.Started.UTC().Format("2006-01-02"), cmp.Or(h.OS, "system unknown"), known(h.Kernel), known(h.CPUModel), h.NumCPU, pinned, run.Tool.Version, strings.Join(sockets(run), ", "))
}

// sockets are the settings of the kernel on which streams depend.
func sockets(run *results.Run) []string {
	var all []string
	for _, name := range []string{"net/ipv4/tcp_wmem", "net/ipv4/tcp_rmem"} {
		all = append(all, strings.ReplaceAll(name, "/", ".")+" "+cmp.Or(run.Host.Sysctl[name], "unknown"))
	}
	return all
}

// servers lists the servers of all runs, with their versions.
func (p *runPage) servers(records []*results.Record) {
	p.b.WriteString("\n| server | versions | settings |\n|:--|:--|:--|\n")
	seen := map[string]bool{}
	for _, r := range records {
		for _, c := range r.Run.Cells {
			row := fmt.Sprintf("| %s | %s | %s |\n", results.EscapeMarkdown(c.Label),
				results.EscapeMarkdown(pairs(c.Versions, " ")), results.EscapeMarkdown(pairs(c.Settings, "=")))
			if !seen[row] {
				seen[row] = true
				p.b.WriteString(row)
			}
		}
	}
}

func pairs(m map[string]string, between string) string {
	var all []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		all = append(all, k+between+m[k])
	}
	return strings.Join(all, ", ")
}

// run adds a section for one run: what it asks, what was found, tables and figures.
func (p *runPage) run(r *results.Record) error {
	fmt.Fprintf(&p.b, "\n## %s\n\n", results.EscapeMarkdown(r.Run.Scenario.Name))
	if s, err := scenarios.Parse(r.Run.Scenario.Path, []byte(r.Run.Scenario.Text), r.Run.Scenario.Set, bench.Names()); err == nil && s.Doc != "" {
		fmt.Fprintf(&p.b, "%s\n\n", results.EscapeMarkdown(s.Doc))
	}
	fmt.Fprintf(&p.b, "Run %s: %d of %d trials, seed %d. %s\n\n", results.EscapeMarkdown(r.Run.ID), len(r.Trials), len(r.Planned()), r.Run.Seed,
		results.EscapeMarkdown(compare.Sentence(r)))
	for _, s := range streaming.Sentences(r) {
		fmt.Fprintf(&p.b, "- %s\n", results.EscapeMarkdown(s.Text))
	}
	p.shortfalls(r)
	for _, t := range streaming.Tables(r) {
		fmt.Fprintf(&p.b, "\n### %s\n\n%s", results.EscapeMarkdown(t.Phase), markdownTable(t.Header, t.Rows))
		for _, n := range t.Notes {
			fmt.Fprintf(&p.b, "\n%s\n", results.EscapeMarkdown(n))
		}
	}
	for _, l := range r.Ladders() {
		header, rows := l.Table(r)
		fmt.Fprintf(&p.b, "\n### %s\n\n%s", results.EscapeMarkdown(ladderTitle(&l)), markdownTable(header, rows))
	}
	return p.pictures(r)
}

// shortfalls says what does not count, and why.
func (p *runPage) shortfalls(r *results.Record) {
	seen := map[string]bool{}
	for _, s := range r.Summaries() {
		for _, why := range s.Reasons {
			if line := s.Label + ": " + why; !seen[line] {
				seen[line] = true
				fmt.Fprintf(&p.b, "- %s\n", results.EscapeMarkdown(line))
			}
		}
	}
	for _, m := range r.Run.Missing {
		fmt.Fprintf(&p.b, "- %s was left out: %s\n", results.EscapeMarkdown(m.Target), results.EscapeMarkdown(m.Reason))
	}
}

func markdownTable(header []string, rows [][]string) string {
	var b strings.Builder
	line := func(cells []string) {
		for _, c := range cells {
			fmt.Fprintf(&b, "| %s ", results.EscapeMarkdown(c))
		}
		b.WriteString("|\n")
	}
	line(header)
	fmt.Fprintf(&b, "|:--%s|\n", strings.Repeat("|--:", len(header)-1))
	for _, row := range rows {
		line(row)
	}
	return b.String()
}

// pictures adds the chosen pictures of a run, each with the numbers behind it.
func (p *runPage) pictures(r *results.Record) error {
	all, err := plots.Pictures(r, nil)
	if errors.Is(err, plots.ErrNothing) {
		fmt.Fprintf(&p.b, "\nNo figures: %s.\n", results.EscapeMarkdown(err.Error()))
		return nil
	}
	if err != nil {
		return err
	}
	for _, picture := range all {
		if !p.wanted(picture.Name) {
			continue
		}
		name := p.file(picture)
		fmt.Fprintf(&p.b, "\n![%s](%s)\n", results.EscapeMarkdown(picture.Alt), name)
		if !p.captioned[picture.Caption] {
			p.captioned[picture.Caption] = true
			fmt.Fprintf(&p.b, "\n%s\n", results.EscapeMarkdown(picture.Caption))
		}
		fmt.Fprintf(&p.b, "\n<details><summary>%s: the numbers</summary>\n\n%s\n</details>\n",
			results.EscapeMarkdown(picture.Title), markdownTable(picture.Table.Header, picture.Table.Rows))
	}
	return nil
}

// wanted says whether a picture was asked for, by its name or by that of its figure.
func (p *runPage) wanted(picture string) bool {
	for _, name := range p.figures {
		if picture == name || strings.HasPrefix(picture, name+"-") {
			p.used[name] = true
			return true
		}
	}
	return len(p.figures) == 0
}

// file gives a picture a name beside the page that no other has: the pictures of a later run have a number.
func (p *runPage) file(picture plots.Picture) string {
	stem := strings.TrimSuffix(filepath.Base(p.path), filepath.Ext(p.path))
	name := fmt.Sprintf("%s-%s.svg", stem, picture.Name)
	for n := 2; p.files[name].Name != ""; n++ {
		name = fmt.Sprintf("%s-%s-%d.svg", stem, picture.Name, n)
	}
	p.files[name] = picture
	return name
}

// knownFigure says whether a name is that of a figure, or may be that of one of its pictures.
func knownFigure(name string) bool {
	return slices.ContainsFunc(plots.Figures(), func(f plots.Figure) bool { return name == f.Name || strings.HasPrefix(name, f.Name+"-") })
}

// reportPage reads the runs and writes their page.
func (t *terminal) reportPage(path, title string, figures, runs []string) error {
	for _, name := range figures {
		if !knownFigure(name) {
			return usage("--figures: %q is neither a figure nor a picture of one (wsgibench list figures)", name)
		}
	}
	var records []*results.Record
	for _, run := range runs {
		r, err := results.Open(run)
		if err != nil {
			return err
		}
		records = append(records, r)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("make the directory of the page: %w", err)
	}
	stem := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	return t.writeRunPage(path, cmp.Or(title, stem), figures, records)
}
