package main

import "syscall"

// withParent ends a child that was stopped when the bench itself is killed.
func withParent() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
