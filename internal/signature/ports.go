package signature

import "fmt"

var noPorts = Signature{
	ID:   "no-local-port",
	Doc:  "this side ran out of local ports or file descriptors",
	Hint: "keep connections alive, use a Unix socket, lower the rate, or widen net.ipv4.ip_local_port_range (ulimit -n for descriptors)",
	find: func(e *evidence) string {
		n, example := e.count("no-local-port")
		if n == 0 {
			return ""
		}
		opened := e.metric("requests") - e.metric("reused_connections")
		return fmt.Sprintf("%s could not be sent (%s) after some %s new connections, each of which keeps its port for a minute after its end",
			requests(n), example, whole(opened))
	},
}
