// Package collect answers: what do these exchanges and processes amount to?
//
// One file per collector. A collector is shown every exchange of a phase, or a sample of the processes every so often,
// and says at the end which metrics that makes. It sends nothing, starts nothing and judges nothing.
package collect

import "time"

// An Exchange is the timeline of one request and its response. All instants are on one monotonic clock, counted from
// the start of the phase; zero or negative is possible only for Intended of the very first requests.
//
//	Intended ──lag──► Sent ──► FirstByte ──► FirstBody ──► End
//	├───────────────────── response time ───────────────────┤
//	                  ├──────────── service time ───────────┤
type Exchange struct {
	Request   int           // index into the phase's request names
	Intended  time.Duration // when the schedule said that the request was due; closed model: when the client was free
	Sent      time.Duration // just before its first byte was written
	FirstByte time.Duration // first byte of the final response's head was read; 0: never
	FirstBody time.Duration // first byte of the body was read; 0: no body
	End       time.Duration // last byte was read, or the attempt was given up
	Status    int           // 0: no response
	BodyBytes int64         // of the response, after the transfer coding
	WireIn    int64         // bytes read from the socket for this response
	WireOut   int64         // bytes written to the socket for this request
	Reused    bool          // on a connection that had carried a request before
	EOFFramed bool          // the body ended with the connection: truncation could not be seen
	Error     ErrorKind     // empty: answered, and as expected
	Detail    string        // of the error; one of few distinct texts: no ports, no times
}

// ResponseTime counts from the intended start: what a user waits.
func (x *Exchange) ResponseTime() time.Duration { return x.End - x.Intended }

// ServiceTime counts from the first byte written.
func (x *Exchange) ServiceTime() time.Duration { return x.End - x.Sent }

// SendLag is how late the request left.
func (x *Exchange) SendLag() time.Duration { return x.Sent - x.Intended }

// An ErrorKind classifies what went wrong with an exchange. The empty kind is success.
type ErrorKind string

// The kinds of error, from the network's to the content's.
const (
	ConnectRefused ErrorKind = "connect-refused"
	ConnectTimeout ErrorKind = "connect-timeout"
	ConnectFailed  ErrorKind = "connect-failed" // any other reason
	NoPort         ErrorKind = "no-local-port"  // ephemeral ports or file descriptors ran out on this side
	IdleClosed     ErrorKind = "idle-closed"    // a reused connection was closed by the server before any byte of the response
	Reset          ErrorKind = "reset"          // connection reset or broken pipe
	Timeout        ErrorKind = "timeout"        // no complete response in time
	Truncated      ErrorKind = "truncated"      // the connection ended inside the head or a framed body
	BadResponse    ErrorKind = "bad-response"   // not HTTP/1.x, or framing that contradicts itself
	WrongStatus    ErrorKind = "wrong-status"
	WrongHeader    ErrorKind = "wrong-header"
	WrongLength    ErrorKind = "wrong-length"
	WrongBody      ErrorKind = "wrong-body"
	Unsent         ErrorKind = "unsent" // was due in the phase and could not be sent before its end
)

// An Observer is shown every exchange. Observe is called from many goroutines, must not block and must not keep x.
type Observer interface {
	Observe(x *Exchange)
}
