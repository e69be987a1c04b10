//go:build !linux

package process

import (
	"errors"
	"syscall"
)

const waitAll = 0

// errNoProc says why the process tree is unknown.
var errNoProc = errors.New("this system has no /proc")

func becomeSubreaper() error { return nil } // there is no such thing: orphans go to process 1

func serverAttr() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }

func scan() ([]proc, error) { return nil, errNoProc }

// killTree kills the process groups of the server's programs: what left its group cannot be found here.
func killTree(groups []int) (live []int) {
	for _, group := range groups {
		if syscall.Kill(-group, syscall.SIGKILL) == nil {
			live = append(live, group)
		}
	}
	return live
}

func killOrphans(*family) (killed, left []int) { return nil, nil }

func hasHandle(int) bool { return true }

func environHas(int, string) bool { return false }
