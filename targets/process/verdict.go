package process

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// tailLines is how much of the server's output stands in an error.
const tailLines = 20

// final judges a failed attempt: nil if another may succeed, otherwise the error to end with.
func (w *waiter) final(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil // late tells why
	}
	if e := (*NotReady)(nil); errors.As(err, &e) {
		return e
	}
	if w.p == nil {
		return w.because(err)
	}
	wrong := (*wrongError)(nil)
	if at(err, stageNotHTTP) || (errors.As(err, &wrong) && !startingUp(wrong.status)) {
		if w.wrong.again(); w.wrong.lasted(w.probe.settle) {
			return w.because(err)
		}
	} else {
		w.wrong = span{}
	}
	if at(err, stageConnect) && w.settledElsewhere() {
		return w.because(err)
	}
	return nil
}

// startingUp reports whether a gateway answers so while what is behind it still starts.
func startingUp(status int) bool { return status == 502 || status == 503 || status == 504 }

// settledElsewhere reports whether the tree listens, not here, and has been doing nothing for a while: a server that
// will open another socket is at least busy starting. It looks a few times in that while: more would take the CPU from
// the server that is starting.
func (w *waiter) settledElsewhere() bool {
	if time.Since(w.looked) < w.probe.settle/8 {
		return false
	}
	w.looked = time.Now()
	tree := w.p.tree()
	ticks, busy := work(tree)
	own := w.ownListeners(tree)
	here := reached(own, w.probe.Network, w.probe.Addr, w.p.spec.Dir)
	if busy || ticks != w.ticks || len(own) == 0 || len(here) > 0 {
		w.ticks = ticks
		w.elsewhere = span{}
		return false
	}
	w.elsewhere.again()
	return w.elsewhere.lasted(2 * w.probe.settle)
}

// ownListeners returns the listening sockets that the tree holds.
func (w *waiter) ownListeners(tree []proc) []listener {
	held := map[uint64]bool{}
	for _, q := range tree {
		inodes, _ := socketsOf(q.pid)
		for n := range inodes {
			held[n] = true
		}
	}
	return pick(listeners(), func(l listener) bool { return held[l.inode] })
}

// late explains why the wait ended without an answer.
func (w *waiter) late(ctx context.Context) error {
	if err := w.caller.Err(); err != nil {
		return fmt.Errorf("wait for %s: %w", w.probe.Addr, context.Cause(w.caller))
	}
	switch context.Cause(ctx) {
	case errDied:
		return w.died()
	case errFlooded:
		return w.notReady(FloodedLog,
			fmt.Sprintf("the server printed more than %d bytes before it was ready", w.p.spec.LogLimit),
			"turn its debug or access log off")
	}
	return w.because(w.last)
}

func (w *waiter) notReady(k Kind, text, hint string) *NotReady {
	e := &NotReady{Kind: k, Text: text, Hint: hint}
	if w.p != nil {
		e.Tail = w.p.Tail(tailLines)
	}
	return e
}

func (w *waiter) died() error {
	exit := w.p.Exit()
	if e := (*NotReady)(nil); errors.As(w.stranger(), &e) { // the usual reason why a server ends at once
		e.Text = "the server " + exit.String() + ": " + e.Text
		return e
	}
	hint := "its last lines say why; start its command line by hand to see more"
	if left := w.p.PIDs(); exit.Code == 0 && exit.Signal == 0 {
		hint = "a server must stay in the foreground: look for its option not to run as a daemon"
		if len(left) > 0 {
			hint = fmt.Sprintf("%d of its processes run on in the background: look for its option to stay in the foreground", len(left))
		}
	}
	return w.notReady(Died, "the server "+exit.String()+", before it was ready", hint)
}

// because turns the last failure into an error of its kind.
func (w *waiter) because(err error) error {
	if e := (*NotReady)(nil); errors.As(err, &e) {
		return e
	}
	if wrong := (*wrongError)(nil); errors.As(err, &wrong) {
		return w.notReady(WrongAnswer, fmt.Sprintf("wrong answer from %s%s: %v", w.probe.Addr, w.probe.Path, wrong.err),
			"ask for it with curl; is it the app, the path and the Host header that you meant?")
	}
	ask := (*askError)(nil)
	if errors.As(err, &ask) {
		switch {
		case ask.stage == stageConnect:
			return w.unreachable(ask.err)
		case ask.stage == stageNotHTTP:
			return w.notReady(WrongAnswer, fmt.Sprintf("%s answers, but not with HTTP: %s", w.probe.Addr, clean(ask.err.Error())),
				"does it speak TLS, or a gateway protocol such as uwsgi or FastCGI, on this address?")
		case timedOut(ask.err):
			return w.hangs(ask)
		}
		return w.notReady(NoAnswer, fmt.Sprintf("%s accepts connections and closes them without a whole answer: %v", w.probe.Addr, ask.err),
			"a worker that dies on the first request does this; its last lines may say why")
	}
	return w.notReady(NoAnswer, fmt.Sprintf("%s could not be asked: %v", w.probe.Addr, err), "")
}

func timedOut(err error) bool {
	t, ok := errors.AsType[interface {
		error
		Timeout() bool
	}](err)
	return ok && t.Timeout()
}

func (w *waiter) hangs(ask *askError) error {
	after := time.Since(w.began).Round(time.Millisecond)
	if ask.stage == stageBody {
		return w.notReady(Hangs, fmt.Sprintf("%s sent headers and no end of the body within %v", w.probe.Addr, after),
			"the response has neither a length nor chunks, and the connection stays open: a bug of the server, or a wrong kind of socket")
	}
	return w.notReady(Hangs, fmt.Sprintf("%s accepts connections and does not answer within %v", w.probe.Addr, after),
		"the app may still be importing (give it more time) or waiting for something that is not there")
}

// unreachable explains an address where nobody accepts connections.
func (w *waiter) unreachable(err error) error {
	if w.p == nil {
		return w.notReady(NeverListened, fmt.Sprintf("nothing accepts connections at %s: %v", w.probe.Addr, err), "start the server first, or correct the address")
	}
	after := time.Since(w.began).Round(time.Millisecond)
	tree := w.p.tree()
	own := w.ownListeners(tree)
	if len(own) == 0 {
		return w.notReady(NeverListened, fmt.Sprintf("the server did not listen on %s within %v (it runs, %d processes)", w.probe.Addr, after, len(tree)),
			"does its command line hold {bind} or {port}? its last lines may say what it waits for")
	}
	var where []string
	for _, l := range own {
		where = append(where, l.String())
	}
	return w.notReady(Elsewhere, fmt.Sprintf("the server listens on %s, not on %s", strings.Join(where, ", "), w.probe.Addr),
		"its command line must pass on the address: {bind}, or {host} and {port}")
}
