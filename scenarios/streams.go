package scenarios

import "time"

// A Manner is how a client treats the bodies of one request. The zero value sends and takes them as fast as it goes, to
// the end.
type Manner struct {
	ReadRate   float64 // bytes per second that it reads
	SendRate   float64 // bytes per second of its body
	LeaveAfter int     // it closes the connection after so many blocks of a stream
	Reset      bool    // with a RST in place of a FIN
}

// Held is traffic beside a phase: clients that ask for streams all the time while the phase's own requests are measured.
type Held struct {
	Only    []string // names of requests
	Clients int
}

// A Ladder is what a phase with a list of held clients belongs to: one phase for each number of clients, from few to
// many. Those of a step stay for the next, and the first step at which something gives is the last one.
type Ladder struct {
	Name   string      // of the phase as the file has it
	Limits []Threshold // of the phase beside the clients; one that is missed is a step that gave
}

// Streams says what a good stream is; unset fields are not asked for.
type Streams struct {
	FirstBlock time.Duration // from the request to the first block
	GapP99     time.Duration // 99th percentile of a stream's gaps between blocks
}
