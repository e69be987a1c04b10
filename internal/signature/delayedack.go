package signature

import (
	"fmt"
	"time"
)

var delayedACK = Signature{
	ID:   "delayed-ack",
	Doc:  "Nagle's algorithm met a delayed acknowledgement",
	Hint: "the server sends head and body in two writes without TCP_NODELAY: compare a cell with connections: {unix: true} or {keepalive: false}, or set TCP_NODELAY in the server",
	find: findDelayedACK,
}

// Linux acknowledges after 40 ms (TCP_DELACK_MIN) at the earliest; the peak was seen at 40 to 46 ms.
const (
	ackLow  = 38 * time.Millisecond
	ackHigh = 48 * time.Millisecond
)

// findDelayedACK wants a peak where a delayed acknowledgement lies, a kernel that did delay about as many, and a server
// that did not work meanwhile: an application that takes 40 ms by itself has no such count.
func findDelayedACK(e *evidence) string {
	h := e.service()
	n := peak(h, ackLow, ackHigh)
	delayed := e.metric("delayed_acks")
	if n == 0 || 5*n < h.TotalCount() || 2*delayed < float64(n) || !e.waited(ackLow) {
		return ""
	}
	return fmt.Sprintf("%s, and the kernel counts %s delayed acknowledgements", e.took(n, ackLow, ackHigh, ""), whole(delayed))
}
