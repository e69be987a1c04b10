package traffic

import (
	"math/rand/v2"
	"time"

	"github.com/wsgibench/wsgibench/collect"
	"github.com/wsgibench/wsgibench/internal/traffic/http1"
)

// sessionStream is the second half of a seed: the number of the session is the rest of it.
const sessionStream = 0x73657373 << 32

// visit carries out one session, whose first step is due at an instant; the later ones are when the answer before has
// come and the pause is over. It says whether any request was answered.
func (w *worker) visit(number uint64, due, waited time.Duration) (answered bool) {
	s, err := w.run.phase.Sessions.Start(rand.New(rand.NewPCG(w.run.phase.Seed, sessionStream^number)))
	if err != nil {
		w.observe(&collect.Exchange{Intended: due, End: max(due, w.run.now()), Error: collect.NoData, Detail: err.Error()})
		return false
	}
	w.tally.Sessions++
	for {
		step, err := s.Next(time.Now())
		if step == nil {
			return answered
		}
		x := collect.Exchange{Request: step.Index, Intended: due, Waited: waited}
		if err != nil {
			x.Error, x.Detail, x.End = collect.NoData, err.Error(), max(due, w.run.now())
			w.observe(&x)
			return answered
		}
		pause := w.step(s, step, &x)
		w.observe(&x)
		if x.Error != "" {
			return answered || x.Status != 0
		}
		answered = true
		if pause > 0 {
			w.pauseFor(pause)
		}
		due, waited = w.run.now(), 0
		if pause == 0 {
			due = x.End
		}
		if due >= w.run.phase.For || w.run.ctx.Err() != nil {
			return answered
		}
	}
}

// step sends a request of a session and has the answer judged. The session has ended when x has an error.
func (w *worker) step(s Session, step *Step, x *collect.Exchange) (pause time.Duration) {
	fail := func(f http1.Fault) {
		x.Error, x.Detail, x.End = f.Kind, f.Detail, max(x.Intended, w.run.now())
		s.Failed()
	}
	m, err := w.compile(step)
	if err != nil {
		fail(http1.Fault{Kind: collect.NoData, Detail: "the request cannot be sent as it was filled in"})
		return 0
	}
	if w.conn != nil && !w.usable(w.conn) {
		w.drop(http1.Left)
	}
	if w.conn == nil {
		began := w.run.now()
		if f := w.open(); f.Kind != "" {
			x.Connect = w.run.now() - began
			fail(f)
			return 0
		}
	}
	conn := w.conn
	one := &single{message: m, x: *x, last: w.isLast(conn)}
	one.x.Connect, w.connect = w.connect, 0
	if fate := conn.Run(one); fate != http1.Left {
		w.drop(fate)
	}
	*x = one.x
	if x.Error != "" {
		s.Failed()
		return 0
	}
	header, body, cut := conn.Kept()
	x.Error, x.Detail, pause = s.Answered(&Answer{Status: x.Status, Header: header, Body: body, Cut: cut}, time.Now())
	return pause
}

func (w *worker) compile(step *Step) (*http1.Message, error) {
	r := &step.Request
	spec := http1.Spec{
		Method: r.Method, Host: w.run.engine.addr.HostHeader(), Path: r.Path, Header: r.Header,
		Body: r.Body, Chunked: r.Chunked, Expect: r.Expect, Keep: true,
	}
	if step.KeepBody {
		spec.KeepBody = MaxKeptBody
	}
	return http1.Compile(spec)
}

// A single drives a connection through one exchange.
type single struct {
	message *http1.Message
	last    bool
	x       collect.Exchange
	sent    bool
}

// Next implements http1.Driver.
func (s *single) Next(c *http1.Conn) http1.Verb {
	if s.sent {
		return http1.Leave
	}
	s.sent = true
	c.Prepare(s.message, s.x.Request, s.x.Intended, s.last)
	return http1.Send
}

// Done implements http1.Driver.
func (s *single) Done(c *http1.Conn) {
	connect, waited := s.x.Connect, s.x.Waited
	s.x = c.X
	s.x.Connect, s.x.Waited = connect, waited
}

// pauseFor waits, at most until the end of the phase or its cancellation.
func (w *worker) pauseFor(d time.Duration) {
	t := time.NewTimer(min(d, w.run.phase.For-w.run.now()))
	defer t.Stop()
	select {
	case <-t.C:
	case <-w.run.ctx.Done():
	}
}
