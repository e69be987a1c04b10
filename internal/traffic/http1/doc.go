// Package http1 answers: how does one request go over one connection, and what came back?
//
// It compiles requests into bytes once, parses and checks responses while they stream in (bodies are never kept), and
// drives a connection with one goroutine and without allocating. It never sends a request twice. It knows no schedules,
// no rates and no clients: a Driver decides what is sent when.
//
// It is HTTP/1.1 by RFC 9112 and RFC 9110, as a careful client that measures: what a browser would mend (a folded
// header, two lengths that differ, a length beside chunked coding) is an error here, because the server sent it.
package http1
