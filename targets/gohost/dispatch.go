package gohost

import (
	"container/list"
	"context"
	"errors"
	"os"
	"sync"
	"time"
)

var (
	errBusy    = errors.New("no thread became free in time")
	errStopped = errors.New("the pool is stopping")
)

// A dispatch hands the threads of its workers out to requests.
type dispatch struct {
	config Config
	ctx    context.Context // ends when everything is to end at once

	mu      sync.Mutex
	workers []*worker // by slot; nil while there is none
	ready   int       // of them, those that are there
	turn    int
	waiting *list.List // of *waiter
	whole   int        // of them, those whose body is complete
	partial int        // requests with a thread whose body was not complete
}

func newDispatch(ctx context.Context, config Config) *dispatch {
	return &dispatch{config: config, ctx: ctx, workers: make([]*worker, config.Workers), waiting: list.New()}
}

// A waiter is a request for which no thread was free.
type waiter struct {
	given   chan *thread // of capacity 1
	partial bool
}

// acquire takes a free thread of the worker with the fewest requests; where there is none it waits for its turn, but
// no longer than config.Timeout. A request whose body is not complete is partial: all threads but one may be held by
// such, so that slow senders never hold them all.
func (p *dispatch) acquire(partial bool) (*thread, error) {
	p.mu.Lock()
	if t := p.try(partial); t != nil {
		p.mu.Unlock()
		return t, nil
	}
	w := &waiter{make(chan *thread, 1), partial}
	place := p.waiting.PushBack(w)
	p.count(w, 1)
	p.mu.Unlock()
	return p.await(w, place)
}

// acquireNow is acquire for a partial request that has better to do than to wait: to read on. It may return nil.
func (p *dispatch) acquireNow() *thread {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.try(true)
}

// try takes a thread unless somebody waits who may have it. The dispatch is locked.
func (p *dispatch) try(partial bool) *thread {
	if p.whole > 0 || partial && p.waiting.Len() > 0 {
		return nil
	}
	return p.take(partial)
}

// count keeps the number of complete requests that wait. The dispatch is locked.
func (p *dispatch) count(w *waiter, n int) {
	if !w.partial {
		p.whole += n
	}
}

func (p *dispatch) await(w *waiter, place *list.Element) (*thread, error) {
	var expired <-chan time.Time
	if p.config.Timeout > 0 {
		timer := time.NewTimer(p.config.Timeout)
		defer timer.Stop()
		expired = timer.C
	}
	select {
	case t := <-w.given:
		return t, nil
	case <-p.ctx.Done():
	case <-expired:
	}
	p.mu.Lock()
	select {
	case t := <-w.given: // in the last moment
		p.mu.Unlock()
		return t, nil
	default:
	}
	p.waiting.Remove(place)
	p.count(w, -1)
	p.mu.Unlock()
	if p.ctx.Err() != nil {
		return nil, errStopped
	}
	return nil, errBusy
}

// take returns a free thread or nil. Among workers with equally many requests it goes round, so that all are used; of a
// worker's threads it takes the one that was used last. The dispatch is locked.
func (p *dispatch) take(partial bool) *thread {
	if partial && p.partial >= max(1, p.ready*p.config.Threads-1) {
		return nil
	}
	var best *worker
	for i := range p.workers {
		w := p.workers[(p.turn+i)%len(p.workers)]
		if w == nil || len(w.idle) == 0 {
			continue
		}
		if best == nil || w.busy < best.busy {
			best = w
		}
	}
	if best == nil {
		return nil
	}
	p.turn++
	last := len(best.idle) - 1
	t := best.idle[last]
	best.idle = best.idle[:last]
	best.busy++
	p.wear(best)
	t.partial = partial
	if partial {
		p.partial++
	}
	return t
}

// wear notices when a worker has served as many requests as it may. It goes on until its replacement is ready.
func (p *dispatch) wear(w *worker) {
	if w.served++; w.served == p.config.MaxRequests {
		w.wear("it has served its --max-requests", true)
	}
}

// release gives a thread back once it takes requests again.
func (p *dispatch) release(t *thread) {
	t.renew()
	p.mu.Lock()
	defer p.mu.Unlock()
	w := t.worker
	w.busy--
	p.ended(t)
	if w.retired {
		p.settle(w)
		return
	}
	w.idle = append(w.idle, t)
	p.serveWaiting()
}

// lose gives up a thread whose worker has died, or cannot be relied on any more: it then is stuck.
func (p *dispatch) lose(t *thread, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended(t)
	switch {
	case errors.Is(err, errProtocol):
		t.worker.stuck++
		t.worker.wear(err.Error(), false)
	case errors.Is(err, os.ErrDeadlineExceeded):
		t.worker.stuck++
		t.worker.wear("a request took longer than --timeout", false)
	default:
		t.worker.busy--
		t.worker.wear("one of its threads ended", false)
	}
	p.remove(t.worker)
	p.settle(t.worker)
	p.serveWaiting()
}

func (p *dispatch) ended(t *thread) {
	if t.partial {
		t.partial = false
		p.partial--
	}
}

// serveWaiting gives free threads to those who wait, in their order, save that a partial request may have to let a
// complete one pass.
func (p *dispatch) serveWaiting() {
	for e := p.waiting.Front(); e != nil; {
		next := e.Next()
		w := e.Value.(*waiter)
		t := p.take(w.partial)
		if t != nil {
			p.waiting.Remove(e)
			p.count(w, -1)
			w.given <- t
		} else if !w.partial {
			return
		}
		e = next
	}
}

// retire takes a worker out of the dispatch; what it has begun it may finish.
func (p *dispatch) retire(w *worker) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.remove(w)
}

// remove is retire with the dispatch locked.
func (p *dispatch) remove(w *worker) {
	if w.retired {
		return
	}
	w.retired, w.idle = true, nil
	for i := range p.workers {
		if p.workers[i] == w {
			p.workers[i] = nil
			p.ready--
		}
	}
	p.settle(w)
}

// settle notices when a retired worker has no request left that could still be answered.
func (p *dispatch) settle(w *worker) {
	if w.retired && w.busy == w.stuck && !w.settled {
		w.settled = true
		close(w.quiet)
	}
}

// publish makes a worker available in its slot.
func (p *dispatch) publish(slot int, w *worker) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if old := p.workers[slot]; old != nil {
		p.remove(old)
	}
	p.workers[slot] = w
	p.ready++
	w.idle = append(w.idle, w.threads...)
	p.serveWaiting()
}
