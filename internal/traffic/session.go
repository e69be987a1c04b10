package traffic

import (
	"math/rand/v2"
	"time"

	"github.com/wsgibench/wsgibench/collect"
)

// Sessions is where users come from, in place of Phase.Requests. It is asked from many goroutines.
type Sessions interface {
	// Start begins a session for one user, who draws from rng. The error says why none can begin any more; it is one of
	// few distinct texts.
	Start(rng *rand.Rand) (Session, error)
}

// A Session is what one user does: one request after the other, each with what the answers before it brought. It is for
// one goroutine at a time.
type Session interface {
	// Next returns the next request, to be sent now; nil: the session is over. With an error only Step.Index is set: the
	// request cannot be sent, and the session is over. The texts of errors are few.
	Next(now time.Time) (*Step, error)
	// Answered takes the answer to the request of Next, if it came and is what Request.Expect says, and tells what else
	// is wrong with it (empty: nothing) and how long the user pauses before the next request.
	Answered(a *Answer, now time.Time) (kind collect.ErrorKind, detail string, pause time.Duration)
	// Failed ends the session: there was no answer to the request of Next, or a wrong one.
	Failed()
}

// A Step is a request of a session.
type Step struct {
	Index    int // Exchange.Request
	Request  Request
	KeepBody bool // Answered looks at the body
}

// An Answer is what a Session is shown. It may be used again once Answered has returned.
type Answer struct {
	Status int
	Header [][2]string // name and value, in order
	Body   []byte      // after the transfer coding, at most MaxKeptBody; empty unless KeepBody
	Cut    bool        // the body was longer than that
}

// MaxKeptBody is how much of a body is kept for a session, in bytes.
const MaxKeptBody = 1 << 20
