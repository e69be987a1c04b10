//go:build linux

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// waitedForCPU is how long the threads of this process were ready to run while something else had their CPU, in all: the
// second figure of schedstat (Documentation/scheduler/sched-stats.rst). 0 where the kernel does not count it.
func waitedForCPU() (d time.Duration) {
	files, _ := filepath.Glob("/proc/self/task/*/schedstat")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if f := strings.Fields(string(text)); err == nil && len(f) > 1 {
			ns, _ := strconv.ParseInt(f[1], 10, 64)
			d += time.Duration(ns)
		}
	}
	return d
}

// disturbed says that a reader's CPU was not its own: then what is short may be the machine's fault and not the engine's.
func (r *received) disturbed() string {
	if r.Elapsed <= 0 || r.Waited < r.Elapsed/1000 {
		return ""
	}
	return fmt.Sprintf("; CPU taken %.1f %%", 100*float64(r.Waited)/float64(r.Elapsed))
}
