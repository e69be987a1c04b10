package gohost

import (
	"fmt"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// batch asks the kernel to treat this process, and the workers it starts, as SCHED_BATCH: a thread that is woken then
// does not push aside the one that runs. A worker that has sent a response goes on to its next request instead of
// being interrupted by our reading of it, which took a third of the CPU time of a 10 KiB response where both share a
// CPU. An idle CPU still takes a woken thread at once.
func batch() error {
	tasks, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return fmt.Errorf("list the threads: %w", err)
	}
	for _, task := range tasks {
		id, err := strconv.Atoi(task.Name())
		if err != nil {
			continue
		}
		if err := batchThread(id); err != nil && err != unix.ESRCH { // it may have ended
			return os.NewSyscallError("sched_setattr", err)
		}
	}
	return nil
}

// batchThread leaves alone what somebody has set: a real-time or idle policy, a nice value.
func batchThread(id int) error {
	attributes, err := unix.SchedGetAttr(id, 0)
	if err != nil || attributes.Policy != unix.SCHED_NORMAL {
		return err
	}
	attributes.Policy = unix.SCHED_BATCH
	return unix.SchedSetAttr(id, attributes, 0)
}
