// Package traffic answers: how is this phase sent, on schedule, and timed?
//
// vegeta's attack loop stands behind one type, Engine; the pacing, the transport and the time stamps are wsgibench's
// own. The package judges nothing: every exchange goes to an Observer, and Report says what was due and what was sent.
package traffic

import (
	"time"
)

// An Address is where the server listens.
type Address struct {
	Network string // "tcp" or "unix"
	Addr    string // "127.0.0.1:8000" or a path
	Host    string // the Host header; default Addr, or "localhost" for a Unix socket
	TLS     bool   // https, without verification of the certificate: only ever a server under test
}

// A Request is one entry of the mix.
type Request struct {
	Name    string
	Method  string
	Path    string // with query
	Header  [][2]string
	Body    []byte
	Chunked bool // send Body with chunked coding instead of Content-Length
	Weight  int  // relative; at least 1
	Expect  Expect
}

// Expect says what a right answer is; unset fields are not checked.
type Expect struct {
	Status  int // 0: any below 400
	Body    []byte
	HasBody bool  // Body is to be compared, also when it is empty
	Length  int64 // bytes of the body; -1: not checked
	SHA256  string
	Header  [][2]string // name, exact value
}

// A Phase is a stretch of traffic with one load model.
type Phase struct {
	Name     string
	For      time.Duration
	Schedule Schedule // open model; nil: closed
	Clients  int      // closed model: connections, each with one request at a time
	Requests []Request
	Seed     uint64        // of the request mix and of random arrivals
	Timeout  time.Duration // of one exchange
	NoReuse  bool          // a new connection for every request ("Connection: close")
	InFlight int           // ceiling of the open model; 0: DefaultInFlight
}

// DefaultInFlight is the ceiling of requests in flight in the open model. Reaching it is recorded as send lag and
// counted in Report.Blocked; it is never hidden.
const DefaultInFlight = 4096

// A Schedule says when requests are due: At returns the instant of arrival n (from 0), and false when there is none
// within the phase. It is a pure function, so the plan can be recomputed, except where a schedule's doc says otherwise.
type Schedule interface {
	At(n uint64) (time.Duration, bool)
	String() string
}

// A Report is what a phase amounted to, beside its exchanges.
type Report struct {
	Due      int64         // arrivals that the schedule had; closed model: requests sent
	Sent     int64         // requests of which at least a byte was written
	Unsent   int64         // due in the phase and not sent when it ended
	Blocked  int64         // arrivals that waited because InFlight was reached
	Opened   int64         // connections opened
	Reused   int64         // requests on a connection that had carried one before
	Elapsed  time.Duration // from the first intended start to the last end
	InFlight int64         // highest number of requests in flight
	Start    time.Time     // the origin of the phase's clock
}
