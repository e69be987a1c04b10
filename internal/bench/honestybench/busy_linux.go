package main

import (
	"time"

	"github.com/prometheus/procfs"
)

// busy is how long these processors have been in use, or kept from this machine, since it started; to 10 ms.
func busy(cpus []int) (used time.Duration, known bool) {
	proc, err := procfs.NewDefaultFS()
	if err != nil {
		return 0, false
	}
	stat, err := proc.Stat()
	if err != nil {
		return 0, false
	}
	for _, c := range cpus {
		s := stat.CPU[int64(c)]
		used += time.Duration((s.User + s.Nice + s.System + s.IRQ + s.SoftIRQ + s.Steal) * float64(time.Second))
	}
	return used, true
}
