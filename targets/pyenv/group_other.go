//go:build !linux

package pyenv

import (
	"os/exec"
	"syscall"
)

// group starts the program in a process group of its own, which is killed whole when its context ends. Only Linux can
// also end it when this program is killed; here it runs to its end, and leaves an incomplete environment that the next
// use removes.
func group(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
