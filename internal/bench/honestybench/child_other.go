//go:build !linux

package main

import "syscall"

func withParent() *syscall.SysProcAttr { return nil } // only Linux ends a child with its parent
