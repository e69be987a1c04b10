// Package pyenv answers: which Python interpreter is this, and where is one with these packages?
//
// Find runs an interpreter to learn what it is. Store.Ensure makes a virtual environment for an interpreter and a set
// of packages, pinned with hashes where there is a lock, once for all processes of the user, and finds it again later.
// A user's own environment is never changed: what a server needs beside it goes into a derived one.
//
// It knows no servers and starts none.
package pyenv
