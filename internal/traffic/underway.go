package traffic

import "github.com/wsgibench/wsgibench/collect"

// UnderWay shows obs the exchanges under way as they stand, with now as their end. Any goroutine may call it while Send
// is at work: streams that go on for longer than they are looked at still count.
func (e *Engine) UnderWay(obs collect.Observer) {
	e.mu.Lock()
	l := e.loop
	e.mu.Unlock()
	if l == nil {
		return
	}
	for _, w := range l.connections() {
		if x, ok := w.underWay(); ok {
			obs.Observe(&x)
		}
	}
}

func (w *worker) underWay() (x collect.Exchange, ok bool) {
	w.mu.Lock()
	c := w.conn
	w.mu.Unlock()
	if c == nil {
		return x, false
	}
	return c.UnderWay()
}
