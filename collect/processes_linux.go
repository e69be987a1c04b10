package collect

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/prometheus/procfs"
	"golang.org/x/sys/unix"
)

// userHZ is the unit of the CPU times in /proc/<pid>/stat; it is fixed at 100 on every Linux architecture.
const userHZ = 100

// readTree adds up the tree. Processes that end while it looks are left out: what they used is found again in the
// times of the parent that reaped them.
func readTree(t Tree) (usage, error) {
	var u usage
	proc, err := procfs.NewDefaultFS()
	if err != nil {
		return u, fmt.Errorf("open /proc: %w", err)
	}
	pids := t.PIDs()
	if len(pids) == 0 {
		return u, errors.New("the server has no process left")
	}
	if keeper := t.KeeperPID(); keeper > 0 {
		if p, err := proc.Proc(keeper); err == nil {
			u.addReaped(p)
		}
	}
	for _, pid := range pids {
		p, err := proc.Proc(pid)
		if err != nil {
			continue
		}
		u.addReaped(p)
		u.addLive(p)
	}
	return u, nil
}

// addReaped adds the CPU time of the children that p has waited for: to 10 ms in all, not for each.
func (u *usage) addReaped(p procfs.Proc) {
	if s, err := p.Stat(); err == nil {
		u.cpu += time.Duration(s.CUTime+s.CSTime) * time.Second / userHZ
	}
}

func (u *usage) addLive(p procfs.Proc) {
	s, err := p.Stat()
	if err != nil {
		return
	}
	if d, err := cpuClock(p.PID); err == nil {
		u.cpu += d
	} else {
		u.cpu += time.Duration(s.UTime+s.STime) * time.Second / userHZ
	}
	u.processes++
	u.threads += s.NumThreads
	u.rss += int64(s.RSS) * int64(os.Getpagesize())
	if roll, err := p.ProcSMapsRollup(); err == nil {
		u.pss += int64(roll.Pss)
	} else if !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, unix.ESRCH) {
		u.pssUnknown = fmt.Sprintf("read smaps_rollup of a server process: %v", err)
	}
	u.addSwitches(p.PID)
}

// cpuClock reads the process's own CPU clock, which has the scheduler's resolution of nanoseconds where stat has 10 ms.
// The clock's number is made as in the kernel's MAKE_PROCESS_CPUCLOCK(pid, CPUCLOCK_SCHED).
func cpuClock(pid int) (time.Duration, error) {
	const cpuclockSched = 2
	var ts unix.Timespec
	if err := unix.ClockGettime(int32(^pid<<3|cpuclockSched), &ts); err != nil {
		return 0, err
	}
	return time.Duration(ts.Nano()), nil
}

// addSwitches adds up all threads: /proc/<pid>/status counts those of the main thread only.
func (u *usage) addSwitches(pid int) {
	tasks, _ := filepath.Glob("/proc/" + strconv.Itoa(pid) + "/task/[0-9]*")
	for _, task := range tasks {
		tid, err := strconv.Atoi(filepath.Base(task))
		if err != nil {
			continue
		}
		thread, err := procfs.NewFS(filepath.Dir(task))
		if err != nil {
			continue
		}
		p, err := thread.Proc(tid)
		if err != nil {
			continue
		}
		if st, err := p.NewStatus(); err == nil {
			u.voluntary += int64(st.VoluntaryCtxtSwitches)
			u.involuntary += int64(st.NonVoluntaryCtxtSwitches)
		}
	}
}
