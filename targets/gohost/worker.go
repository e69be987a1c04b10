package gohost

import (
	"bufio"
	"context"
	"net"
	"os/exec"
	"sync/atomic"
	"syscall"
	"time"
)

// A worker is a Python process with its threads. The dispatch's lock guards idle, busy, stuck, served and retired.
type worker struct {
	cmd     *exec.Cmd
	control net.Conn
	flags   []byte // shared with the process
	threads []*thread
	started time.Time
	exited  chan struct{} // closed when the process has ended
	worn    chan wear     // says once why the worker is to be replaced
	left    bool          // somebody sees to its end; guarded by the crew's lock

	idle    []*thread
	busy    int           // threads with a request
	stuck   int           // of these, those that were given up
	served  int           // requests
	retired bool          // gets no request any more
	settled bool          // quiet is closed
	quiet   chan struct{} // closed when it is retired and has no request left that could be answered
}

// A thread of a worker takes one request at a time.
type thread struct {
	worker  *worker
	index   int
	conn    net.Conn
	in      *bufio.Reader
	gone    atomic.Bool // its flag is set
	partial bool        // its request's body was not complete; guarded by the dispatch's lock
}

func newWorker() *worker {
	return &worker{started: time.Now(), exited: make(chan struct{}), worn: make(chan wear, 1), quiet: make(chan struct{})}
}

// abandon tells the thread that nobody reads its response.
func (t *thread) abandon() {
	if t.gone.CompareAndSwap(false, true) {
		t.worker.flags[t.index] = 1
	}
}

func (t *thread) renew() {
	if t.gone.CompareAndSwap(true, false) {
		t.worker.flags[t.index] = 0
	}
}

// frame reads the fixed part of the next frame.
func (t *thread) frame() (frame, error) {
	b, err := t.in.Peek(frameSize)
	if err != nil {
		return frame{}, unexpected(err)
	}
	f, err := decodeFrame(b)
	t.in.Discard(frameSize)
	return f, err
}

// A wear is why a worker is to be replaced.
type wear struct {
	why      string
	optional bool // it can go on until its replacement is ready, or without one
}

// wear asks, once, for the worker to be replaced.
func (w *worker) wear(why string, optional bool) {
	select {
	case w.worn <- wear{why, optional}:
	default:
	}
}

// reap waits for the process, then closes what was shared with it: every exchange under way then fails.
func (w *worker) reap() {
	w.cmd.Wait()
	w.disconnect()
	close(w.exited)
}

func (w *worker) disconnect() {
	if w.control != nil {
		w.control.Close()
	}
	for _, t := range w.threads {
		t.conn.Close()
	}
}

// kill ends the process at once. It may have ended already.
func (w *worker) kill() { w.cmd.Process.Signal(syscall.SIGKILL) }

// dismiss lets a process without requests end in an orderly way: its exit handlers run.
func (w *worker) dismiss(ctx context.Context) {
	w.control.Write([]byte("Q"))
	for _, t := range w.threads {
		t.conn.Close()
	}
	select {
	case <-w.exited:
	case <-ctx.Done():
	case <-time.After(exitTimeout):
	}
}
