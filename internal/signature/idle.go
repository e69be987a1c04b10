package signature

import "fmt"

var idleClosed = Signature{
	ID:   "idle-closed",
	Doc:  "the server closed kept connections just as the client used them again",
	Hint: "make the server's keep-alive timeout longer than the clients' pauses, or have it announce Connection: close",
	find: func(e *evidence) string {
		n, _ := e.count("idle-closed")
		reused := e.metric("reused_connections")
		if n == 0 {
			return ""
		}
		return fmt.Sprintf("%s on a connection that had served before ended before any byte of an answer, of %s such requests; a client that retries would hide them",
			requests(n), whole(max(reused, float64(n))))
	},
}
