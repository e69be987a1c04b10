// Package traffic answers: how is this phase sent, on schedule, and timed?
//
// vegeta's attack loop stands behind one type, Engine; the pacing, the transport and the time stamps are wsgibench's
// own. The package judges nothing: every exchange goes to an Observer, and Report says what was due and what was sent.
package traffic

import (
	"time"

	"github.com/wsgibench/wsgibench/internal/traffic/http1"
	"github.com/wsgibench/wsgibench/internal/traffic/stream"
)

// An Address is where the server listens.
type Address = http1.Address

// Expect says what a right answer is; unset fields are not checked.
type Expect = http1.Expect

// A StreamPlan is what a streamed body is to be.
type StreamPlan = stream.Plan

// A Manner is how this side treats bodies: slowly, or not to the end.
type Manner = http1.Manner

// A Request is one entry of the mix.
type Request struct {
	Name    string
	Method  string
	Path    string // with query
	Header  [][2]string
	Body    []byte
	Chunked bool // send Body with chunked coding instead of Content-Length
	Weight  int  // relative; 0 counts as 1, and Never is never drawn
	Expect  Expect
	Stream  *StreamPlan // the response is a stream of blocks, shown to the observer if it is a collect.BlockObserver
	Manner  Manner
}

// Never is the weight of a request that is not drawn.
const Never = -1

// A Phase is a stretch of traffic with one load model.
type Phase struct {
	Name     string
	For      time.Duration
	Schedule Schedule // open model; nil: closed
	Clients  int      // closed model: connections, each with one request at a time
	Think    Think    // closed model: the pause of a client between an answer and its next request; nil: none
	Requests []Request
	// Sessions come in place of Requests: an arrival of the open model is a session then, and so is a turn of a client of
	// the closed model, who thinks between two of them. After the end of the phase no further step is begun.
	Sessions Sessions
	// Which is the index into Requests of arrival n of the open model, for a replayed log; nil: drawn by weight.
	Which   func(n uint64) int
	Seed    uint64        // of the request mix and of think times
	Timeout time.Duration // of one exchange: of connecting, and then again from the first byte sent; 0: none
	NoReuse bool          // a new connection for every request ("Connection: close")
	Reuse   int           // requests per connection, the last with "Connection: close"; 0: no limit
	// ReceiveBuffer is the SO_RCVBUF of every connection in bytes, set before it is opened: a small one makes the server
	// feel a slow reader early. 0: the kernel's.
	ReceiveBuffer int
	InFlight      int // ceiling of the open model; 0: DefaultInFlight
}

// DefaultInFlight is the ceiling of requests in flight in the open model. Reaching it is recorded as send lag and
// counted in Report.Blocked; it is never hidden.
const DefaultInFlight = 4096

// Grace is how long after the end of an open phase arrivals are still sent that the engine itself is late with. Those
// that wait because the ceiling is reached are not: they are unsent when the phase ends.
const Grace = time.Second

// A Report is what a phase amounted to, beside its exchanges.
//
// Every arrival of the schedule is shown to the observer exactly once: Due = exchanges of the open model. Those that
// could not be sent before the phase ended are shown too, with the error Unsent and the end of the phase as their end,
// so that the response times of a saturated server are not silently those of the lucky requests alone. With sessions,
// Due counts the steps that came to be due, and a session that could not begin as one.
type Report struct {
	Due         int64         // arrivals that the schedule had until the end; closed model: requests begun
	Sent        int64         // requests of which at least a byte was written
	Sessions    int64         // sessions begun
	Unsent      int64         // due in the phase and not sent when it ended
	Blocked     int64         // arrivals that waited because InFlight was reached, with those that waited in vain
	Opened      int64         // connections opened
	Reused      int64         // requests on a connection that had carried one before
	StaleClosed int64         // kept connections that the server closed while idle, noticed before a request was lost on them
	Surplus     int64         // kept connections given up because the server sent bytes that nobody had asked for
	Elapsed     time.Duration // from the first intended start to the last end
	InFlight    int64         // highest number of requests in flight
	Start       time.Time     // the origin of the phase's clock
}
