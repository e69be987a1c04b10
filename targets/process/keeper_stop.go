package process

import (
	"errors"
	"maps"
	"slices"
	"syscall"
	"time"
)

// ask sends the leader its signal, and when it has ended what is behind it theirs, and waits until the tree has ended,
// the grace is over, or an order cuts it short. It reports whether all of them ended by themselves.
func (k *keeper) ask(grace time.Duration) bool {
	k.reap()
	if k.leader == 0 {
		return false // it ended before anyone asked
	}
	k.stopping = true
	if err := syscall.Kill(k.leader, k.signal); err != nil {
		return false
	}
	deadline := time.Now().Add(grace)
	timer := time.NewTimer(grace)
	defer timer.Stop()
	asked, orphaned := false, false
	for !k.childless {
		select {
		case <-k.sigchld:
			k.reap()
		case <-timer.C:
			return k.ended()
		case <-k.orders: // "kill", or wsgibench is gone
			k.reap()
			return k.ended()
		}
		if k.leader == 0 && !asked {
			asked = true
			for pid, part := range k.behind {
				_ = syscall.Kill(pid, part.signal) // not waited for yet, so the pid is still its own
			}
		}
		if k.ended() && !orphaned {
			orphaned = true // a leader that ends before its workers waits for none of them: neither do we, for long
			timer.Reset(min(linger, time.Until(deadline)))
		}
	}
	return true
}

// ended reports whether every program that the keeper started has ended.
func (k *keeper) ended() bool { return k.leader == 0 && len(k.behind) == 0 }

// reap waits for every child that has ended, and tells of the leader's end and of a part's that nobody asked for.
func (k *keeper) reap() {
	for {
		var ws syscall.WaitStatus
		pid, err := syscall.Wait4(-1, &ws, syscall.WNOHANG|waitAll, nil)
		if errors.Is(err, syscall.EINTR) {
			continue
		}
		k.childless = errors.Is(err, syscall.ECHILD)
		if err != nil || pid <= 0 {
			return
		}
		part, isPart := k.behind[pid]
		if (pid != k.leader && !isPart) || (!ws.Exited() && !ws.Signaled()) {
			continue
		}
		delete(k.behind, pid)
		if pid == k.leader {
			k.leader = 0
		} else if k.stopping {
			continue
		}
		k.sink.drain()
		e := event{What: evExited, Code: -1, After: time.Since(k.started), Text: part.name}
		if ws.Signaled() {
			e.Signal = ws.Signal()
		} else {
			e.Code = ws.ExitStatus()
		}
		k.tell(e)
	}
}

// killAll kills until the keeper has no child left. It returns whom it had to kill, whom it could not, and whether
// nothing is left.
//
// The end is certain, not sampled: the keeper is a subreaper, so a process of the server that lives is either its child
// or the descendant of one. That no process is *seen* in /proc would prove nothing: a scan takes time, and forks do not.
func (k *keeper) killAll(limit time.Duration) (killed, left []int, gone bool) {
	seen := map[int]bool{}
	deadline := time.Now().Add(limit)
	pause := time.Millisecond
	for time.Now().Before(deadline) {
		left = killTree(k.groups)
		for _, pid := range left {
			seen[pid] = true
		}
		if k.reap(); k.childless && len(left) == 0 {
			gone = true
			break
		}
		select {
		case <-k.sigchld:
		case <-time.After(pause):
			pause = min(2*pause, 20*time.Millisecond)
		}
	}
	return slices.Sorted(maps.Keys(seen)), left, gone
}
