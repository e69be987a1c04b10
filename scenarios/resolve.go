package scenarios

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A resolver turns the decoded file into a Scenario and reports what only shows across keys: conflicts, unknown names,
// duplicates.
type resolver struct {
	*decoder
	f     *file
	names Names
	dir   string     // what relative paths are relative to
	taken [][]string // the settings that each target takes

	requestList []Request // filled before the traffic, which names them
}

// Defaults and bounds of a scenario. The longest timeout is the highest value that the histograms hold.
const (
	defaultBlocks  = 5
	defaultTimeout = 10 * time.Second
	maxTimeout     = time.Minute
	maxPhase       = 24 * time.Hour
	maxThink       = time.Hour
	maxRate        = 1e6 // 1/s
	maxCells       = 1000
)

func (r *resolver) scenario() *Scenario {
	f := r.f
	r.requestList = r.requests()
	s := &Scenario{
		Name: cmp.Or(f.Name.s, nameFrom(r.path)), Doc: strings.TrimSpace(f.Doc.s),
		App: r.app(), Trials: r.trials(), CPUs: r.cpus(), Connections: r.connections(), Timeout: r.timeout(),
		Requests: r.requestList, Data: r.data(), Traffic: r.traffic(),
	}
	s.Streams = r.streams()
	s.Sessions = r.sessions(s.Data)
	s.Matrix = r.matrix()
	s.Targets = r.targets(s.Matrix)
	s.Thresholds = r.thresholds(s.Traffic)
	s.Trials.Until, s.Verify, s.Gate = r.until(s.Traffic), r.verify(), r.gate(s.Traffic)
	return s
}

// nameFrom makes a scenario's name from that of its file.
func nameFrom(path string) string {
	base := filepath.Base(path)
	base = strings.TrimSuffix(base, filepath.Ext(base))
	return cmp.Or(safe(base), "scenario")
}

// known reports a word that is none of the known ones. Nothing is checked when there is no list.
func (r *resolver) known(at place, what, word string, list []string) bool {
	if list == nil || word == "" {
		return true
	}
	for _, k := range list {
		if k == word {
			return true
		}
	}
	r.add(at, didYouMean(word, list), "unknown %s %s", what, quote(word))
	return false
}

// absolute makes a path absolute, relative to the scenario file.
func (r *resolver) absolute(path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(r.dir, path)
}

// interpreter makes a path absolute and leaves a bare name, which is looked up later.
func (r *resolver) interpreter(python string) string {
	if strings.Contains(python, "/") {
		return r.absolute(python)
	}
	return python
}

func (r *resolver) cpus() CPUs {
	f := &r.f.CPUs
	if f.keys == nil {
		return CPUs{Auto: f.Word.s != "off"}
	}
	if len(f.keys) == 0 && !f.bad {
		r.add(f.at, `write {server: "1", load: "0"}, auto or off`, "the mapping is empty")
	}
	return CPUs{Server: f.Server.s, Load: f.Load.s}
}

func (r *resolver) connections() Connections {
	f := &r.f.Connections
	var kinds []string
	for _, key := range connectionKinds {
		if f.has(key) {
			kinds = append(kinds, key)
		}
	}
	if len(kinds) > 1 {
		r.add(f.key(kinds[1]), "keep one of them", "%s say the same thing twice, or contradict each other", strings.Join(kinds, " and "))
	}
	c := Connections{KeepAlive: f.Word.s != "close", Unix: f.Unix.b, ReceiveBuffer: int(f.ReceiveBuffer.n)}
	if f.has("receive_buffer") && (c.ReceiveBuffer < 1 || c.ReceiveBuffer > 1<<30) && !r.reported(f.ReceiveBuffer.at) {
		r.add(f.ReceiveBuffer.at, "", "the receive buffer must be from 1B to 1GiB")
	}
	switch {
	case f.has("reuse"):
		c.Reuse = int(f.Reuse.n)
	case f.has("close"):
		c.KeepAlive = !f.Close.b
	case f.has("keepalive"):
		c.KeepAlive = f.KeepAlive.b
	}
	return c
}

func (r *resolver) timeout() time.Duration {
	if !r.f.has("timeout") {
		return defaultTimeout
	}
	d := r.f.Timeout.d
	if (d <= 0 || d > maxTimeout) && !r.reported(r.f.Timeout.at) {
		r.add(r.f.Timeout.at, "", "the timeout must be more than 0 and at most %v", maxTimeout)
	}
	return d
}

// reported tells whether something is wrong with the value at this place already.
func (r *resolver) reported(at place) bool {
	for _, p := range r.problems {
		if at.set == 0 && p.Line == at.line && p.Column == at.column || at.set > 0 && p.Path == "--set "+r.set[at.set-1] {
			return true
		}
	}
	return false
}

func (r *resolver) thresholds(phases []Phase) []Threshold {
	var all []Threshold
	for _, f := range r.f.Thresholds {
		phase, held := strings.CutSuffix(f.t.Phase, heldSuffix)
		r.measured(f.at, phase, phases)
		if held && slices.ContainsFunc(phases, func(p Phase) bool { return p.Name == phase && p.Held == nil }) {
			r.add(f.at, fmt.Sprintf("write %q for the phase itself", phase+": …"), "nothing is held beside the phase %q", phase)
		}
		all = append(all, f.t)
	}
	return all
}

// measured reports the name of a phase that is not measured; an empty one names none.
func (r *resolver) measured(at place, name string, phases []Phase) {
	var measured []string
	warmup := false
	for _, p := range phases {
		if !p.Warmup {
			measured = append(measured, p.Name)
		}
		warmup = warmup || p.Warmup && p.Name == name
	}
	switch {
	case name == "":
	case warmup:
		r.add(at, didYouMean("", measured), "the phase %q is a warm-up and is not measured", name)
	default:
		r.known(at, "phase", name, measured)
	}
}
