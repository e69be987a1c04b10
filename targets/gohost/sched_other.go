//go:build !linux

package gohost

// batch does nothing: only Linux lets a process ask not to push others aside.
func batch() error { return nil }
