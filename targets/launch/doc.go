// Package launch answers: how does a descriptor become a running server?
//
// Launcher.Prepare finds the interpreter and the packages that a server needs, or says why it cannot be had here
// (*Missing). Prepared.Start expands the descriptor for one place to listen and starts the server under a keeper.
// Whether it answers, and how, is for the caller to find out (process.Await); so are traffic and records.
package launch
