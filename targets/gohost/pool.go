package gohost

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"time"
)

// A pool keeps config.Workers Python processes alive and hands their threads out.
type pool struct {
	*crew
	threads *dispatch
	front   *front
	config  Config
	program program
	stdout  io.Writer
}

var _ host = (*pool)(nil)
var _ team = (*pool)(nil)

// newPool starts the workers and returns when all are ready, or with the reason why the first could not be.
func newPool(ctx context.Context, config Config, start program, messages *logger, access *accessLog, stdout io.Writer) (*pool, error) {
	p := &pool{config: config, program: start, stdout: stdout}
	p.crew = newCrew(ctx, p, config.Workers, messages)
	p.threads = newDispatch(p.crew.ctx, config)
	p.front = newFront(p.threads, config, messages, access)
	if err := p.start(ctx); err != nil {
		p.close()
		return nil, fmt.Errorf("load %s: %w", config.App, err)
	}
	return p, nil
}

func (p *pool) serve(listener net.Listener) error { return p.front.serve(listener) }

// shutdown lets the requests under way finish, then ends the workers.
func (p *pool) shutdown(ctx context.Context) error {
	return errors.Join(p.front.shutdown(ctx), p.crew.shutdown(ctx))
}

// close ends everything at once and returns when no process is left.
func (p *pool) close() {
	p.front.close()
	p.crew.close()
}

// finish ends a retired worker: in an orderly way once it has no request left, by force when it does not get there.
func (p *pool) finish(ctx context.Context, w *worker) {
	var expired <-chan time.Time
	if p.config.Timeout > 0 { // by then every request was answered or given up
		timer := time.NewTimer(p.config.Timeout + p.config.Graceful)
		defer timer.Stop()
		expired = timer.C
	}
	select {
	case <-w.exited:
		return
	case <-w.quiet:
	case <-expired:
	case <-ctx.Done():
	}
	p.threads.mu.Lock()
	orderly := w.busy == 0 && ctx.Err() == nil
	p.threads.mu.Unlock()
	if orderly {
		w.dismiss(ctx)
	}
	w.kill()
	<-w.exited
}

func (p *pool) reload() {
	p.crew.log.printf("reloading %s", p.config.App)
	p.crew.reload()
}

func (p *pool) publish(slot int, w *worker) { p.threads.publish(slot, w) }
func (p *pool) retire(w *worker)            { p.threads.retire(w) }
