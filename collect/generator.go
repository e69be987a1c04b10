package collect

import (
	"runtime"
	"time"

	"golang.org/x/sys/unix"

	"github.com/wsgibench/wsgibench/results"
)

var generator = Kind{
	Name: "generator",
	Doc:  "CPU, context switches, garbage collection and hiccups of the load generator itself, and how long it waited for a processor",
	New:  func(s Scope) (Collector, error) { return newGeneratorWatcher(), nil },
}

// A generatorWatcher looks at this very process.
type generatorWatcher struct {
	began   time.Time
	cpus    int
	use     unix.Rusage
	gc      runtime.MemStats
	waits   threadTimes
	unknown error // why the waits are not known
	hiccups *hiccupMeter
}

func newGeneratorWatcher() *generatorWatcher {
	w := &generatorWatcher{began: time.Now(), cpus: runtime.GOMAXPROCS(0)}
	runtime.ReadMemStats(&w.gc)
	_ = unix.Getrusage(unix.RUSAGE_SELF, &w.use) // cannot fail with these arguments
	w.hiccups = startHiccupMeter()               // after GOMAXPROCS was read: the meter raises it
	w.waits, w.unknown = readThreadTimes()
	return w
}

func cpuOf(u *unix.Rusage) time.Duration {
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// Finish gives generator_cpu as a share of the processors that this process may use.
func (w *generatorWatcher) Finish(time.Duration) Outcome {
	waits := w.waited()
	hiccups := w.hiccups.finish()
	var now unix.Rusage
	_ = unix.Getrusage(unix.RUSAGE_SELF, &now)
	wall := time.Since(w.began)
	var gc runtime.MemStats
	runtime.ReadMemStats(&gc)
	used := cpuOf(&now) - cpuOf(&w.use)
	return Outcome{Metrics: append(append([]results.Metric{
		results.Known("generator_cpu_seconds", "s", used.Seconds()),
		results.Known("generator_cpu", "1", used.Seconds()/wall.Seconds()/float64(w.cpus)),
		results.Known("generator_ctx_voluntary", "1", float64(now.Nvcsw-w.use.Nvcsw)),
		results.Known("generator_ctx_involuntary", "1", float64(now.Nivcsw-w.use.Nivcsw)),
		results.Known("generator_gc_pause", "s", float64(gc.PauseTotalNs-w.gc.PauseTotalNs)/1e9),
	}, waits...), hiccups...)}
}

// A threadTime is how long a thread ran, and how long it stood in the queue of a processor although it could have run.
type threadTime struct{ ran, waited time.Duration }

// threadTimes are those of every live thread of this process, by its number.
type threadTimes map[int]threadTime

// since adds up what came on top of earlier times. Threads that ended meanwhile take theirs with them; Go keeps its own.
func (t threadTimes) since(earlier threadTimes) threadTime {
	var sum threadTime
	for id, now := range t {
		sum.ran += max(0, now.ran-earlier[id].ran)
		sum.waited += max(0, now.waited-earlier[id].waited)
	}
	return sum
}

// waited says how much of the CPU time that its threads wanted they had to wait for. Busy neighbours on its processors
// show here and hardly as hiccups: the kernel lets a thread that mostly sleeps run at once, and the others wait. Waiting
// for one another counts as well, hence the wide limits of whoever judges it.
func (w *generatorWatcher) waited() []results.Metric {
	const wait, share = "generator_wait", "generator_wait_share"
	now, err := readThreadTimes()
	if w.unknown == nil {
		w.unknown = err
	}
	if w.unknown != nil {
		return []results.Metric{results.Unknown(wait, "s", w.unknown.Error()), results.Unknown(share, "1", w.unknown.Error())}
	}
	sum := now.since(w.waits)
	ms := []results.Metric{results.Known(wait, "s", sum.waited.Seconds())}
	if sum.ran+sum.waited == 0 {
		return append(ms, results.Unknown(share, "1", "no thread of it ran"))
	}
	return append(ms, results.Known(share, "1", sum.waited.Seconds()/(sum.ran+sum.waited).Seconds()))
}
