package signature

import "time"

var drain = Signature{
	ID:   "drain",
	Doc:  "the server waits for 10 ms before it closes each connection, and the answer ends with the connection",
	Hint: "Werkzeug's server does so after every response; give the responses a Content-Length, and do not plan production with a development server",
	find: findDrain,
}

// Werkzeug waits in select for 10 ms for what the client may still send (serving.py, WSGIRequestHandler).
const (
	drainLow  = 10 * time.Millisecond
	drainHigh = 14 * time.Millisecond
)

func findDrain(e *evidence) string {
	h := e.service()
	n := between(h, drainLow, drainHigh)
	total := h.TotalCount()
	switch {
	case n < fewest || 2*n < total: // not most
		return ""
	case 50*between(h, 0, drainLow) > total: // some are quicker
		return ""
	case 2*e.metric("eof_framed") < float64(total) || !e.waited(drainLow):
		return ""
	}
	return e.took(n, drainLow, drainHigh, " and hardly any less") + "; the body ends with the connection"
}
