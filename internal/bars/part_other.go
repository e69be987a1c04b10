//go:build !linux

package bars

import "syscall"

func withParent() *syscall.SysProcAttr { return nil } // only Linux ends a child with its parent
