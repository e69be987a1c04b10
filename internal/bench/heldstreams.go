package bench

import (
	"sync"

	"github.com/wsgibench/wsgibench/collect"
)

// heldStreams are the streams of held clients: it shows them to the collectors, and knows how many are open.
type heldStreams struct {
	mu     sync.Mutex
	next   *collect.Group           // nil: nobody looks
	open   map[*collect.Stream]bool // that had their first block and have not ended
	most   int                      // open at one time, since somebody looks
	broken int                      // that ended with an error, since somebody looks
	how    collect.ErrorKind        // the last of them
	left   int                      // first blocks that are waited for
	all    chan struct{}            // closed when none is
}

var (
	_ collect.Observer      = (*heldStreams)(nil)
	_ collect.BlockObserver = (*heldStreams)(nil)
)

func newHeldStreams() *heldStreams { return &heldStreams{open: map[*collect.Stream]bool{}} }

// showTo shows what comes to a group, and says how many streams were open at one time, at most, while the one before
// looked.
func (h *heldStreams) showTo(g *collect.Group) (most int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	most = h.most
	h.next, h.most, h.broken, h.how = g, len(h.open), 0, ""
	return most
}

// await returns a channel that is closed when so many streams more have had their first block.
func (h *heldStreams) await(more int) <-chan struct{} {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.left, h.all = more, make(chan struct{})
	return h.all
}

// state is how many streams were open at one time, at most, since somebody looks, and how many broke.
func (h *heldStreams) state() (most, broken int, how collect.ErrorKind) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.most, h.broken, h.how
}

// ObserveBlocks implements collect.BlockObserver.
func (h *heldStreams) ObserveBlocks(request int, blocks []collect.Block) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.next != nil {
		h.next.ObserveBlocks(request, blocks)
	}
	for i := range blocks {
		if b := &blocks[i]; !b.Follows {
			h.open[b.Stream] = true
			h.most = max(h.most, len(h.open))
			if h.left--; h.left == 0 {
				close(h.all)
			}
		}
	}
}

// Observe implements collect.Observer. Streams that were under way when they were stopped are streams that this side left.
func (h *heldStreams) Observe(x *collect.Exchange) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.open, x.Stream)
	if !x.Leave() {
		return
	}
	if x.Error != "" {
		h.broken++
		h.how = x.Error
	}
	if h.next != nil {
		h.next.Observe(x)
	}
}

// goingOn shows streams that had a block and go on as they stand.
type goingOn struct{ next *collect.Group }

// Observe implements collect.Observer.
func (g goingOn) Observe(x *collect.Exchange) {
	if x.Stream != nil && x.Stream.Blocks > 0 {
		g.next.Observe(x)
	}
}
