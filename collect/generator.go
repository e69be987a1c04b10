package collect

import (
	"runtime"
	"time"

	"golang.org/x/sys/unix"

	"github.com/wsgibench/wsgibench/results"
)

var generator = Kind{
	Name: "generator",
	Doc:  "CPU, context switches and garbage collection of the load generator itself",
	New:  func(s Scope) (Collector, error) { return newGeneratorWatcher(), nil },
}

// A generatorWatcher looks at this very process.
type generatorWatcher struct {
	began time.Time
	use   unix.Rusage
	gc    runtime.MemStats
}

func newGeneratorWatcher() *generatorWatcher {
	w := &generatorWatcher{began: time.Now()}
	runtime.ReadMemStats(&w.gc)
	_ = unix.Getrusage(unix.RUSAGE_SELF, &w.use) // cannot fail with these arguments
	return w
}

func cpuOf(u *unix.Rusage) time.Duration {
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// Finish gives generator_cpu as a share of the processors that this process may use.
func (w *generatorWatcher) Finish(time.Duration) Outcome {
	var now unix.Rusage
	_ = unix.Getrusage(unix.RUSAGE_SELF, &now)
	wall := time.Since(w.began)
	var gc runtime.MemStats
	runtime.ReadMemStats(&gc)
	used := cpuOf(&now) - cpuOf(&w.use)
	cpus := runtime.GOMAXPROCS(0)
	return Outcome{Metrics: []results.Metric{
		results.Known("generator_cpu_seconds", "s", used.Seconds()),
		results.Known("generator_cpu", "1", used.Seconds()/wall.Seconds()/float64(cpus)),
		results.Known("generator_ctx_voluntary", "1", float64(now.Nvcsw-w.use.Nvcsw)),
		results.Known("generator_ctx_involuntary", "1", float64(now.Nivcsw-w.use.Nivcsw)),
		results.Known("generator_gc_pause", "s", float64(gc.PauseTotalNs-w.gc.PauseTotalNs)/1e9),
	}}
}
