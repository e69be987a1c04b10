package collect

import (
	"errors"
	"time"

	"github.com/wsgibench/wsgibench/results"
)

var serverProcesses = Kind{
	Name: "processes",
	Doc:  "CPU seconds, PSS, RSS, threads and context switches of the server's whole process tree",
	New:  newProcessWatcher,
}

// errNoTree is why nothing is known about the processes of a server that was already running.
var errNoTree = errors.New("the server was not started by wsgibench")

// usage is what a process tree has used so far, and holds now.
type usage struct {
	cpu         time.Duration // user + system, of live processes and of all that they reaped
	voluntary   int64         // context switches of live threads
	involuntary int64
	rss, pss    int64 // B; PSS shares each shared page among the processes that map it
	threads     int
	processes   int
	pssUnknown  string // why pss is not known
}

// A processWatcher compares the use at the start and at the end, and keeps the highest of what is held at any sample.
type processWatcher struct {
	scope       Scope
	unknown     error // why nothing is known
	first       usage
	peak        usage
	rss, pss    []*float64
	sampleStart time.Duration
}

var _ Sampler = (*processWatcher)(nil)

func newProcessWatcher(s Scope) (Collector, error) {
	w := &processWatcher{scope: s}
	if s.Server == nil {
		w.unknown = errNoTree
		return w, nil
	}
	w.first, w.unknown = readTree(s.Server)
	w.peak = w.first
	return w, nil
}

func (w *processWatcher) Sample(at time.Duration) {
	if w.unknown != nil {
		return
	}
	u, err := readTree(w.scope.Server)
	if err != nil {
		return // one failed look is not worth the trial: the last one, in Finish, is what must succeed
	}
	if w.rss == nil {
		w.sampleStart = at
	}
	w.hold(u)
	rss, pss := float64(u.rss), float64(u.pss)
	w.rss = append(w.rss, &rss)
	if u.pssUnknown != "" {
		w.pss = append(w.pss, nil)
	} else {
		w.pss = append(w.pss, &pss)
	}
}

func (w *processWatcher) hold(u usage) {
	w.peak.rss = max(w.peak.rss, u.rss)
	w.peak.pss = max(w.peak.pss, u.pss)
	w.peak.threads = max(w.peak.threads, u.threads)
	w.peak.processes = max(w.peak.processes, u.processes)
	if u.pssUnknown != "" {
		w.peak.pssUnknown = u.pssUnknown
	}
}

func (w *processWatcher) Finish(time.Duration) Outcome {
	var last usage
	if w.unknown == nil {
		last, w.unknown = readTree(w.scope.Server)
	}
	if w.unknown != nil {
		return Outcome{Metrics: unknownProcesses(w.unknown.Error())}
	}
	w.hold(last)
	o := Outcome{Metrics: []results.Metric{
		results.Known("cpu", "s", (last.cpu - w.first.cpu).Seconds()),
		results.Known("rss", "B", float64(w.peak.rss)),
		results.Known("threads", "1", float64(w.peak.threads)),
		results.Known("processes", "1", float64(w.peak.processes)),
		// Threads that ended take their count with them, hence the floor at zero.
		results.Known("ctx_voluntary", "1", float64(max(0, last.voluntary-w.first.voluntary))),
		results.Known("ctx_involuntary", "1", float64(max(0, last.involuntary-w.first.involuntary))),
	}}
	if w.peak.pssUnknown != "" {
		o.Metrics = append(o.Metrics, results.Unknown("pss", "B", w.peak.pssUnknown))
	} else {
		o.Metrics = append(o.Metrics, results.Known("pss", "B", float64(w.peak.pss)))
	}
	start := (w.scope.Began + w.sampleStart).Seconds()
	o.Series = []results.Series{
		{Name: "rss", Unit: "B", Start: start, Step: SampleEvery.Seconds(), Values: w.rss},
		{Name: "pss", Unit: "B", Start: start, Step: SampleEvery.Seconds(), Values: w.pss},
	}
	return o
}

func unknownProcesses(reason string) []results.Metric {
	var ms []results.Metric
	for _, m := range []struct{ name, unit string }{
		{"cpu", "s"}, {"rss", "B"}, {"threads", "1"}, {"processes", "1"}, {"ctx_voluntary", "1"}, {"ctx_involuntary", "1"}, {"pss", "B"},
	} {
		ms = append(ms, results.Unknown(m.name, m.unit, reason))
	}
	return ms
}
