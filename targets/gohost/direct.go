//go:build embed

package gohost

import (
	"bufio"
	"errors"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/wsgibench/wsgibench/targets/gohost/cpython"
)

// A direct hands requests to the Python threads of this process through a queue. A whole answer goes from there straight
// to the client. For any other, and for a body that is still to come, the thread that took the request speaks with the
// front on a socket of its own, just as a worker process does.
//
// The threads are Python's own and keep their requests to the end: thread states that move between the threads of the
// operating system would break whatever remembers its thread, from PyGILState to sqlite3.
type direct struct {
	config  Config
	front   *front
	wear    func(why string)
	threads []*thread
	theirs  []*os.File      // the threads' ends, which are Python's to close: kept, so that nobody does it here
	free    []chan struct{} // of capacity 1, by thread: full while nobody listens to its socket
	partial chan struct{}   // full: as many threads as may be are held by requests whose body is not complete
	served  atomic.Int64
	worn    onceFlag

	mu   sync.Mutex
	hung int
}

var _ threads = (*direct)(nil)

// What acquire returns: which thread it will be is known when one has taken the request.
var someThread, partialThread = &thread{}, &thread{partial: true}

func newDirect(config Config, flags []byte, wear func(why string)) (*direct, error) {
	d := &direct{config: config, wear: wear, partial: make(chan struct{}, max(1, config.Threads-1))}
	w := newWorker()
	w.flags = flags
	for i := range config.Threads {
		conn, other, err := socketPair()
		if err != nil {
			return nil, err
		}
		d.threads = append(d.threads, &thread{worker: w, index: i, conn: conn, in: bufio.NewReaderSize(conn, wireSize)})
		d.theirs = append(d.theirs, other)
		d.free = append(d.free, make(chan struct{}, 1))
		d.free[i] <- struct{}{}
	}
	return d, nil
}

func (d *direct) acquire(partial bool) (*thread, error) {
	if !partial {
		return someThread, nil
	}
	var expired <-chan time.Time
	if d.config.Timeout > 0 {
		timer := time.NewTimer(d.config.Timeout)
		defer timer.Stop()
		expired = timer.C
	}
	select {
	case d.partial <- struct{}{}:
		return partialThread, nil
	case <-expired:
		return nil, errBusy
	}
}

func (d *direct) acquireNow() *thread {
	select {
	case d.partial <- struct{}{}:
		return partialThread
	default:
		return nil
	}
}

func (d *direct) release(t *thread) {
	t.renew()
	d.free[t.index] <- struct{}{}
}

// lose gives up a thread that hangs. Should it ever go on, it ends when it finds its socket closed.
func (d *direct) lose(t *thread, err error) {
	t.conn.Close()
	why := "a request took longer than --timeout"
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		why = err.Error()
	}
	d.hangs(why)
}

// hangs notices that a thread cannot be relied on. Without any the process accepts no more: whoever replaces it does.
func (d *direct) hangs(why string) {
	d.mu.Lock()
	d.hung++
	none := d.hung == d.config.Threads
	d.mu.Unlock()
	d.tire(why)
	if none {
		d.front.refuse(0)
	}
}

func (d *direct) stuck() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.hung > 0
}

// tire asks, once, for this process to be replaced.
func (d *direct) tire(why string) {
	if d.worn.set() {
		d.wear(why)
	}
}

// requester makes what asks for one client.
func (d *direct) requester(c *client) requester {
	a := &asker{direct: d, c: c, attached: make(chan *thread, 1), settled: make(chan struct{}, 1)}
	a.job = cpython.NewJob(socketOf(c.Conn), a)
	return a
}

// An asker posts one client's requests, one at a time.
type asker struct {
	*direct
	c        *client
	job      *cpython.Job
	attached chan *thread  // who will speak on its socket
	settled  chan struct{} // the job is finished
	left     bool          // a thread that hangs has the job
}

var _ requester = (*asker)(nil)
var _ cpython.Owner = (*asker)(nil)

// Wake ends the wait for the next request. The deadline is set before the job is posted, and again by whoever reads next.
func (a *asker) Wake() { a.c.SetReadDeadline(time.Unix(1, 0)) }

// Settled lets go of who waits.
func (a *asker) Settled() { a.settled <- struct{}{} }

// Begin attaches the front to the thread's socket once it has read what is left of the exchange before.
func (a *asker) Begin(thread int) {
	<-a.free[thread]
	a.Wake()
	a.attached <- a.threads[thread]
}

func (a *asker) close() {
	if !a.left {
		a.job.Free()
		return
	}
	go func() {
		<-a.settled
		a.job.Free()
	}()
}

// exchange is front.exchange. An answer that went straight to the client is not waited for: the next thing to see of it
// is the client's next request.
func (a *asker) exchange() bool {
	r := &response{c: a.c}
	t, err := a.front.acquire(a.c)
	if err != nil {
		a.front.fail(a.c, r, err)
		return false
	}
	if t == partialThread {
		defer func() { <-a.partial }()
	}
	a.c.sealRequest()
	c := a.c
	whole := t != partialThread && c.minor > 0 && !c.isHead && !c.closing && !a.front.leaving.Load()
	deadline := a.config.KeepAlive
	if a.config.Timeout > 0 {
		deadline = min(deadline, a.config.Timeout)
	}
	c.SetReadDeadline(time.Now().Add(max(deadline, time.Second)))
	if err := a.job.Post(c.frame, whole); err != nil {
		a.front.fail(c, r, err)
		return false
	}
	if a.served.Add(1) == int64(a.config.MaxRequests) {
		a.tire("it has served its --max-requests")
	}
	if whole && a.front.access == nil && a.rest() {
		return true
	}
	return a.finish(r)
}

// rest waits for the client's next request while the application works, and reports whether the one before is answered.
func (a *asker) rest() bool {
	c := a.c
	if c.in.Buffered() > 0 {
		return false
	}
	c.idle.Store(true)
	if !a.front.stopping.Load() {
		c.in.Peek(1)
	}
	c.idle.Store(false)
	if a.job.Active() {
		return false
	}
	if status, _ := a.job.Sent(); status == 0 || a.job.Resting() {
		return false
	}
	return true
}

// finish waits for the answer, and brings it to the client where the thread does not.
func (a *asker) finish(r *response) bool {
	err := a.await(r)
	if err != nil {
		a.front.fail(a.c, r, err)
		return false
	}
	a.c.record(r)
	return r.err == nil && !r.close && a.c.body.drain()
}

func (a *asker) await(r *response) error {
	var expired <-chan time.Time
	if a.config.Timeout > 0 {
		timer := time.NewTimer(a.config.Timeout)
		defer timer.Stop()
		expired = timer.C
	}
	for a.job.Wait() {
		select {
		case t := <-a.attached:
			a.job.Reset()
			return a.front.relay(a.c, r, t)
		case <-a.settled:
		case <-expired:
			if !a.job.Abandon() {
				continue // it answers in the last moment
			}
			a.left = true
			if !a.job.Taken() {
				return errBusy
			}
			a.hangs("a request took longer than --timeout")
			return errHung
		}
	}
	r.started = true
	if r.status, r.sent = a.job.Sent(); r.status == 0 {
		r.started = false
		return errAborted
	}
	if rest := a.job.Rest(); len(rest) > 0 {
		r.err = a.c.write(rest)
	}
	return nil
}
