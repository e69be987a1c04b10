package stream

import "time"

// runAhead finds how many blocks the app had yielded that the client had not received: what the server and the kernel
// held in between. At the instant at which block n was yielded that is n less the blocks received by then; it needs to
// know when the blocks that are under way arrived, and no more, and one instant for all that one read brought.
type runAhead struct {
	reads  []arrival // that had not returned when the last block was yielded, from
	from   int       // on; what lies before it is dropped when it is half of them
	passed int       // blocks that had been received then
	n      int       // blocks that arrived
}

// An arrival is a read that brought n blocks.
type arrival struct {
	at time.Duration
	n  int
}

// block takes a block as it arrives, and returns how many were under way when it was yielded, itself among them.
func (a *runAhead) block(yielded, received time.Duration) int {
	for a.from < len(a.reads) && a.reads[a.from].at <= yielded {
		a.passed += a.reads[a.from].n
		a.from++
	}
	if 2*a.from > len(a.reads) {
		a.reads = append(a.reads[:0], a.reads[a.from:]...)
		a.from = 0
	}
	if last := len(a.reads) - 1; last >= a.from && a.reads[last].at == received {
		a.reads[last].n++
	} else {
		a.reads = append(a.reads, arrival{received, 1})
	}
	a.n++
	return a.n - a.passed
}
