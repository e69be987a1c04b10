package process

import (
	"fmt"
	"slices"
)

// stranger returns an error if the address that was just connected to belongs to a process that is not of the server.
// Without it, the server of an earlier run or of a colleague would be measured in the place of one that cannot start.
func (w *waiter) stranger() error {
	if w.p == nil {
		return nil
	}
	here := reached(listeners(), w.probe.Network, w.probe.Addr, w.p.spec.Dir)
	foreign, known := w.notOwned(here)
	if len(foreign) == 0 {
		w.suspicions = 0
		return nil // also where nothing can be known
	}
	l := foreign[0]
	owner := ownerOf(l.inode)
	if owner == 0 {
		// Of another user, or passed on at this moment. Believed when it stays so, and if nothing of ours is hidden.
		if w.suspicions++; w.suspicions < 3 || !known {
			return nil
		}
		return w.taken(l, fmt.Sprintf("a process of user %d that this user may not look into", l.uid))
	}
	if slices.Contains(w.p.PIDs(), owner) {
		return nil // a process that was forked while we looked
	}
	return w.taken(l, describe(owner))
}

func (w *waiter) taken(l listener, who string) error {
	return w.notReady(SomebodyElse, fmt.Sprintf("%s is taken: %s listens on %s", w.probe.Addr, who, l), "end that process, or choose another port")
}

// notOwned returns the listeners that no process of the tree holds; known is false if a process of the tree hides what it
// holds (one that changed its user, or may not be dumped).
func (w *waiter) notOwned(here []listener) (foreign []listener, known bool) {
	known = true
	held := map[uint64]bool{}
	for _, pid := range w.p.PIDs() {
		inodes, ok := socketsOf(pid)
		known = known && ok
		for n := range inodes {
			held[n] = true
		}
	}
	return pick(here, func(l listener) bool { return !held[l.inode] }), known
}

// ownerOf finds a process that holds a socket; 0 if this user sees none.
func ownerOf(inode uint64) int {
	all, err := scan()
	if err != nil {
		return 0
	}
	for _, p := range all {
		if inodes, _ := socketsOf(p.pid); inodes[inode] {
			return p.pid
		}
	}
	return 0
}
