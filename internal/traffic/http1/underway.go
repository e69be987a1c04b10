package http1

import "github.com/wsgibench/wsgibench/collect"

// UnderWay is the exchange under way as it stands, with now as its end; ok is false where there is none. Any goroutine
// may call it. What a stream lacks is not lost yet, and it counts as left now.
func (c *Conn) UnderWay() (x collect.Exchange, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.active || c.X.Sent == 0 {
		return x, false
	}
	x = c.X
	p := &c.parser
	x.End, x.Status, x.BodyBytes = c.now(), p.Status, p.BodyBytes()
	if r := p.body.stream; r != nil {
		s := r.SoFar()
		s.Left = x.End
		x.Stream = &s
	}
	return x, true
}
