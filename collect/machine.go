package collect

import (
	"time"

	"github.com/wsgibench/wsgibench/results"
)

var machine = Kind{
	Name: "machine",
	Doc:  "listen-queue overflows, TCP retransmits, delayed acknowledgements and stolen CPU time of the whole machine",
	New:  newMachineWatcher,
}

// counters are the machine's own, since it started.
type counters struct {
	overflows, retransmits float64
	delayedACKs            float64
	steal, all             float64 // CPU seconds
}

// A machineWatcher compares the counters at the start and at the end. They count every process of the machine (or of
// the network namespace), so a neighbour's troubles show up too.
type machineWatcher struct {
	first   counters
	unknown error
}

func newMachineWatcher(Scope) (Collector, error) {
	w := &machineWatcher{}
	w.first, w.unknown = readCounters()
	return w, nil
}

func (w *machineWatcher) Finish(time.Duration) Outcome {
	last, err := readCounters()
	if w.unknown == nil {
		w.unknown = err
	}
	if w.unknown != nil {
		why := w.unknown.Error()
		return Outcome{Metrics: []results.Metric{
			results.Unknown("listen_overflows", "1", why),
			results.Unknown("retransmits", "1", why),
			results.Unknown("delayed_acks", "1", why),
			results.Unknown("steal", "1", why),
		}}
	}
	steal := results.Unknown("steal", "1", "the phase was too short for the kernel's CPU counters")
	if last.all > w.first.all {
		steal = results.Known("steal", "1", (last.steal-w.first.steal)/(last.all-w.first.all))
	}
	return Outcome{Metrics: []results.Metric{
		results.Known("listen_overflows", "1", last.overflows-w.first.overflows),
		results.Known("retransmits", "1", last.retransmits-w.first.retransmits),
		results.Known("delayed_acks", "1", last.delayedACKs-w.first.delayedACKs),
		steal,
	}}
}
