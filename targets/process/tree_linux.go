package process

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// waitAll makes wait4 see children of every kind, also those cloned without SIGCHLD.
const waitAll = unix.WALL

// becomeSubreaper makes this process the parent of its orphaned descendants.
func becomeSubreaper() error {
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("become a child subreaper: %w", err)
	}
	return nil
}

func serverAttr() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setsid: true, Pdeathsig: syscall.SIGKILL}
}

// scan reads every process that this one can see. Processes that end meanwhile are left out.
func scan() ([]proc, error) {
	dir, err := os.Open("/proc")
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	names, err := dir.Readdirnames(-1)
	if err != nil {
		return nil, err
	}
	var all []proc
	for _, name := range names {
		if name[0] < '1' || name[0] > '9' {
			continue
		}
		line, err := os.ReadFile("/proc/" + name + "/stat")
		if err != nil {
			continue
		}
		if p, err := parseStat(line); err == nil {
			all = append(all, p)
		}
	}
	return all, nil
}

// killTree sends KILL to every descendant of this process and returns the pids of those that lived.
//
// Parents come first, so that a master cannot replace the worker it has just lost. Each group is killed as a whole too,
// also where the member that was seen has ended: the kernel does that atomically, and a fork cannot slip through. Every
// group in the tree lies in a session that was created in the tree, so that no stranger is hit.
func killTree([]int) []int {
	all, err := scan()
	if err != nil {
		return nil
	}
	own := syscall.Getpgrp()
	groups := map[int]bool{0: true, 1: true, own: true} // never these
	var live []int
	for _, p := range below(all, os.Getpid()) {
		if !groups[p.group] {
			groups[p.group] = true
			_ = syscall.Kill(-p.group, syscall.SIGKILL)
		}
		if !p.dead() {
			_ = syscall.Kill(p.pid, syscall.SIGKILL)
			live = append(live, p.pid)
		}
	}
	return live
}

// killOrphans kills the processes of a server whose keeper has died. The kernel has made them children of this process,
// among children that are none of our business: the family tells them apart.
func killOrphans(f *family) (killed, left []int) {
	counted := map[int]bool{}
	deadline := time.Now().Add(killLimit)
	for pause := time.Millisecond; ; pause = min(2*pause, 20*time.Millisecond) {
		all, err := scan()
		if err != nil {
			return killed, nil
		}
		left = nil
		found := f.orphans(all)
		for _, p := range found {
			if p.dead() {
				var ws syscall.WaitStatus
				_, _ = syscall.Wait4(p.pid, &ws, syscall.WNOHANG|waitAll, nil)
				continue
			}
			_ = syscall.Kill(p.pid, syscall.SIGKILL)
			left = append(left, p.pid)
			if !counted[p.pid] {
				counted[p.pid] = true
				killed = append(killed, p.pid)
			}
		}
		if len(found) == 0 || time.Now().After(deadline) {
			return killed, left
		}
		time.Sleep(pause)
	}
}

// hasHandle reports whether this process holds a pidfd of another. The kernel makes it in the same call as the child, so
// a child of os/exec that was not waited for has one at any moment. See pidfd_open(2) for what fdinfo shows.
func hasHandle(pid int) bool {
	fds, err := os.ReadDir("/proc/self/fdinfo")
	if err != nil {
		return true // not known: nobody is accused
	}
	want := "\nPid:\t" + strconv.Itoa(pid) + "\n"
	for _, fd := range fds {
		if info, err := os.ReadFile("/proc/self/fdinfo/" + fd.Name()); err == nil && strings.Contains(string(info), want) {
			return true
		}
	}
	return false
}

// environHas reports whether a process was started with the given "KEY=value".
func environHas(pid int, entry string) bool {
	env, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/environ")
	return err == nil && slices.Contains(strings.Split(string(env), "\x00"), entry)
}
