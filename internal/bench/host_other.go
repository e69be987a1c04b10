//go:build !linux

package bench

import (
	"runtime"

	"github.com/wsgibench/wsgibench/results"
)

func describe(h *results.Host) {
	for _, field := range []string{"kernel", "cpu_model", "memory", "governor", "virt", "sysctl"} {
		h.Unknown[field] = "read from /proc and /sys, which " + runtime.GOOS + " does not have"
	}
}
