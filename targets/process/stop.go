package process

import (
	"context"
	"fmt"
	"time"
)

// A StopReport says what it took to stop a server.
type StopReport struct {
	Graceful   bool          // the leader, and what is behind it, was asked by signal and ended by itself within the grace
	Killed     []int         // processes that needed KILL
	Took       time.Duration // from the call of Stop, or the loss of the keeper, until nothing was left
	KeeperLost bool          // the keeper was killed by somebody; this process has cleaned up in its place
}

// Stop sends the leader its signal, and once it has ended what is behind it theirs, waits for its grace, kills every process of the server that is left, wherever it has moved, and
// returns when all are gone. If ctx ends, the grace does too: nothing is left behind all the same. Every call
// returns the same report. The error names processes that could not be killed.
func (p *Process) Stop(ctx context.Context) (StopReport, error) {
	p.stopping.Do(func() { p.stop(ctx) })
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.left) > 0 {
		return p.report, fmt.Errorf("stop %s: processes %v survived KILL; end them by hand", p.spec.Argv[0], p.left)
	}
	if p.unsure {
		return p.report, fmt.Errorf("stop %s: its processes fork faster than they can be killed; end them by hand", p.spec.Argv[0])
	}
	return p.report, nil
}

// stop waits for the keeper to carry out the order, and for the keeper's own end.
func (p *Process) stop(ctx context.Context) {
	began := time.Now()
	p.send(order{Do: "stop"})
	stuck := time.NewTimer(p.spec.Grace + p.patience)
	defer stuck.Stop()
	cancelled := ctx.Done()
wait:
	for {
		select {
		case <-p.gone:
			break wait
		case <-cancelled:
			cancelled = nil
			p.send(order{Do: "kill"})
			stuck.Reset(p.patience)
		case <-stuck.C:
			_ = p.keeper.Process.Kill() // somebody has frozen it; listen takes over what it leaves
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.report.KeeperLost {
		p.report.Took = time.Since(began)
	}
}
