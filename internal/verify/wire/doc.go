// Package wire answers: what exactly went over this connection, and was it HTTP/1.1? It sends bytes as they are given,
// whole or in pieces, reads responses byte by byte, and keeps both for the report.
//
// It does not correct, retry, follow or guess: a polite client (net/http) cannot ask impolite questions, and forgives
// answers that must not be forgiven. It does not time anything either; the load generator's own reader does that.
package wire
