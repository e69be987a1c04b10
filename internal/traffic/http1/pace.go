package http1

import "time"

// paces are how many reads or writes a second a slow client makes.
const paces = 20

// ration waits until a slow reader may read on, and returns the part of buf that it may fill.
func (c *Conn) ration(buf []byte) []byte {
	rate := c.msg.manner.ReadRate
	if rate == 0 {
		return buf
	}
	n := portion(rate, len(buf))
	c.idleUntil(c.X.Sent + span(c.X.WireIn+int64(n), rate))
	return buf[:n]
}

// writeBody sends a body that is not part of the head's write, at the rate of a slow sender where the request has one.
func (c *Conn) writeBody() {
	rate, body := c.msg.manner.SendRate, c.msg.body
	if rate == 0 {
		c.write(body)
		return
	}
	began := c.now()
	for sent := 0; sent < len(body); {
		n := portion(rate, len(body)-sent)
		if !c.write(body[sent : sent+n]) {
			return
		}
		sent += n
		c.idleUntil(began + span(int64(sent), rate))
	}
}

func portion(rate float64, most int) int { return min(most, max(1, int(rate/paces))) }

func span(n int64, rate float64) time.Duration {
	return time.Duration(float64(n) / rate * float64(time.Second))
}

// idleUntil waits, unlocked, for an instant of the exchange's clock, or until the exchange is aborted or out of time.
func (c *Conn) idleUntil(at time.Duration) {
	if c.Timeout > 0 {
		at = min(at, c.X.Sent+c.Timeout)
	}
	for !c.aborted {
		left := at - c.now()
		if left <= 0 {
			return
		}
		c.mu.Unlock()
		timer := time.NewTimer(left)
		select {
		case <-timer.C:
		case <-c.wake:
		}
		timer.Stop()
		c.mu.Lock()
	}
}
