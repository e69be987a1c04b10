// Package collect answers: what do these exchanges and processes amount to?
//
// One file per collector. A collector is shown every exchange of a phase, or a sample of the processes every so often,
// and says at the end which metrics that makes. It sends nothing, starts nothing and judges nothing.
package collect

import (
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"github.com/wsgibench/wsgibench/results"
)

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
	Connect   time.Duration // spent opening a connection for this request, between Intended and Sent; 0: none was opened
	Waited    time.Duration // spent waiting because as many requests as allowed were in flight, between Intended and Sent
	Reused    bool          // on a connection that had carried a request before
	Stream    *Stream       // of a streamed body; nil: it was none
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

// EngineLag is the part of the send lag that is the load generator's own: neither connecting nor waiting for one of the
// requests in flight to end, which are the server's.
func (x *Exchange) EngineLag() time.Duration { return max(0, x.SendLag()-x.Connect-x.Waited) }

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
	NoData         ErrorKind = "no-data"   // a session could not begin or go on: a value for its next request was missing
	Cancelled      ErrorKind = "cancelled" // the phase was interrupted before the response was complete
	Unsent         ErrorKind = "unsent"    // was due in the phase and could not be sent before its end
)

// An Observer is shown every exchange. Observe is called from many goroutines, must not block and must not keep x.
type Observer interface {
	Observe(x *Exchange)
}

// A Scope is what a collector may look at: one phase of one trial.
type Scope struct {
	Phase    string
	Length   time.Duration // for which the phase sends
	Requests []string      // names; Exchange.Request is an index into them
	Server   Tree          // nil: not started by us, nothing is known of its processes
	Hist     HistSink      // where histograms go; nil: nowhere
	Began    time.Duration // start of the phase, counted from the start of the trial
	Streams  StreamScope   // where responses are streams
}

// A StreamScope is what a collector may know about the streams of a phase.
type StreamScope struct {
	FirstBlock time.Duration // a good stream's first block comes within this time after the request was sent; 0: any time
	GapP99     time.Duration // and the p99 of its gaps is no longer than this; 0: any
	// Closings waits until the app has said of so many streams that close() was called, or for a while, and returns what it
	// said, once; nil: it was not asked.
	Closings func(streams int) []Closing
}

// A Tree is the process tree of a server.
type Tree interface {
	PIDs() []int    // every live process
	KeeperPID() int // its reaped children (not itself) belong to the server; 0: none
}

// A HistSink takes finished histograms: start and length are counted from the start of the trial, values are in ns.
type HistSink interface {
	Write(tag string, start, length time.Duration, h *hdrhistogram.Histogram) error
}

// An Outcome is what a collector has to say at the end of a phase.
type Outcome struct {
	Metrics  []results.Metric
	Statuses []results.Count
	Errors   []results.Count
	Series   []results.Series
	Traces   []results.Trace
	Warnings []results.Notice
}

// A Collector measures one phase. One that is also an Observer is shown every exchange, one at a time; one that is
// also a Sampler is asked to look at the machine every SampleEvery, never at the same time as Finish.
type Collector interface {
	// Finish is called once, when the last exchange has ended; elapsed counts from the start of the phase.
	Finish(elapsed time.Duration) Outcome
}

// A Sampler looks at processes or the machine from time to time; at counts from the start of the phase.
type Sampler interface {
	Sample(at time.Duration)
}

// SampleEvery is the time between two samples.
const SampleEvery = time.Second

// A Kind is an entry of the list of collectors.
type Kind struct {
	Name string
	Doc  string
	New  func(Scope) (Collector, error) // called when the phase is about to start
}

// StreamKinds returns the collectors for traffic beside a phase, whose processes and machine are those of the phase.
func StreamKinds() []Kind { return []Kind{outcomes, latency, streams, traces} }

// LastingKinds returns those of them that make sense of streams that go on when the phase has ended, and have no response
// time yet.
func LastingKinds() []Kind { return []Kind{streams, traces} }

// Kinds returns every collector, in the order in which they start and their metrics are reported; they finish in the
// opposite order, so that the generator's own CPU time leaves out the collectors' work before and after the traffic. A
// new collector is a new file and a line here; one that fails is recorded as a warning and stops nobody.
func Kinds() []Kind {
	return []Kind{outcomes, latency, streams, traces, serverProcesses, machine, generator}
}
