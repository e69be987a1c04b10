package pyenv

import (
	"os/exec"
	"syscall"
)

// group starts the program in a process group of its own, which is killed whole when its context ends, and has the
// kernel kill it when this program is killed.
func group(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
