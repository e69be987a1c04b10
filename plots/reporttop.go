package plots

import (
	"fmt"
	"html/template"
	"slices"
	"strings"

	"github.com/wsgibench/wsgibench/results"
)

// A validityView says how far the run can be trusted.
type validityView struct {
	Class    string // "ok", "warn" or "bad"
	Headline string
	Counts   string
	Notes    []string
	Problems []problemView
	More     string // what is not listed
	Warnings []warningView
}

// A problemView is a trial that does not count.
type problemView struct {
	Label, Verdict, Stage string
	Block                 int
	Reasons               []results.Notice
	Tail                  string
}

// A warningView is a warning and the trials that have it.
type warningView struct{ Text, Hint, Where string }

// maxProblems bounds the list of trials that do not count: a run of a broken target has hundreds of the same.
const maxProblems = 40

func newPageView(r *results.Record, s Summary) pageView {
	run := r.Run
	v := pageView{
		CSS:  template.CSS(pageCSS),
		Name: Clean(run.Scenario.Name), Sentence: Clean(s.Sentence),
		ID: Clean(run.ID), Started: run.Started.UTC().Format("2006-01-02 15:04:05 UTC"),
		Trials: fmt.Sprintf("%d of %d trials recorded", len(r.Trials), len(r.Planned())), Seed: run.Seed,
		Tool:        Clean(run.Tool.Version),
		Validity:    validity(r, s),
		Phases:      phases(r),
		Targets:     targets(r),
		Environment: environment(run),
		Scenario:    clip(shown(run.Scenario.Text), 60_000), ScenarioAbout: scenarioAbout(run.Scenario),
		Command:    clip(shown(s.Command), 10_000),
		Comparison: s.Comparison.cleaned(),
		Streams:    s.Streams.cleaned(),
	}
	for _, m := range run.Missing {
		v.Missing = append(v.Missing, results.Missing{Target: Clean(m.Target), Reason: Clean(m.Reason), Hint: Clean(m.Hint)})
	}
	for _, t := range s.Thresholds {
		v.Thresholds = append(v.Thresholds, ThresholdLine{Text: Clean(t.Text), Met: t.Met, Detail: Clean(t.Detail)})
	}
	for _, e := range s.Explained {
		v.Explained = append(v.Explained, Explanation{Where: Clean(e.Where), Text: Clean(e.Text), Hint: Clean(e.Hint)})
	}
	return v
}

func scenarioAbout(s results.Scenario) string {
	about := fmt.Sprintf("%s, SHA-256 %s", Clean(s.Path), Clean(s.SHA256))
	if len(s.Set) > 0 {
		about += "; changed on the command line: " + Clean(strings.Join(s.Set, ", "))
	}
	return about
}

func validity(r *results.Record, s Summary) validityView {
	counts := map[string]int{}
	for _, t := range r.Trials {
		counts[t.Verdict]++
	}
	v := validityView{Class: "ok", Headline: "All trials are valid"}
	v.Counts = fmt.Sprintf("%d valid, %d invalid, %d failed", counts[results.Valid], counts[results.Invalid], counts[results.Failed])
	if n := len(r.Planned()) - len(r.Trials); n > 0 {
		v.Counts += fmt.Sprintf(", %d not recorded", n)
	}
	v.Counts += fmt.Sprintf(", of %d trials planned.", len(r.Planned()))
	switch {
	case counts[results.Valid] == 0:
		v.Class, v.Headline = "bad", "No trial is valid: there is no result"
	case len(r.Trials) > counts[results.Valid] && !r.Complete:
		v.Class, v.Headline = "warn", "The run did not finish, and some of its trials do not count"
	case len(r.Trials) > counts[results.Valid]:
		v.Class, v.Headline = "warn", "Some trials do not count"
	case !r.Complete:
		v.Class, v.Headline = "warn", "The run did not finish: this is what it left behind"
	}
	for _, n := range slices.Concat(s.Notes, r.Notes) {
		v.Notes = append(v.Notes, Clean(n))
	}
	all := problems(r)
	if n := len(all) - maxProblems; n > 0 {
		all, v.More = all[:maxProblems], fmt.Sprintf("And %d more: they are in the data.", n)
	}
	v.Problems, v.Warnings = all, warnings(r)
	return v
}

func problems(r *results.Record) []problemView {
	var all []problemView
	for _, t := range r.Trials {
		if t.Verdict == results.Valid {
			continue
		}
		p := problemView{Label: cellLabel(r, t.Cell), Verdict: t.Verdict, Block: t.Block}
		if f := t.Failure; f != nil {
			p.Stage = Clean(f.Stage)
			p.Reasons = append(p.Reasons, results.Notice{Text: Clean(f.Text), Hint: Clean(f.Hint)})
			p.Tail = tail(f.Tail)
		}
		for _, n := range t.Reasons {
			if t.Failure == nil || n.Text != t.Failure.Text {
				p.Reasons = append(p.Reasons, results.Notice{Code: Clean(n.Code), Text: Clean(n.Text), Hint: Clean(n.Hint)})
			}
		}
		all = append(all, p)
	}
	return all
}

// tail keeps what fits a page of the last lines of a server: 30 lines of 400 characters.
func tail(lines []string) string {
	lines = lines[max(0, len(lines)-30):]
	var out []string
	for _, l := range lines {
		runes := []rune(strings.TrimRight(shown(l), "\r\n"))
		if len(runes) > 400 {
			runes = append(runes[:400], '…')
		}
		out = append(out, string(runes))
	}
	return strings.Join(out, "\n")
}

// warnings lists each warning of valid trials once, with the cells that have it.
func warnings(r *results.Record) []warningView {
	type key struct{ text, hint string }
	var order []key
	where := map[key][]string{}
	for _, t := range r.Trials {
		for _, n := range t.Warnings {
			k := key{Clean(n.Text), Clean(n.Hint)}
			if where[k] == nil {
				order = append(order, k)
			}
			where[k] = append(where[k], fmt.Sprintf("%s, block %d", cellLabel(r, t.Cell), t.Block))
		}
	}
	var all []warningView
	for _, k := range order[:min(len(order), maxProblems)] {
		ws := where[k]
		text := "(" + strings.Join(ws[:min(len(ws), 3)], "; ")
		if len(ws) > 3 {
			text += fmt.Sprintf("; and %d more trials", len(ws)-3)
		}
		all = append(all, warningView{k.text, k.hint, text + ")"})
	}
	return all
}

func cellLabel(r *results.Record, id string) string {
	if c := r.Cell(id); c != nil {
		return Clean(c.Label)
	}
	return Clean(id)
}
