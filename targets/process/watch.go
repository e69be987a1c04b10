package process

import (
	"encoding/json"
	"os"
	"slices"
	"time"
)

// listen follows the keeper's events to their end, which is the keeper's, and then sees to what it left.
func (p *Process) listen(status *os.File) {
	dec := json.NewDecoder(status)
	for {
		var e event
		if dec.Decode(&e) != nil {
			break
		}
		p.note(e)
	}
	status.Close()
	p.mu.Lock()
	p.control.Close()
	p.mu.Unlock()
	// Wait returns after the kernel has given the keeper's children to this process: only now can they be found.
	_ = p.keeper.Wait()
	p.mu.Lock()
	lost := p.pid != 0 && !p.stopped
	p.mu.Unlock()
	if lost {
		p.cleanUp()
	}
	close(p.gone)
}

// cleanUp ends the server of a keeper that was killed.
func (p *Process) cleanUp() {
	began := time.Now()
	killed, left := killOrphans(&p.family)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.report = StopReport{Killed: killed, Took: time.Since(began), KeeperLost: true}
	p.left = left
	if !p.exit.Ended {
		p.ended(Exit{Code: -1, Lost: true, After: time.Since(p.began)})
	}
}

// note records one event.
func (p *Process) note(e event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e.What {
	case evHello:
		close(p.hello)
	case evStarted:
		p.pid = e.PID
		p.behind = e.Behind
		p.family.lead(append(e.Behind, e.PID)...)
		close(p.settled)
	case evRefused:
		p.refused = e.Text
		close(p.settled)
	case evExited:
		p.ended(Exit{Code: e.Code, Signal: e.Signal, After: e.After, Part: e.Text})
	case evFlooded:
		close(p.flooded)
	case evLogLost:
		p.logLost = e.Text
	case evStopped:
		p.stopped = true
		p.report = StopReport{Graceful: e.Graceful, Killed: e.Killed}
		p.left = e.Left
		p.unsure = !e.Gone
	}
}

// ended records the end of the leader or of a part behind it, whichever comes first, with p.mu held.
func (p *Process) ended(e Exit) {
	if p.exit.Ended {
		return
	}
	e.Ended, e.At = true, time.Now()
	p.exit = e
	close(p.done)
}

// PID returns the process id of the server's leader, the process that Argv became.
func (p *Process) PID() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.pid
}

// KeeperPID returns the process id of the keeper. The times of its waited-for children (cutime, cstime) belong to the
// server; its own times do not.
func (p *Process) KeeperPID() int { return p.keeper.Process.Pid }

// PIDs returns every process of the server that lives, the leader first if it does, without the keeper. Where there is no
// /proc it is the leader alone. It reads /proc once: a millisecond or two, so not for tight loops.
func (p *Process) PIDs() []int {
	var pids []int
	for _, q := range p.tree() {
		pids = append(pids, q.pid)
	}
	return pids
}

// tree returns the living processes of the server, parents before their children.
func (p *Process) tree() []proc {
	select {
	case <-p.gone:
		return nil
	default:
	}
	all, err := scan()
	if err != nil {
		if p.Exit().Ended {
			return nil
		}
		return []proc{{pid: p.PID(), group: p.PID(), session: p.PID()}}
	}
	tree := living(below(all, p.KeeperPID()))
	if i := slices.IndexFunc(tree, func(q proc) bool { return q.pid == p.PID() }); i > 0 {
		tree[0], tree[i] = tree[i], tree[0] // what is behind the leader was started before it
	}
	p.family.remember(tree...)
	return tree
}

// workerTree is the part of the tree that has the workers: what is behind the front, where there is such.
func (p *Process) workerTree() []proc {
	tree := p.tree()
	p.mu.Lock()
	behind := p.behind
	p.mu.Unlock()
	if len(behind) == 0 {
		return tree
	}
	roots := slices.DeleteFunc(slices.Clone(tree), func(q proc) bool { return !slices.Contains(behind, q.pid) })
	return append(roots, below(tree, behind...)...)
}

// Done is closed when the leader, or a part behind it, has ended. Other processes of the server may live on until Stop.
func (p *Process) Done() <-chan struct{} { return p.done }

// Exit tells how the leader, or the part behind it that ended first, did so, or that all still run.
func (p *Process) Exit() Exit {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.exit
}

// Flooded reports whether the server has printed more than its log may hold. Nothing more is written then.
func (p *Process) Flooded() bool {
	select {
	case <-p.flooded:
		return true
	default:
		return false
	}
}

// Flooding is closed once the log is full: see Spec.LogLimit.
func (p *Process) Flooding() <-chan struct{} { return p.flooded }
