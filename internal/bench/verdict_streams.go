package bench

import (
	"fmt"

	"github.com/wsgibench/wsgibench/results"
)

// maxStreams is the share of what the generator takes of the same streams from a server of known truth. It is that of its
// processors and not maxCapacity: a closed request waits for the generator in each cycle, while of a stream the one end
// reads as the other writes, so that the generator takes nothing away until it is nearly at its limit.
const maxStreams = maxGeneratorCPU

// streamLimited is generatorLimited for streams that come as fast as they are taken: beyond maxStreams a server cannot be
// told from one that does nothing else but send them, unless it has no CPU left to send more with.
func streamLimited(e *evidence) *results.Notice {
	rate, ok := e.metric("body_rate")
	capacity := e.streamCapacity()
	if !ok || capacity == 0 || rate <= maxStreams*capacity || e.serverShare() >= fullServer {
		return nil
	}
	return &results.Notice{Code: "generator-limited",
		Text: fmt.Sprintf("%s: %s/s of streams are %.0f %% of what the load generator takes of them from a server that does nothing else (%s/s; at most %.0f %% may be): the figures are its limit, not the server's",
			e.phase.Name, results.FormatBytes(rate), 100*rate/capacity, results.FormatBytes(capacity), 100*maxStreams),
		Hint: "give it more processors (cpus: {load: ...}), or fewer or smaller streams"}
}

// streamCapacity is the least of those of the phase's requests, in B/s; 0 where it is not known. A stretch of calibration
// in which the generator was starved says nothing.
func (e *evidence) streamCapacity() (least float64) {
	if e.calibration == nil {
		return 0
	}
	for i := range e.calibration.Streams {
		f := &e.calibration.Streams[i]
		if f.Phase != e.phase.Name {
			continue
		}
		if f.Capacity == nil || f.Stalled > maxStalled || f.Waited > maxWaitShare {
			return 0
		}
		if least == 0 || *f.Capacity < least {
			least = *f.Capacity
		}
	}
	return least
}
