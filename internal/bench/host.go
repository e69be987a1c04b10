package bench

import (
	"os"
	"runtime"

	"github.com/wsgibench/wsgibench/results"
)

// host describes this machine; what it does not tell is null, with the reason.
func host() results.Host {
	h := results.Host{OS: runtime.GOOS, NumCPU: runtime.NumCPU(), Unknown: map[string]string{}}
	h.Hostname, _ = os.Hostname()
	describe(&h)
	return h
}
