package signature

import "fmt"

var connectionCap = Signature{
	ID:   "connection-cap",
	Doc:  "the server serves a limited number of connections, and the others wait",
	Hint: "raise its limit (waitress: connection_limit, 100 unless told; gunicorn: worker_connections), or use fewer clients",
	find: findConnectionCap,
}

// findConnectionCap looks at connections that are kept: some are answered all the time, others are open and never are.
func findConnectionCap(e *evidence) string {
	answered, never := e.metric("connections_answered"), e.metric("connections_unanswered")
	if e.phase.Clients == 0 || answered == 0 || never == 0 || answered >= float64(e.phase.Clients) {
		return ""
	}
	if e.metric("reused_connections") < answered { // not kept: every request has a connection of its own
		return ""
	}
	return fmt.Sprintf("with %d clients, %s connections were answered, and %s were opened and never answered",
		e.phase.Clients, whole(answered), whole(never))
}
