package streaming

import (
	"slices"
	"strings"

	"github.com/wsgibench/wsgibench/results"
)

// A Sentence says what some servers do with blocks.
type Sentence struct {
	Word    Word
	Targets []string // labels of cells
	Text    string   // "tornado holds back: …"; it ends with a full stop
}

// verbs are the words in a sentence, of one server and of several, and what they mean where they need no evidence.
var verbs = map[Word][3]string{
	Streams:   {"streams", "stream", "each block is delivered before the application is asked for the next"},
	Merges:    {"merges small blocks", "merge small blocks", ""},
	HoldsBack: {"holds back", "hold back", ""},
	LosesData: {"loses data", "lose data", ""},
	Unknown:   {"may stream or not", "may stream or not", ""},
}

// Sentences tells the findings of a run: one for each word, with the targets and the evidence.
func Sentences(r *results.Record) []Sentence {
	found := Find(r)
	var all []Sentence
	for _, w := range words {
		if s := (Sentence{Word: w}); s.tell(r, found) {
			all = append(all, s)
		}
	}
	return all
}

// tell says it of those that it is true of, and whether there are any. Targets with the same evidence stand together.
func (s *Sentence) tell(r *results.Record, found []Finding) bool {
	var evidence []string
	targets := map[string][]string{}
	for _, f := range found {
		if f.Word != s.Word {
			continue
		}
		name := label(r, f.Cell)
		if !slices.Contains(s.Targets, name) {
			s.Targets = append(s.Targets, name)
		}
		if targets[f.Evidence] == nil {
			evidence = append(evidence, f.Evidence)
		}
		targets[f.Evidence] = append(targets[f.Evidence], name)
	}
	if s.Targets == nil {
		return false
	}
	verb := verbs[s.Word][0]
	if len(s.Targets) > 1 {
		verb = verbs[s.Word][1]
	}
	var parts []string
	for _, e := range evidence {
		text := verbs[s.Word][2]
		if text != "" && e != "" {
			text += ", but "
		}
		text += e
		if len(targets[e]) < len(s.Targets) {
			text = list(targets[e]) + ": " + text
		}
		parts = append(parts, text)
	}
	s.Text = list(s.Targets) + " " + verb + ": " + strings.Join(parts, "; ") + "."
	return true
}

// list joins names: "a", "a and b", "a, b and c".
func list(names []string) string {
	if len(names) == 1 {
		return names[0]
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

func label(r *results.Record, cell string) string {
	if c := r.Cell(cell); c != nil {
		return c.Label
	}
	return cell
}
