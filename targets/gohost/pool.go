package gohost

import (
	"container/list"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

const (
	firstBackoff = 100 * time.Millisecond // before a worker that died young is replaced; doubled each time
	longBackoff  = 10 * time.Second
	youth        = 10 * time.Second // a worker that lived longer is replaced at once
)

// A pool keeps config.Workers Python processes alive and hands their threads out.
type pool struct {
	config  Config
	program program
	stdout  io.Writer
	log     *logger
	front   *front
	keepers sync.WaitGroup

	ctx          context.Context // ends when everything is to end at once
	cancel       context.CancelFunc
	starting     context.Context // ends when no worker is to be started any more; below ctx
	stopStarting context.CancelFunc

	reloads []chan struct{} // by slot

	mu      sync.Mutex
	workers []*worker // by slot; nil while there is none
	ready   int       // of them, those that are there
	turn    int
	waiting *list.List // of *waiter
	whole   int        // of them, those whose body is complete
	partial int        // requests with a thread whose body was not complete
}

var _ host = (*pool)(nil)

// newPool starts the workers and returns when all are ready, or with the reason why the first could not be.
func newPool(ctx context.Context, config Config, start program, messages *logger, access *accessLog, stdout io.Writer) (*pool, error) {
	p := &pool{
		config: config, program: start, stdout: stdout, log: messages,
		workers: make([]*worker, config.Workers), waiting: list.New(),
	}
	p.ctx, p.cancel = context.WithCancel(context.WithoutCancel(ctx))
	p.starting, p.stopStarting = context.WithCancel(p.ctx)
	p.front = newFront(p, config, messages, access)
	stop := context.AfterFunc(ctx, p.stopStarting) // later the end of ctx is a graceful one
	defer stop()
	outcome := make(chan error, config.Workers)
	for range config.Workers {
		p.reloads = append(p.reloads, make(chan struct{}, 1))
	}
	for slot := range config.Workers {
		p.keepers.Go(func() { p.keep(slot, outcome) })
	}
	for range config.Workers {
		if err := <-outcome; err != nil {
			p.close()
			return nil, fmt.Errorf("load %s: %w", config.App, err)
		}
	}
	return p, nil
}

// keep has a worker in its slot from the start to the end, and tells the outcome of the first start.
func (p *pool) keep(slot int, outcome chan<- error) {
	w, err := p.launch(p.starting)
	if err == nil {
		p.publish(slot, w)
	}
	outcome <- err
	if err != nil {
		return
	}
	var backoff time.Duration
	for {
		why, optional := p.watch(slot, w)
		if p.starting.Err() != nil {
			p.leave(w)
			return
		}
		p.log.printf("replacing worker %d: %s", w.cmd.Process.Pid, why)
		if optional || time.Since(w.started) > youth {
			backoff = 0
		} else {
			backoff = min(max(firstBackoff, 2*backoff), longBackoff)
		}
		w = p.replace(slot, w, optional, backoff)
	}
}

// watch waits until the worker has to be replaced, or the pool ends. optional is true where the worker could go on.
func (p *pool) watch(slot int, w *worker) (why string, optional bool) {
	select {
	case <-p.starting.Done():
		return "", true
	case <-w.exited:
		why = "it ended, " + w.cmd.ProcessState.String()
	case why = <-w.worn:
		p.mu.Lock()
		hangs := w.retired
		p.mu.Unlock()
		if !hangs {
			return why, true
		}
		select { // how it ended says more than that a request saw it end
		case <-w.exited:
			why = "it ended, " + w.cmd.ProcessState.String()
		case <-time.After(firstBackoff):
		}
	case <-p.reloads[slot]:
		return "asked to reload", true
	}
	p.leave(w)
	return why, false
}

// replace starts another worker in the slot and returns it. Where the old one can go on, it does so until the new one
// is ready, and stays if there is none.
func (p *pool) replace(slot int, old *worker, optional bool, backoff time.Duration) *worker {
	for {
		select {
		case <-time.After(backoff):
		case <-p.starting.Done():
			return old
		}
		next, err := p.launch(p.starting)
		if err == nil {
			p.publish(slot, next)
			p.leave(old)
			return next
		}
		if p.starting.Err() != nil {
			return old
		}
		if p.log.printf("%v", err); optional {
			p.log.printf("worker %d stays", old.cmd.Process.Pid)
			return old
		}
		backoff = min(max(firstBackoff, 2*backoff), longBackoff)
	}
}

// leave takes a worker out of use and ends it in the background.
func (p *pool) leave(w *worker) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.retire(w)
	if !w.left {
		w.left = true
		p.keepers.Go(func() { p.finish(p.ctx, w) })
	}
}

// reload replaces every worker by one that has loaded the application anew. Each old one serves until then.
func (p *pool) reload() {
	p.log.printf("reloading %s", p.config.App)
	for _, ask := range p.reloads {
		select {
		case ask <- struct{}{}:
		default: // it was asked already
		}
	}
}

func (p *pool) serve(listener net.Listener) error { return p.front.serve(listener) }

// shutdown lets the requests under way finish, then ends the workers.
func (p *pool) shutdown(ctx context.Context) error {
	err := p.front.shutdown(ctx)
	p.stopStarting()
	ended := make(chan struct{})
	go func() {
		p.keepers.Wait()
		close(ended)
	}()
	select {
	case <-ended:
	case <-ctx.Done():
		err = errors.Join(err, ctx.Err())
	}
	return err
}

// close ends everything at once and returns when no process is left.
func (p *pool) close() {
	p.front.close()
	p.stopStarting()
	p.cancel()
	p.keepers.Wait()
}
