// Package cpython answers: how is Python run inside this process?
//
// Run starts the interpreter and executes a program that serves jobs: requests whose answers go to a client's socket,
// either straight from the thread that ran the application or, where that is not enough, through the Go half. What a
// request is, and what a thread says to the Go half, is not known here.
//
// Everything but this file needs cgo, a C compiler, Python's headers and the build tag "embed".
package cpython
