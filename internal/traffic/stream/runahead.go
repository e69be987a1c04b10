package stream

import "time"

// runAhead finds how many blocks the app had yielded that the client had not received: what the server and the kernel
// held in between. At the instant at which block n was yielded that is n less the blocks received by then; it needs the
// arrival of as many blocks as are under way, and no more.
type runAhead struct {
	received []time.Duration // of the blocks that had not arrived when the last one was yielded
	passed   int             // blocks that had
	n        int             // blocks that arrived
}

// block takes a block as it arrives, and returns how many were under way when it was yielded, itself among them.
func (a *runAhead) block(yielded, received time.Duration) int {
	i := 0
	for i < len(a.received) && a.received[i] <= yielded {
		i++
	}
	a.passed += i
	a.received = append(a.received[:copy(a.received, a.received[i:])], received)
	a.n++
	return a.n - a.passed
}
