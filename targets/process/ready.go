package process

import (
	"bufio"
	"context"
	"errors"
	"net"
	"time"
)

// A Readiness says what a server that is ready is like.
type Readiness struct {
	After      time.Duration // from the start of the server (for Check: of the check) to the last proof of readiness
	Workers    int           // distinct worker processes seen; 0: not counted
	WorkerPIDs []int         // their pids, in order
	How        string        // what proved it, in words; also why something could not be counted
	Processes  int           // of the server's tree; 0: not known
	Threads    int           // of the server's tree; 0: not known
	Server     string        // Server header
	KeepAlive  bool          // a second request on the same connection was answered
	Framing    string        // of the body: "content-length", "chunked" or "close"
	Proto      string        // "HTTP/1.1"
}

// Await waits until a server answers correctly, from a socket of its own, with as many worker processes as asked for. It
// polls; there is no fixed sleep. The error is a *NotReady, as soon as it is certain, or ctx's if ctx ends first.
func Await(ctx context.Context, p *Process, probe Probe) (Readiness, error) {
	p.mu.Lock()
	began := p.began
	p.mu.Unlock()
	w := &waiter{probe: probe.complete(), p: p, began: began, looked: began, caller: ctx}
	return w.await(ctx)
}

// Check asks a server that already runs, and that this process did not start, whether it is ready now. The error is a *NotReady, or ctx's
// if ctx ends first. Only the number of workers is given time.
func Check(ctx context.Context, probe Probe) (Readiness, error) {
	w := &waiter{probe: probe.complete(), began: time.Now(), caller: ctx}
	return w.await(ctx)
}

// A waiter is one wait for one server.
type waiter struct {
	probe  Probe
	p      *Process // nil: a server that is not ours
	began  time.Time
	caller context.Context

	last       error     // why the last attempt failed
	wrong      span      // wrong answers in a row
	elsewhere  span      // a quiet tree that listens elsewhere
	looked     time.Time // when that was looked for
	ticks      uint64
	suspicions int // attempts in a row that met a listener of an unknown owner
}

// A span is how long, and how often, something has been so without interruption.
type span struct {
	since time.Time
	times int
}

func (s *span) again() {
	if s.times == 0 {
		s.since = time.Now()
	}
	s.times++
}

func (s *span) lasted(d time.Duration) bool { return s.times >= 3 && time.Since(s.since) >= d }

// What ends a wait before its time.
var (
	errDied    = errors.New("the server ended")
	errFlooded = errors.New("the server floods its log")
	errLate    = errors.New("the time for becoming ready is over")
)

func (w *waiter) await(ctx context.Context) (Readiness, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, w.probe.Timeout, errLate)
	defer cancel()
	ctx, stop := w.follow(ctx)
	defer stop()
	r, err := w.firstAnswer(ctx)
	if err != nil {
		return Readiness{}, err
	}
	if err := w.countWorkers(ctx, &r); err != nil {
		return Readiness{}, err
	}
	r.After = time.Since(w.began)
	if w.p != nil {
		for _, q := range w.p.tree() {
			r.Processes++
			r.Threads += q.threads
		}
		if r.Threads == 0 {
			r.Processes = 0 // no /proc: the leader alone would be a guess
		}
	}
	return r, nil
}

// follow returns a context that also ends when the server dies or floods its log.
func (w *waiter) follow(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	if w.p == nil {
		return ctx, func() { cancel(nil) }
	}
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		select {
		case <-w.p.done:
			cancel(errDied)
		case <-w.p.flooded:
			cancel(errFlooded)
		case <-ctx.Done():
		}
	}()
	return ctx, func() { cancel(nil); <-finished }
}

// firstAnswer polls until an answer is right. The intervals grow from 5 to 50 ms.
func (w *waiter) firstAnswer(ctx context.Context) (Readiness, error) {
	for pause := 5 * time.Millisecond; ; pause = min(2*pause, 50*time.Millisecond) {
		if ctx.Err() != nil {
			return Readiness{}, w.late(ctx)
		}
		r, err := w.try(ctx)
		if err == nil {
			return r, nil
		}
		w.learn(ctx, err)
		if final := w.final(ctx, err); final != nil {
			return Readiness{}, final
		}
		pauseFor(ctx, pause)
	}
}

// learn keeps the failure that says most: what the end of the wait cut off says less than what went before, unless that
// was only that nobody accepted connections yet.
func (w *waiter) learn(ctx context.Context, err error) {
	cut := ctx.Err() != nil || (at(err, stageConnect) && timedOut(err))
	if w.last == nil || !cut || (at(w.last, stageConnect) && !at(err, stageConnect)) {
		w.last = err
	}
}

func pauseFor(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// try makes one connection and asks once; if the answer is right, once more on the same connection.
func (w *waiter) try(ctx context.Context) (Readiness, error) {
	conn, err := w.probe.dial(ctx)
	if err != nil {
		return Readiness{}, err
	}
	defer conn.Close()
	if err := w.stranger(); err != nil {
		return Readiness{}, err
	}
	reader := bufio.NewReader(conn)
	// Half of the time that is left: a server that lost the connection while it was starting gets another one.
	deadline, _ := ctx.Deadline()
	one, cancel := context.WithTimeout(ctx, max(time.Second, time.Until(deadline)/2))
	defer cancel()
	a, err := w.probe.ask(one, conn, reader, w.probe.Path, false)
	if err != nil {
		return Readiness{}, err
	}
	if err := w.probe.Check(a.status, a.body); err != nil {
		return Readiness{}, &wrongError{status: a.status, err: err}
	}
	return Readiness{
		How: "a correct answer", Server: a.server, Framing: a.framing, Proto: a.proto,
		KeepAlive: !a.closes && w.again(ctx, conn, reader),
	}, nil
}

// again asks a second time on a connection that the server did not say it would close. Some servers close it all the
// same, without a word (uWSGI's own HTTP).
func (w *waiter) again(ctx context.Context, conn net.Conn, r *bufio.Reader) bool {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	a, err := w.probe.ask(ctx, conn, r, w.probe.Path, true)
	return err == nil && w.probe.Check(a.status, a.body) == nil
}

// A wrongError is an answer that is not the expected one.
type wrongError struct {
	status int
	err    error
}

func (e *wrongError) Error() string { return e.err.Error() }
