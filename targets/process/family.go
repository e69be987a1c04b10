package process

import (
	"os"
	"slices"
	"sync"
)

// A family recognises the processes of one server after their keeper has died, when ancestry tells nothing any more.
type family struct {
	own     int    // the session of this process
	handles bool   // the runtime holds a pidfd for each process that this program starts and has not yet waited for
	entry   string // WSGIBENCH_TREE=..., in the environment of every process of the server that has not overwritten it

	mu      sync.Mutex
	leaders []int          // the processes that were started: their sessions are the family's
	seen    map[int]uint64 // pid → start time of every process that was ever seen in the tree
}

func (f *family) lead(pids ...int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.leaders = pids
}

func (f *family) remember(tree ...proc) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.seen == nil {
		f.seen = map[int]uint64{}
	}
	for _, p := range tree {
		f.seen[p.pid] = p.start
	}
}

// has reports whether a process belongs to the server: it was seen there, or it is an orphan (a child of this process, which is
// a subreaper, in a session that is not this one's) of the leader's session, or with the mark, or one that this program
// did not start itself. The mark alone would miss a process in the middle of exec, or one that has just died: both
// have no environment.
func (f *family) has(p proc) bool {
	f.mu.Lock()
	start, seen := f.seen[p.pid]
	leaders := f.leaders
	f.mu.Unlock()
	if seen && start == p.start {
		return true
	}
	if p.ppid != os.Getpid() || len(leaders) == 0 || p.session == f.own {
		return false
	}
	return slices.Contains(leaders, p.session) || environHas(p.pid, f.entry) || (f.handles && !hasHandle(p.pid))
}

// orphans returns the processes of the family and everything that descends from them. It remembers them: once its
// parent is killed, nothing else may tell that a process that left the session and cleared its environment was of it.
func (f *family) orphans(all []proc) []proc {
	var found []proc
	var pids []int
	for _, p := range all {
		if f.has(p) {
			found = append(found, p)
			pids = append(pids, p.pid)
		}
	}
	found = append(found, below(all, pids...)...)
	f.remember(found...)
	return found
}
