package gohost

import (
	"context"
	"slices"
	"sync"
	"time"
)

const (
	firstBackoff = 100 * time.Millisecond // before a worker that died young is replaced; doubled each time
	longBackoff  = 10 * time.Second
	youth        = 10 * time.Second // a worker that lived longer is replaced at once
)

// A crew keeps a worker process in each of its slots. What the workers are, and how they are put to use, is its team's
// business.
type crew struct {
	log     *logger
	team    team
	keepers sync.WaitGroup
	reloads []chan struct{} // by slot

	ctx          context.Context // ends when everything is to end at once
	cancel       context.CancelFunc
	starting     context.Context // ends when no worker is to be started any more; below ctx
	stopStarting context.CancelFunc

	mu    sync.Mutex // guards left of its workers, too
	alive []*worker
}

// A team is what a crew needs to know of its workers.
type team interface {
	// launch starts a worker and returns it once it is ready.
	launch(ctx context.Context, slot int) (*worker, error)
	// publish puts a worker to use in its slot, in the place of the one before.
	publish(slot int, w *worker)
	// retire takes a worker out of use. It may finish what it has begun.
	retire(w *worker)
	// finish waits for the end of a retired worker, and ends it by force when it does not get there.
	finish(ctx context.Context, w *worker)
}

func newCrew(ctx context.Context, t team, slots int, log *logger) *crew {
	c := &crew{log: log, team: t}
	c.ctx, c.cancel = context.WithCancel(context.WithoutCancel(ctx))
	c.starting, c.stopStarting = context.WithCancel(c.ctx)
	for range slots {
		c.reloads = append(c.reloads, make(chan struct{}, 1))
	}
	return c
}

// start fills all slots, and returns when all workers are ready, or with the reason why the first could not be. The end
// of ctx before that stops it.
func (c *crew) start(ctx context.Context) error {
	stop := context.AfterFunc(ctx, c.stopStarting) // later the end of ctx is a graceful one
	defer stop()
	outcome := make(chan error, len(c.reloads))
	for slot := range c.reloads {
		c.keepers.Go(func() { c.keep(slot, outcome) })
	}
	for range c.reloads {
		if err := <-outcome; err != nil {
			return err
		}
	}
	return nil
}

// keep has a worker in its slot from the start to the end, and tells the outcome of the first start.
func (c *crew) keep(slot int, outcome chan<- error) {
	w, err := c.team.launch(c.starting, slot)
	if err == nil {
		c.engage(slot, w)
	}
	outcome <- err
	if err != nil {
		return
	}
	var backoff time.Duration
	for {
		why, optional := c.watch(slot, w)
		if c.starting.Err() != nil {
			c.leave(w)
			return
		}
		c.log.printf("replacing worker %d: %s", w.cmd.Process.Pid, why)
		if optional || time.Since(w.started) > youth {
			backoff = 0
		} else {
			backoff = min(max(firstBackoff, 2*backoff), longBackoff)
		}
		w = c.replace(slot, w, optional, backoff)
	}
}

// watch waits until the worker has to be replaced, or the pool ends. optional is true where the worker could go on.
func (c *crew) watch(slot int, w *worker) (why string, optional bool) {
	select {
	case <-c.starting.Done():
		return "", true
	case <-w.exited:
		why = "it ended, " + w.cmd.ProcessState.String()
	case asked := <-w.worn:
		if why = asked.why; asked.optional {
			return why, true
		}
		select { // how it ended says more than that a request saw it end
		case <-w.exited:
			why = "it ended, " + w.cmd.ProcessState.String()
		case <-time.After(firstBackoff):
		}
	case <-c.reloads[slot]:
		return "asked to reload", true
	}
	c.leave(w)
	return why, false
}

// replace starts another worker in the slot and returns it. Where the old one can go on, it does so until the new one
// is ready, and stays if there is none.
func (c *crew) replace(slot int, old *worker, optional bool, backoff time.Duration) *worker {
	for {
		select {
		case <-time.After(backoff):
		case <-c.starting.Done():
			return old
		}
		next, err := c.team.launch(c.starting, slot)
		if err == nil {
			c.engage(slot, next)
			c.leave(old)
			return next
		}
		if c.starting.Err() != nil {
			return old
		}
		if c.log.printf("%v", err); optional {
			c.log.printf("worker %d stays", old.cmd.Process.Pid)
			return old
		}
		backoff = min(max(firstBackoff, 2*backoff), longBackoff)
	}
}

// leave takes a worker out of use and ends it in the background.
func (c *crew) leave(w *worker) {
	c.team.retire(w)
	c.mu.Lock()
	defer c.mu.Unlock()
	if !w.left {
		w.left = true
		c.keepers.Go(func() {
			c.team.finish(c.ctx, w)
			c.mu.Lock()
			defer c.mu.Unlock()
			c.alive = slices.DeleteFunc(c.alive, func(other *worker) bool { return other == w })
			c.tell()
		})
	}
}

// engage puts a worker to use. What it answers while another one still does must say so: wsgi.multiprocess.
func (c *crew) engage(slot int, w *worker) {
	c.mu.Lock()
	c.alive = append(c.alive, w)
	c.tell()
	c.mu.Unlock()
	c.team.publish(slot, w)
}

// tell lets each worker know whether it is alone. The crew is locked.
func (c *crew) tell() {
	var others byte
	if len(c.alive) > 1 {
		others = 1
	}
	for _, w := range c.alive {
		w.flags[flagOthers] = others
	}
}

// reload replaces every worker by one that has loaded the application anew. Each old one serves until then.
func (c *crew) reload() {
	for _, ask := range c.reloads {
		select {
		case ask <- struct{}{}:
		default: // it was asked already
		}
	}
}

// shutdown waits until all workers have finished what they had begun, or until the context ends. Nobody gives them
// anything any more.
func (c *crew) shutdown(ctx context.Context) error {
	c.stopStarting()
	ended := make(chan struct{})
	go func() {
		c.keepers.Wait()
		close(ended)
	}()
	select {
	case <-ended:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// close ends everything at once and returns when no process is left.
func (c *crew) close() {
	c.stopStarting()
	c.cancel()
	c.keepers.Wait()
}
