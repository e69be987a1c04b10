package process

import (
	"errors"
	"fmt"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// Available returns the processors that this process may use now: the machine's, less what a cpuset, taskset or an earlier Pin took away.
func Available() ([]int, error) { return Affinity(os.Getpid()) }

// Affinity returns the processors that the main thread of a process may use.
func Affinity(pid int) ([]int, error) {
	var set unix.CPUSet
	if err := unix.SchedGetaffinity(pid, &set); err != nil {
		return nil, fmt.Errorf("read the CPUs of process %d: %w", pid, err)
	}
	var cpus []int
	for c := range maxCPUs {
		if set.IsSet(c) {
			cpus = append(cpus, c)
		}
	}
	return cpus, nil
}

// Pin puts every thread of a process on the given processors; threads and processes started by it later inherit them. The
// error says if the kernel refuses, or grants only some of them (a cpuset may forbid the others).
func Pin(pid int, cpus []int) error {
	var set unix.CPUSet
	for _, c := range cpus {
		if c < 0 || c >= maxCPUs {
			return fmt.Errorf("pin process %d: no CPU has the number %d", pid, c)
		}
		set.Set(c)
	}
	done := map[int]bool{}
	for range 100 { // a thread may start another while we look: until a pass finds no new one
		fresh, err := pinThreads(pid, &set, done)
		if err != nil {
			return fmt.Errorf("pin process %d to CPUs %s: %w", pid, FormatCPUs(cpus), err)
		}
		if fresh == 0 {
			return checkPinned(pid, cpus)
		}
	}
	return fmt.Errorf("pin process %d to CPUs %s: it starts threads faster than they can be pinned", pid, FormatCPUs(cpus))
}

func pinThreads(pid int, set *unix.CPUSet, done map[int]bool) (fresh int, err error) {
	tasks, err := os.ReadDir("/proc/" + strconv.Itoa(pid) + "/task")
	if err != nil {
		return 0, err
	}
	for _, t := range tasks {
		tid, err := strconv.Atoi(t.Name())
		if err != nil || done[tid] {
			continue
		}
		switch err := unix.SchedSetaffinity(tid, set); {
		case errors.Is(err, unix.ESRCH): // it has ended
		case errors.Is(err, unix.EINVAL):
			return 0, errors.New("none of these CPUs may be used here (offline, or outside this process' cpuset)")
		case err != nil:
			return 0, err
		}
		done[tid] = true
		fresh++
	}
	return fresh, nil
}

func checkPinned(pid int, cpus []int) error {
	got, err := Affinity(pid)
	if err != nil {
		return err
	}
	if g, want := FormatCPUs(got), FormatCPUs(cpus); g != want {
		return fmt.Errorf("pin process %d to CPUs %s: only %s may be used here", pid, want, g)
	}
	return nil
}
