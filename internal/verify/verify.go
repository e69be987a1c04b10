// Package verify answers: does this server answer correctly?
//
// It puts questions to a running server, one check each: obligations of PEP 3333, and the parts of HTTP/1.1 that a
// server owes to its clients and its applications. The server hosts an application of ours (pyapps/verify.py), which
// does in each request what the request says and tells over a side channel what it saw. Timing is proven in lock-step
// (the application waits until the client has seen a block), never by a threshold; a timeout is only what ends waiting
// for something that should have come.
//
// It measures no speed, and holds no opinion about a server: what a server is known to do wrong stands nowhere here.
//
// Some of what PEP 3333 says of servers is not asked, since it cannot be seen from outside in the same way everywhere:
//   - SCRIPT_NAME and PATH_INFO under a mount point: each server has an option of its own for it, or none. What holds at
//     the root is asked (path-script-name).
//   - That a deployer can have one thread only, and can add variables to environ: these are options, not behaviour.
//   - What the server's author documents, and how an application is looked up by its name.
//   - Which of two threads runs an application object that must not be shared: only the flags can be compared with what is
//     seen (multithread-true, multiprocess-true, run-once-false).
//   - An application that waits and gives nothing cannot be told that its client has gone, unless it is asked: only what
//     gives blocks is (close-disconnect, disconnect-stops).
package verify

import (
	"context"
	"fmt"
)

// A Severity is how bad it is to fail a check.
type Severity int

// The severities, from the least to the worst.
const (
	Note       Severity = iota // allowed, or nobody is hurt; worth knowing beside a number
	Deviation                  // against the letter of a standard, without effect on what clients and applications exchange
	WrongHead                  // a wrong status, header, path or variable reaches the client or the application
	WrongBytes                 // bytes are lost, doubled, added or mixed up, or somebody waits for ever
)

var severities = map[Severity]string{Note: "note", Deviation: "deviation", WrongHead: "wrong head", WrongBytes: "wrong bytes"}

// String returns "note", "deviation", "wrong head" or "wrong bytes".
func (s Severity) String() string { return severities[s] }

// An Outcome is how a check ended.
type Outcome string

// The outcomes.
const (
	Pass       Outcome = "pass"
	Fail       Outcome = "fail"
	NotOffered Outcome = "n/a"     // the server does not offer what the check is about; the reason says why
	Unknown    Outcome = "unknown" // the question could not be put; the reason says why
)

// A Check is one question to a server.
type Check struct {
	ID       string   // lower-case words, stable: "input-read-past-end"
	Group    string   // one of Groups
	Clause   string   // where it is demanded: "PEP 3333, Input and Error Streams", "RFC 9112, section 6.3"
	Severity Severity // of failing it
	Doc      string   // one sentence: what a correct server does
	Why      string   // what is sent, what must come back, and who is hurt otherwise

	// Run puts the question. Sent and Got of its result may stay empty: Examine fills in what went over the connections.
	Run func(ctx context.Context, s *Session) Result
}

// A Result is the answer to one check.
type Result struct {
	Outcome Outcome
	Reason  string // one line; empty only for a pass without anything to say
	Sent    string // what went over the wire, escaped and bounded
	Got     string // what came back, likewise
}

// Passed is the result of a check that found nothing wrong.
func Passed() Result { return Result{Outcome: Pass} }

// PassedWith is Passed with a remark.
func PassedWith(format string, args ...any) Result { return result(Pass, format, args) }

// Failed says in one line what came instead of what.
func Failed(format string, args ...any) Result { return result(Fail, format, args) }

// Offers says what the server does not offer.
func Offers(format string, args ...any) Result { return result(NotOffered, format, args) }

// Untested says why the question could not be put.
func Untested(format string, args ...any) Result { return result(Unknown, format, args) }

func result(o Outcome, format string, args []any) Result {
	return Result{Outcome: o, Reason: oneLine(fmt.Sprintf(format, args...))}
}
