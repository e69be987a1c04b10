package plots

// Streams is what others found out about the streams of a run, as texts to be shown.
type Streams struct {
	Words  []string // what each server does with blocks, in sentences
	Phases []StreamPhase
}

// A StreamPhase is the streams of one phase: a row for each target.
type StreamPhase struct {
	Name  string
	Table Table
	Notes []string // what marks in it mean, and what is not known
}

// cleaned is the same with every text made fit to be shown; nil where nothing is streamed.
func (s Streams) cleaned() *Streams {
	if len(s.Words)+len(s.Phases) == 0 {
		return nil
	}
	v := &Streams{}
	for _, w := range s.Words {
		v.Words = append(v.Words, Clean(w))
	}
	for _, p := range s.Phases {
		clean := StreamPhase{Name: Clean(p.Name), Table: p.Table.cleaned()}
		for _, n := range p.Notes {
			clean.Notes = append(clean.Notes, Clean(n))
		}
		v.Phases = append(v.Phases, clean)
	}
	return v
}
